"""Every page has a Content-Security-Policy under which all of it works, and nothing that is slipped in runs."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser

from paper_digest.building.build import build
from paper_digest.building.policy import faults, hold
from paper_digest.problems import ProblemsFound
from tests.conftest import BASICS, PAPER, REPOSITORY, TODAY
from tests.web import Watched, served

HEAD = b'<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="default-src \'none\'; x">'
KINDS = ["", "papers/", "papers/plain/", "categories/vision/", "tags/mri/", "issues/2026-11-21/", "about/",
         "reading-list/", "trends/", "subscribe/", "papers/plain-old/", "papers/never-mind/", "404.html"]  # fmt: skip
SLIPPED = """<script>window.ran = 1</script><script src="data:text/javascript,window.ran=1"></script>
<script src="{foreign}"></script><script type="module">window.ran = 1</script>
<img src="x" onerror="window.ran=1"><svg/onload="window.ran=1"></svg><a id="go" href="javascript:window.ran=1">x</a>
<style>body {{ outline: 7px solid red }}</style><p id="styled" style="outline: 7px solid red">x</p>
<link rel="stylesheet" href="{foreign}.css"><iframe srcdoc="<script>parent.ran=1</script>"></iframe>
<base href="https://elsewhere.example/"><object data="{foreign}"></object>"""


@pytest.fixture(scope="module")
def slipped(built: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The made-up site once more, with all sorts of scripts put into one page of each kind."""
    site = tmp_path_factory.mktemp("slipped") / "site"
    shutil.copytree(built / "site", site)
    for kind in KINDS:
        file = site / kind if kind.endswith(".html") else site / kind / "index.html"
        page = file.read_text("utf-8").replace('http-equiv="refresh"', "")
        file.write_text(page.replace("</body>", SLIPPED.format(foreign="http://127.0.0.1:9/x.js") + "</body>"), "utf-8")
    return site


@pytest.fixture(scope="module")
def slipped_address(slipped: Path) -> Iterator[str]:
    with served(slipped, "/sub/") as url:
        yield url


@pytest.mark.parametrize("kind", KINDS)
def test_no_script_that_is_slipped_into_a_page_runs(slipped_address: str, chromium: Browser, kind: str) -> None:
    page = chromium.new_page()
    try:
        page.goto(slipped_address + kind, wait_until="load")
        page.evaluate("document.getElementById('go').click()")
        assert page.evaluate("window.ran") is None
        widths = "[document.body, document.getElementById('styled')].map((e) => getComputedStyle(e).outlineWidth)"
        assert "7px" not in page.evaluate(widths)
        assert page.evaluate("document.baseURI").startswith("http://127.0.0.1")
    finally:
        page.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_no_page_of_the_made_up_digest_complains(
    address: str, built: Path, chromium: Browser, scheme: Literal["light", "dark"]
) -> None:
    page = chromium.new_page(color_scheme=scheme)
    watched = Watched(page)
    page.add_init_script(f"localStorage.setItem('digest:theme', '{scheme}')")
    try:
        for file in sorted((built / "site").rglob("index.html")):
            if 'http-equiv="refresh"' in file.read_text("utf-8"):
                continue  # it leads away at once
            page.goto(address + file.parent.relative_to(built / "site").as_posix() + "/", wait_until="load")
            assert watched.complaints == [], file
        assert watched.foreign == []
    finally:
        page.close()


def test_search_runs_under_the_policy(address: str, chromium: Browser) -> None:
    page = chromium.new_page()
    watched = Watched(page)
    try:
        page.goto(address)
        page.keyboard.press("/")
        page.fill("dialog input[type=search]", "plain")
        page.wait_for_selector("#F-search-results li")
        assert watched.complaints == []
    finally:
        page.close()


def test_the_built_pages_hold_what_the_policy_asks(built: Path) -> None:
    hold(built / "site", built.parent / "content/pages")


def test_a_policy_comes_first_in_the_head_of_every_page(built: Path) -> None:
    pages = list((built / "site").rglob("*.html"))
    assert len(pages) > 40
    for page in pages:
        head = page.read_text("utf-8").split("<head>")[1].lstrip()
        assert head.startswith('<meta http-equiv="Content-Security-Policy" content="default-src \'none\';'), page
        assert "unsafe-inline" not in head.split(">")[0]
        assert "'unsafe-eval'" not in head.split(">")[0]


@pytest.mark.parametrize(
    ("markup", "told"),
    [
        ("<script>x()</script>", "an inline script would not run"),
        ("<SCRIPT\ntype=module>x()</SCRIPT>", "an inline script would not run"),
        ("<style>a{}</style>", "an inline style sheet would not hold"),
        ("<td style='text-align: right'>", "the `style` of <td> would not hold"),
        ('<svg/onload="x()">', "the `onload` of <svg> would not run"),
        ('<a title="a > b" href="java\nscript:x()">', "the `href` of <a> would run a script"),
        ('<form action="javascript:x()">', "the `action` of <form> would run a script"),
        ('<img src="//elsewhere.example/x.png">', "from elsewhere"),
        ('<img src="\\\\elsewhere.example/x.png">', "from elsewhere"),
        ('<img srcset="a.png 1x, https://elsewhere.example/x.png 2x">', "from elsewhere"),
        ('<script src="https://elsewhere.example/x.js"></script>', "from elsewhere"),
        ('<link rel="preconnect" href="https://elsewhere.example">', "from elsewhere"),
        ('<video poster="https://elsewhere.example/x.png">', "from elsewhere"),
        ('<svg><use href="https://elsewhere.example/x.svg#a"/></svg>', "from elsewhere"),
        ('<iframe src="x.html"></iframe>', "<iframe> is not allowed"),
        ('<base href="/">', "<base> is not allowed"),
    ],
)
def test_what_the_policy_would_stop_is_told(markup: str, told: str) -> None:
    assert any(told in what and remedy for what, remedy in faults(HEAD + markup.encode()))


@pytest.mark.parametrize(
    "markup",
    [
        '<script src="a.js"></script><script type="application/ld+json">{"style": "x onload=y"}</script>',
        '<link rel="canonical" href="https://digest.example/"><a href="https://elsewhere.example/">a style="x"</a>',
        '<p>&lt;script&gt;, style="x", onload=y and javascript:x</p><img src="data:image/png;base64,AA==">',
        '<form action="https://provider.example/" method="post">',
    ],
)
def test_what_is_sound_is_not_told(markup: str) -> None:
    assert list(faults(HEAD + markup.encode())) == []


def test_a_page_without_the_policy_is_told() -> None:
    assert [what for what, _ in faults(b"<html><head><title>x</title>")] == [
        "the page does not begin with a Content-Security-Policy"
    ]


def test_an_inline_script_of_a_hand_written_page_stops_the_build_with_its_place(tmp_path: Path) -> None:
    theme = "docs_dir: build/docs\nplugins: []\ntheme: {name: material, custom_dir: theme/overrides}\n"
    files = {**BASICS, "content/papers/a.yaml": PAPER, "content/pages/about.md": "# About\n\n<script>x()</script>\n"}
    files["mkdocs.yml"] += theme
    for name, text in files.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text, "utf-8")
    (tmp_path / "theme").symlink_to(REPOSITORY / "theme")
    with pytest.raises(ProblemsFound, match=r"content/pages/about\.md:1:1: an inline script would not run"):
        build(tmp_path, TODAY, print)
    assert not (tmp_path / "build/site").exists()
    assert not (tmp_path / "build/.site.next").exists()
