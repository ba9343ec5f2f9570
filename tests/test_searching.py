"""Search: the documents that the index is made of, the index beside the site, and the dialog in a real browser."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Literal

import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import html
from playwright.sync_api import Browser, Page, expect

from paper_digest.building import build, indexing
from tests.conftest import REPOSITORY, TODAY
from tests.web import Watched

FACETS = {"category", "tag", "year", "venue", "code"}


def document(outputs: dict[str, bytes], paper: str) -> html.HtmlElement:
    return html.fromstring(outputs[f"search/papers/{paper}/index.html"].decode())


def test_the_index_is_made_of_papers_and_of_nothing_else(example_outputs: dict[str, bytes]) -> None:
    found = [path for path in example_outputs if path.startswith("search/")]
    assert len(found) == 8
    assert all(re.fullmatch(r"search/papers/[a-z-]+/index\.html", path) for path in found)


def test_a_document_holds_what_readers_look_for(example_outputs: dict[str, bytes]) -> None:
    said = document(example_outputs, "plain").text_content()
    for words in (
        "A plain paper",
        "Lovelace",
        "second paragraph",
        "gain of 12%",
        "2410.00010",
        "10.1000/plain_1",
        "MRI",
    ):
        assert words in said


def test_every_choice_is_a_filter_of_its_own(example_outputs: dict[str, bytes]) -> None:
    elements = document(example_outputs, "plain").xpath("//*[@data-pagefind-filter]")
    assert [(each.get("data-pagefind-filter"), each.text) for each in elements] == [
        ("category", "Vision & more <b>"),
        ("category", "Language"),
        ("tag", "MRI"),
        ("tag", "RLHF"),
        ("year", "2024"),
        ("venue", "ICXX"),
        ("code", "yes"),
    ]


def test_a_hostile_paper_is_text_in_its_document(example_outputs: dict[str, bytes]) -> None:
    assert not document(example_outputs, "hostile").xpath("//script")


def test_of_the_index_only_what_a_browser_needs_joins_the_site(built: Path) -> None:
    served = {path.name for path in (built / "site/pagefind").iterdir()}
    assert {"pagefind.js", "pagefind-entry.json", "index", "fragment", "filter"} <= served
    assert not [name for name in served if "ui" in name or "highlight" in name]
    assert not (built / ".search.next").exists()
    assert not (built / "site/search").exists(), "the documents themselves are no part of the site"


def test_when_the_index_cannot_be_made_the_last_good_site_stays(
    built: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = tmp_path / "digest"
    shutil.copytree(built.parent, root, symlinks=True)
    before = {path: path.read_bytes() for path in (root / "build/site").rglob("*") if path.is_file()}
    monkeypatch.setattr(indexing, "COMMAND", ("no_such_indexer",))
    with pytest.raises(indexing.IndexingFailed, match="no_such_indexer"):
        build.build(root, TODAY, print)
    assert {path: path.read_bytes() for path in (root / "build/site").rglob("*") if path.is_file()} == before
    assert not (root / "build/.site.next").exists()
    assert not (root / "build/.search.next").exists()


def test_a_digest_without_papers_has_no_index_and_is_built(tmp_path: Path) -> None:
    root = tmp_path / "digest"
    shutil.copytree(REPOSITORY / "tests/data/digest", root)
    (root / "theme").symlink_to(REPOSITORY / "theme")
    for folder in ("papers", "issues"):
        shutil.rmtree(root / "content" / folder)
    categories = root / "content/categories.yaml"
    categories.write_text("- {id: vision, title: Vision, family: images, description: Pictures.}\n")
    (root / "content/gone.yaml").unlink()
    build.build(root, TODAY, print)
    assert (root / "build/site/index.html").is_file()
    assert not (root / "build/site/pagefind").exists()


# ---- the dialog ------------------------------------------------------------------------------------------------------


class Searcher:
    """A reader at the keyboard, and all that the page asked for meanwhile."""

    def __init__(self, watched: Watched) -> None:
        self.watched = watched
        self.page: Page = watched.page
        self.asked: list[str] = []
        self.page.on("request", lambda request: self.asked.append(request.url))

    def look_for(self, words: str) -> None:
        self.page.keyboard.press("/")
        expect(self.page.locator(".search__input")).to_be_focused()
        self.page.keyboard.type(words)

    def titles(self) -> list[str]:
        self.page.wait_for_selector(".search__link")
        return self.page.locator(".search__title").all_inner_texts()

    def has_asked_for(self, part: str) -> bool:
        return any(part in url for url in self.asked)


@pytest.fixture
def searcher(chromium: Browser, address: str) -> Iterator[Searcher]:
    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    reader = Searcher(Watched(context.new_page()))
    reader.page.goto(address)
    yield reader
    assert reader.watched.complaints == []
    assert reader.watched.foreign == []
    assert reader.page.evaluate("window.pwned") is None
    context.close()


@pytest.mark.browser
def test_results_come_as_one_types_with_the_matches_marked(searcher: Searcher) -> None:
    searcher.look_for("plain pap")
    expect(searcher.page.locator(".search__count")).to_have_text("1 paper with “plain pap”")
    assert searcher.titles() == ["A plain paper: nothing to see"]
    assert searcher.page.locator(".search__title mark").all_inner_texts() == ["plain", "pap"]
    assert "plain" in searcher.page.locator(".search__excerpt mark").first.inner_text().lower()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("words", "found"), [("2410.00010", "plain"), ("lovelace trees", "math"), ("Müller", "plain"), ("second", "plain")]
)
def test_papers_are_found_by_id_author_and_abstract(searcher: Searcher, words: str, found: str) -> None:
    searcher.look_for(words)
    searcher.titles()
    links = [link.get_attribute("href") or "" for link in searcher.page.locator(".search__link").all()]
    assert f"/sub/papers/{found}/" in links


@pytest.mark.browser
def test_search_is_worked_by_keyboard_alone(searcher: Searcher, address: str) -> None:
    page = searcher.page
    searcher.look_for("mri")
    expect(page.locator(".search__link")).to_have_count(4)
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowDown")
    second = page.locator(".search__link").nth(1)
    expect(second).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator(".search__input")).to_be_focused()
    page.keyboard.press("ArrowDown")
    wanted = page.locator(".search__link").first.get_attribute("href") or ""
    page.keyboard.press("Enter")
    page.wait_for_url(f"**{wanted}")
    assert page.url.startswith(address + "papers/")


@pytest.mark.browser
def test_enter_opens_the_first_result_of_what_is_typed_and_of_nothing_before(searcher: Searcher, address: str) -> None:
    page = searcher.page
    searcher.look_for("plain")
    searcher.titles()
    page.evaluate(
        """() => {
          const field = document.querySelector(".search__input");
          field.value = "bold";
          field.dispatchEvent(new Event("input", { bubbles: true }));
          field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter", bubbles: true, cancelable: true }));
        }"""
    )
    page.wait_for_url("**/papers/*/")
    assert page.url == address + "papers/hostile/"


@pytest.mark.browser
def test_a_key_that_belongs_to_an_input_method_opens_and_closes_nothing(searcher: Searcher, address: str) -> None:
    searcher.look_for("plain")
    searcher.titles()
    for key in ("Enter", "Escape"):
        searcher.page.evaluate(
            """(key) => document.querySelector(".search__input").dispatchEvent(
              new KeyboardEvent("keydown", { key, isComposing: true, bubbles: true, cancelable: true }))""",
            key,
        )
    expect(searcher.page.locator(".search")).to_be_visible()
    assert searcher.page.url == address


@pytest.mark.browser
def test_another_choice_can_be_made_in_the_place_of_one(searcher: Searcher) -> None:
    page = searcher.page
    searcher.look_for("a")
    page.click(".search__facets summary")
    page.wait_for_selector(".search__field")
    page.fill(".search__input", "")
    page.select_option("#F-search-tag", "MRI")
    expect(page.locator(".search__count")).to_have_text("3 papers")
    page.select_option("#F-search-tag", "RLHF")
    expect(page.locator(".search__count")).to_have_text("2 papers")


@pytest.mark.browser
def test_escape_closes_and_gives_the_focus_back(searcher: Searcher) -> None:
    page = searcher.page
    page.focus(".masthead [data-search-open]")
    searcher.look_for("plain")
    searcher.titles()
    page.keyboard.press("Escape")
    expect(page.locator(".search")).to_be_hidden()
    expect(page.locator(".masthead [data-search-open]")).to_be_focused()


@pytest.mark.browser
def test_nothing_of_the_index_is_fetched_before_search_is_opened_nor_facets_before_they_are(searcher: Searcher) -> None:
    page = searcher.page
    page.wait_for_load_state("networkidle")
    assert not searcher.has_asked_for("pagefind")
    searcher.look_for("plain")
    searcher.titles()
    assert searcher.has_asked_for("pagefind.js")
    assert not searcher.has_asked_for(".pf_filter")
    page.click(".search__facets summary")
    page.wait_for_selector(".search__field")
    assert searcher.has_asked_for(".pf_filter")


@pytest.mark.browser
def test_facets_narrow_the_results_and_say_what_each_would_leave(searcher: Searcher) -> None:
    page = searcher.page
    searcher.look_for("a")
    page.click(".search__facets summary")
    page.wait_for_selector(".search__field")
    assert {field.get_attribute("name") for field in page.locator(".search__fields [name]").all()} == FACETS
    page.fill(".search__input", "")
    page.select_option("#F-search-tag", "MRI")
    expect(page.locator(".search__count")).to_have_text("3 papers")
    expect(page.locator("#F-search-venue option[value='ICXX']")).to_have_text("ICXX (1)")
    page.check("#F-search-code")
    expect(page.locator(".search__count")).to_have_text("1 paper")
    assert searcher.titles() == ["A plain paper: nothing to see"]


@pytest.mark.browser
def test_nothing_found_is_said_with_other_ways_to_look(searcher: Searcher) -> None:
    searcher.look_for("zzqx")
    expect(searcher.page.locator(".search__count")).to_have_text("No paper with “zzqx”")
    assert searcher.page.is_visible(".search__hint a:has-text('category')")


@pytest.mark.browser
def test_a_hostile_paper_is_found_as_text(searcher: Searcher) -> None:
    searcher.look_for("bold")
    assert searcher.titles()[0].startswith("</title><script>window.pwned=1</script> *bold*")
    assert searcher.page.locator(".search__results script").count() == 0


@pytest.mark.browser
@pytest.mark.parametrize("words", ["(", "[a-", "\\", "***", "a|b", "</mark><img src=x onerror=window.pwned=1>"])
def test_signs_in_a_query_break_nothing(searcher: Searcher, words: str) -> None:
    searcher.look_for("x")
    searcher.page.fill(".search__input", words)
    expect(searcher.page.locator(".search__count")).not_to_have_text("")
    searcher.page.fill(".search__input", "plain paper")
    expect(searcher.page.locator(".search__count")).to_have_text("1 paper with “plain paper”")


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_open_dialog_passes_the_accessibility_checks_and_fits_a_phone(
    chromium: Browser, address: str, scheme: Literal["light", "dark"]
) -> None:
    context = chromium.new_context(viewport={"width": 360, "height": 740}, color_scheme=scheme)
    reader = Searcher(Watched(context.new_page()))
    reader.page.goto(address)
    reader.look_for("a")
    reader.titles()
    reader.page.click(".search__facets summary")
    reader.page.wait_for_selector(".search__field")
    results = Axe().run(reader.page)
    assert results.violations_count == 0, results.generate_report()
    assert reader.watched.overflow() <= 0
    assert reader.page.evaluate("(d => d.scrollWidth - d.clientWidth)(document.querySelector('.search'))") == 0
    context.close()


@pytest.mark.browser
def test_the_box_on_home_opens_the_same_search(searcher: Searcher) -> None:
    searcher.page.click(".searchbox")
    expect(searcher.page.locator(".search__input")).to_be_focused()


@pytest.mark.browser
def test_a_slash_that_is_being_typed_opens_nothing(searcher: Searcher, address: str) -> None:
    searcher.page.goto(address + "papers/")
    searcher.page.focus("#F-filter-q")
    searcher.page.keyboard.type("a/b")
    assert searcher.page.input_value("#F-filter-q") == "a/b"
    expect(searcher.page.locator(".search")).to_be_hidden()


@pytest.mark.browser
def test_when_the_index_is_not_there_search_says_so(chromium: Browser, address: str) -> None:
    page = chromium.new_page()
    page.route("**/pagefind/**", lambda route: route.abort())
    page.goto(address)
    page.keyboard.press("/")
    expect(page.locator(".search__count")).to_have_text("Search could not be loaded. Are you online?")
    page.close()
