"""What a first visit to the home page moves over the network."""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser

pytestmark = pytest.mark.browser
ALL, FONTS = 200_000, 110_000


@pytest.fixture(scope="module")
def moved(chromium: Browser, typical_address: str) -> dict[str, int]:
    """The bytes of every body that the home page fetches by itself, as they were sent, by path."""
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    bodies: dict[str, int] = {}
    page.on(
        "requestfinished",
        lambda request: bodies.update({request.url.removeprefix(typical_address): request.sizes()["responseBodySize"]}),
    )
    page.goto(typical_address, wait_until="networkidle")
    context.close()
    return bodies


def told(bodies: dict[str, int]) -> str:
    return "\n".join(f"{size:>8} {path or 'the page itself'}" for path, size in sorted(bodies.items()))


def test_the_home_page_with_all_it_loads_is_less_than_200_kb(moved: dict[str, int]) -> None:
    assert moved[""] > 0
    assert sum(moved.values()) < ALL, told(moved)


def test_the_fonts_of_the_home_page_are_no_more_than_110_kb(moved: dict[str, int]) -> None:
    fonts = {path: size for path, size in moved.items() if path.endswith(".woff2")}
    assert fonts
    assert sum(fonts.values()) <= FONTS, told(fonts)
