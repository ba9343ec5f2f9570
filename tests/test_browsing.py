"""Listings in a real browser: filtering and sorting the whole of them, and what a card does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.web import Watched, wait_until

pytestmark = pytest.mark.browser


@pytest.fixture
def watched(chromium: Browser) -> Iterator[Watched]:
    context = chromium.new_context(
        viewport={"width": 1280, "height": 900}, permissions=["clipboard-read", "clipboard-write"]
    )
    watching = Watched(context.new_page())
    yield watching
    assert watching.complaints == []
    assert watching.foreign == []
    context.close()


@pytest.fixture
def page(watched: Watched) -> Page:
    return watched.page


def shown(page: Page) -> list[str]:
    """The ids of the papers that a reader sees, in their order."""
    found: list[str] = page.evaluate(
        "[...document.querySelectorAll('.card')].filter((card) => card.checkVisibility())"
        ".map((card) => card.dataset.paper)"
    )
    return found


def wait_for_count(page: Page, words: str) -> None:
    expect(page.locator("[data-count]")).to_have_text(words)


def test_words_filter_the_whole_listing_and_not_only_the_page_that_is_open(page: Page, address: str) -> None:
    page.goto(address + "papers/2/")
    page.fill("#F-filter-q", "lovelace plain")
    wait_for_count(page, "1 of 8 papers")
    assert shown(page) == ["plain"], "which stands on the first page"
    page.fill("#F-filter-q", "")
    wait_for_count(page, "8 papers, page 2 of 2")
    assert shown(page) == ["rtl", "long-title", "many-authors", "missing-everything"]


def test_words_are_found_without_accents_and_capitals(page: Page, address: str) -> None:
    page.goto(address + "papers/")
    page.fill("#F-filter-q", "EMILIE chatelet")
    wait_for_count(page, "1 of 8 papers")
    assert shown(page) == ["math"]


def test_filters_narrow_each_other_and_stand_in_the_address(page: Page, address: str) -> None:
    page.goto(address + "papers/")
    page.select_option("#F-filter-tag", "mri")
    page.select_option("#F-filter-year", "2024")
    page.check("#F-filter-code")
    wait_for_count(page, "1 of 8 papers")
    assert shown(page) == ["plain"]
    assert page.url == address + "papers/?tag=mri&year=2024&code=1"


def test_an_address_with_filters_shows_what_they_ask_for(page: Page, address: str) -> None:
    page.goto(address + "papers/?venue=icxx&sort=title")
    wait_for_count(page, "1 of 8 papers")
    assert shown(page) == ["plain"]
    assert page.input_value("#F-filter-venue") == "icxx"
    page.click("text=Show all again")
    wait_for_count(page, "8 papers, page 1 of 2")
    assert page.url == address + "papers/"


def test_a_listing_is_sorted_by_title_and_by_publication(page: Page, address: str) -> None:
    page.goto(address + "papers/")
    page.select_option("#F-filter-sort", "title")
    wait_for_count(page, "8 papers")
    titles = [title.casefold() for title in page.locator(".card__title:visible").all_inner_texts()]
    assert len(titles) == 8
    assert titles.index("only a title and a link") > titles.index("a plain paper: nothing to see")
    page.select_option("#F-filter-sort", "published")
    wait_until(page, "document.querySelector('.cards:not([hidden]) .card').dataset.paper === 'math'")
    assert shown(page).index("math") < shown(page).index("plain"), "November before October"


def test_a_category_filters_its_own_papers_alone(page: Page, address: str) -> None:
    page.goto(address + "categories/language/")
    page.fill("#F-filter-q", "title")
    wait_for_count(page, "1 of 4 papers")
    assert shown(page) == ["missing-everything"]


def test_nothing_found_is_said_with_a_way_back(page: Page, address: str) -> None:
    page.goto(address + "papers/?q=nothing-of-the-kind")
    wait_for_count(page, "0 of 8 papers")
    page.click(".nothing button")
    wait_for_count(page, "8 papers, page 1 of 2")


def test_the_count_of_matches_is_told_to_screen_readers(page: Page, address: str) -> None:
    page.goto(address + "papers/")
    assert page.get_attribute("[data-count]", "role") == "status"


def test_an_unknown_choice_in_an_address_is_no_choice(page: Page, address: str) -> None:
    page.goto(address + "papers/?tag=no-such-tag")
    wait_for_count(page, "8 papers, page 1 of 2")


def test_nothing_is_fetched_before_a_filter_is_used(chromium: Browser, address: str) -> None:
    page = chromium.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(address + "papers/")
    page.wait_for_load_state("networkidle")
    assert not [url for url in asked if url.endswith(".json")]
    page.fill("#F-filter-q", "plain")
    wait_for_count(page, "1 of 8 papers")
    assert [url for url in asked if url.endswith(".json")] == [address + "papers/cards.json"]
    page.close()


def test_when_the_papers_cannot_be_fetched_the_page_says_so(chromium: Browser, address: str) -> None:
    page = chromium.new_page()
    page.route("**/cards.json", lambda route: route.abort())
    page.goto(address + "papers/")
    page.fill("#F-filter-q", "plain")
    wait_for_count(page, "The papers could not be loaded. Are you online?")
    page.unroute("**/cards.json")
    page.fill("#F-filter-q", "plai")
    wait_for_count(page, "1 of 8 papers")
    page.close()


# A card of the scripts' making must be the generator's: compared without what either adds for itself.
COMPARABLE = """
(card, base) => {
  card.querySelectorAll(".save, .card__abstract > p").forEach((part) => part.remove());
  const whole = (link) => new URL(link.getAttribute("href"), base).href;
  card.querySelectorAll("a").forEach((link) => link.setAttribute("href", whole(link)));
  return card.outerHTML.replace(/\\s+/g, " ").replace(/ ?(<[^>]*>) ?/g, "$1");
}
"""


def test_a_card_made_in_the_browser_is_the_one_that_the_generator_made(chromium: Browser, address: str) -> None:
    page = chromium.new_page()
    page.add_init_script("Object.defineProperty(navigator, 'clipboard', { value: undefined })")
    page.goto(address + "papers/")
    both = page.evaluate(
        f"""async (address) => {{
          const comparable = {COMPARABLE};
          const {{ card, papers }} = await import(`${{address}}assets/js/cards.js`);
          const made = (await papers()).all.map((paper) => comparable(card(paper), address));
          const pages = [`${{address}}papers/`, `${{address}}papers/2/`];
          const texts = await Promise.all(pages.map(async (url) => [url, await (await fetch(url)).text()]));
          const found = texts.flatMap(([url, text]) => {{
            const cards = new DOMParser().parseFromString(text, "text/html").querySelectorAll(".card");
            return [...cards].map((card) => comparable(document.importNode(card, true), url));
          }});
          return {{ made, found }};
        }}""",
        address,
    )
    assert len(both["made"]) == 8
    for made, found in zip(both["made"], both["found"], strict=True):
        assert made == found
    page.close()


def test_the_abstract_of_a_filtered_card_is_fetched_when_it_is_opened(page: Page, address: str) -> None:
    page.goto(address + "papers/?q=lovelace+plain")
    wait_for_count(page, "1 of 8 papers")
    page.click(".card:visible .card__abstract summary")
    expect(page.locator(".card:visible .card__abstract")).to_contain_text("And a second paragraph.")


def test_bibtex_is_copied_from_a_card(page: Page, address: str) -> None:
    page.goto(address + "papers/")
    page.click("[data-paper=plain] button:has-text('Copy BibTeX')")
    expect(page.locator("[data-paper=plain] .card__links")).to_contain_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert re.match(r"@inproceedings\{plain,\n", copied)
    assert copied.endswith("}\n")


def test_a_paper_is_saved_from_a_card_and_that_holds_over_pages(page: Page, address: str) -> None:
    page.goto(address + "papers/")
    page.click("[data-paper=plain] .save")
    expect(page.locator("[data-paper=plain] .save")).to_have_attribute("aria-pressed", "true")
    expect(page.locator("[data-saved-count]")).to_have_text("1")
    page.goto(address + "papers/plain/")
    expect(page.locator(".action--save")).to_have_attribute("aria-pressed", "true")
    page.click(".action--save")
    expect(page.locator("[data-saved-count]")).to_be_hidden()


def test_a_filter_is_worked_by_keyboard_alone(page: Page, address: str) -> None:
    page.goto(address + "papers/")
    for _ in range(40):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.id") == "F-filter-q":
            break
    page.keyboard.type("lovelace")
    wait_for_count(page, "2 of 8 papers")
    for _ in range(12):
        page.keyboard.press("Tab")
        if page.evaluate("document.activeElement.textContent") == "Show all again":
            break
    page.keyboard.press("Enter")
    wait_for_count(page, "8 papers, page 1 of 2")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 360])
def test_a_filtered_listing_passes_the_accessibility_checks_and_fits(
    chromium: Browser, address: str, width: int, scheme: Literal["light", "dark"]
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 800}, color_scheme=scheme)
    watched = Watched(context.new_page())
    watched.page.goto(address + "papers/?tag=mri&sort=title")
    wait_for_count(watched.page, "3 of 8 papers")
    if not watched.page.is_visible(".filter"):
        watched.page.click(".filters summary")
    results = Axe().run(watched.page)
    assert results.violations_count == 0, results.generate_report()
    assert watched.overflow() <= 0
    context.close()


def test_a_button_says_again_what_it_said_before_however_often_it_is_pressed(page: Page, address: str) -> None:
    page.goto(address + "papers/plain/")
    button = page.locator("figure [data-copy]").first
    for _ in range(3):
        button.click()
    expect(button).to_have_text("Copied")
    expect(button).to_have_text("Copy")


def test_cards_that_a_filter_took_away_are_forgotten(page: Page, address: str) -> None:
    page.goto(address + "papers/")
    page.fill("#F-filter-q", "plain")
    wait_for_count(page, "1 of 8 papers")
    page.fill("#F-filter-q", "")
    wait_for_count(page, "8 papers, page 1 of 2")
    page.click("[data-paper=plain] .save >> visible=true")
    expect(page.locator("[data-paper=plain] .save >> visible=true")).to_have_text("Saved")


def test_without_scripts_there_is_no_filter_and_all_pages_are_there(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(address + "papers/")
    assert not page.is_visible(".filter")
    page.click(".filters summary")
    assert page.is_visible(".filters nav a:has-text('Language')"), "the categories can be opened"
    page.click("text=Next")
    assert page.url == address + "papers/2/"
    assert page.is_visible("[data-paper=missing-everything]")
    context.close()


def test_lists_of_venues_years_and_authors_lead_to_their_papers(built: Path, page: Page, address: str) -> None:
    for path, name, paper in (
        ("venues/", "ICXX", "plain"),
        ("years/", "2024", "math"),
        ("authors/", "Ada Lovelace", "plain"),
    ):
        page.goto(address + path)
        page.click(f"#F-content a:has-text('{name}')")
        assert page.inner_text("h1") == name
        assert paper in shown(page)
