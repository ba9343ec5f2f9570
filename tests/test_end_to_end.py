"""The whole line, over the made-up digest that shows every feature: built, served, crawled and looked at."""

from __future__ import annotations

import json
import re
import shutil
from pathlib import Path

import feedparser
import pytest
from axe_playwright_python.sync_playwright import Axe
from lxml import html
from playwright.sync_api import Browser

from paper_digest.building import build
from paper_digest.editing.schema import RECORDS
from tests.conftest import REPOSITORY, TODAY
from tests.crawl import broken_links, file_of
from tests.web import Watched, wait_until

BASE = "/sub/"
PAGES = [
    "",
    "papers/",
    "papers/2/",
    "papers/plain/",
    "papers/math/",
    "papers/hostile/",
    "papers/retracted/",
    "papers/rtl/",
    "papers/long-title/",
    "papers/missing-everything/",
    "papers/many-authors/",
    "categories/",
    "categories/vision/",
    "categories/empty/",
    "tags/",
    "tags/mri/",
    "venues/",
    "venues/icxx/",
    "years/",
    "years/2024/",
    "authors/",
    "reading-list/",
    "trends/",
    "trending/",
    "trending/day/",
    "issues/",
    "issues/2026-11-21/",
    "issues/2026-11-22/",
    "feeds/",
    "news/",
    "about/",
    "subscribe/",
    "fields/",
    "papers/never-mind/",
    "nowhere/at/all/",
]


def page(built: Path, path: str) -> html.HtmlElement:
    return html.fromstring((built / "site" / path / "index.html").read_text("utf-8"))


def test_a_crawl_finds_every_page_and_no_broken_link(built: Path) -> None:
    reached, broken = broken_links(built / "site", BASE)
    assert broken == []
    pages = {path.parent.relative_to(built / "site").as_posix() for path in (built / "site").rglob("index.html")}
    crawled = {url.removeprefix("https://site.example/sub/").strip("/") or "." for url in reached if url.endswith("/")}
    former = {"papers/plain-old", "categories/seeing", "tags/magnetic-resonance"}
    gone = {"papers/never-mind", "categories/oddities"}
    assert pages - crawled == (former | gone) & pages, "only what stands at former addresses is linked from nowhere"
    assert {"papers/plain-old", "categories/seeing"} | gone <= pages


def test_the_404_page_works_wherever_it_is_shown(built: Path) -> None:
    document = html.fromstring((built / "site/404.html").read_text("utf-8"))
    links = [link for _, attribute, link, _ in document.iterlinks() if attribute in {"href", "src"}]
    own = [link for link in links if not link.startswith(("http", "#"))]
    assert own
    assert all(link.startswith(BASE) for link in own)
    assert all(file_of(built / "site", BASE, link) for link in own)


def test_a_former_id_leads_on_to_the_paper(built: Path) -> None:
    document = html.fromstring((built / "site/papers/plain-old/index.html").read_text("utf-8"))
    [refresh] = document.xpath("//meta[@http-equiv='refresh']/@content")
    assert refresh == "0; url=../../papers/plain/"


def test_a_former_category_leads_on_and_its_feeds_go_on(built: Path) -> None:
    document = html.fromstring((built / "site/categories/seeing/index.html").read_text("utf-8"))
    assert document.xpath("//meta[@http-equiv='refresh']/@content") == ["0; url=../../categories/vision/"]
    for name in ("feed.xml", "atom.xml"):
        former, present = (built / "site/categories" / each / name for each in ("seeing", "vision"))
        assert former.read_bytes() == present.read_bytes()


def test_what_was_removed_says_so_at_its_address_and_is_not_listed_by_search_engines(built: Path) -> None:
    document = page(built, "papers/never-mind")
    assert "Removed at the authors' <b>request</b>." in document.xpath("string(//main)")
    assert document.xpath("//meta[@name='robots']/@content") == ["noindex"]


def test_the_feed_of_a_removed_category_ends_with_a_word(built: Path) -> None:
    for name in ("feed.xml", "atom.xml"):
        parsed = feedparser.parse((built / "site/categories/oddities" / name).read_bytes())
        assert parsed.bozo is False
        assert [entry.title for entry in parsed.entries] == ["The category oddities has ended"]


def test_the_page_of_fields_names_every_key_and_links_schemas_that_exist(built: Path) -> None:
    document = page(built, "fields")
    keys = {code.text for code in document.xpath("//table//th/code")}
    assert {
        "title",
        "authors[].orcid",
        "links.code",
        "venue.year",
        "news[].kind",
        "start_here[].why",
        "email.from",
    } <= keys
    schemas = [link for link in document.xpath("//main//a/@href | //*[@id='F-content']//a/@href") if "schemas/" in link]
    assert len(set(schemas)) == len(RECORDS)
    for link in schemas:
        assert json.loads((built / "site/fields" / link).resolve().read_text("utf-8"))["$schema"]


@pytest.mark.parametrize("path", ["", "papers/plain/", "categories/vision/", "issues/", "about/"])
def test_every_page_names_feeds_that_exist(built: Path, path: str) -> None:
    links = page(built, path).xpath("//link[@rel='alternate' and not(contains(@type, 'markdown'))]")
    targets = [link.get("href") for link in links]
    assert len(targets) == (9 if path == "categories/vision/" else 6)
    assert all((built / "site" / path / target).resolve().is_file() for target in targets)
    assert {link.get("rel") for link in links} == {"alternate"}, "as readers look for them"


def test_a_page_says_in_its_head_what_it_is(built: Path) -> None:
    document = page(built, "papers/plain")
    assert document.findtext(".//title") == "A plain paper: nothing to see · Test Digest"
    assert document.xpath("//link[@rel='canonical']/@href") == ["https://digest.example/sub/papers/plain/"]
    assert document.xpath("//meta[@name='citation_author']/@content") == [
        "Ada Lovelace",
        "Renée Müller-Ångström",
        "Plato",
    ]
    assert document.xpath("//meta[@name='description']/@content") == [
        "A plain paper does a plain thing and reports a gain of 12%."
    ]


def test_a_hostile_title_stays_text_in_the_head(built: Path) -> None:
    source = (built / "site/papers/hostile/index.html").read_text("utf-8")
    head = source[: source.index("</head>")]
    assert "<script>window" not in head
    title = html.fromstring(source).findtext(".//title")
    assert title is not None
    assert title.startswith("</title><script>window.pwned=1</script> *bold*")


def test_edit_leads_to_the_file_and_line_that_holds_the_paper(built: Path) -> None:
    def edit(paper: str) -> str:
        return str(page(built, f"papers/{paper}").xpath("//p[@class='edit']/a/@href")[0])

    repository = "https://code.example/team/digest"
    assert edit("plain") == f"{repository}/edit/main/content/papers/2024/plain.yaml"
    assert edit("long-title") == f"{repository}/blob/main/content/papers/lists.yaml#L8"
    assert edit("many-authors") == f"{repository}/blob/main/content/papers/more.json#L2"


def test_a_listing_is_divided_into_pages_without_losing_a_paper(built: Path) -> None:
    found = [
        link.split("/")[-2]
        for path in ("papers", "papers/2")
        for link in page(built, path).xpath("//h2[@class='card__title']/a/@href")
    ]
    assert found == [
        "hostile", "math", "plain", "retracted", "rtl", "long-title", "many-authors", "missing-everything",
    ]  # fmt: skip


def test_the_reading_path_stands_on_the_first_page_of_its_category(built: Path) -> None:
    links = page(built, "categories/vision").xpath("//section[@class='start-here']//a/@href")
    assert [link.split("/")[-2] for link in links] == ["plain", "math"]
    assert not page(built, "categories/vision/2").xpath("//section[@class='start-here']")


def test_a_retraction_is_told_with_its_notice(built: Path) -> None:
    [notice] = page(built, "papers/retracted").xpath("//p[@class='notice']")
    assert "Retracted. Retracted by the editors." in notice.text_content()
    assert notice.xpath(".//a/@href") == ["https://journal.example/notice"]


def test_a_workshop_is_told_as_part_of_its_conference(built: Path) -> None:
    facts = page(built, "papers/retracted").xpath("//dl[@class='facts']/dd")
    assert "Workshop on Small Things, part of ICXX (workshop)" in [fact.text_content() for fact in facts]


def test_all_sixty_two_authors_are_on_the_page_and_most_folded_away(built: Path) -> None:
    document = page(built, "papers/many-authors")
    assert len(document.xpath("//header//bdi")) == 62
    assert len(document.xpath("//details[@class='paper__all-authors']//bdi")) == 52


def test_the_sitemap_lists_every_page_without_a_day(built: Path) -> None:
    sitemap = (built / "site/sitemap.xml").read_text("utf-8")
    assert "https://digest.example/sub/papers/plain/" in sitemap
    assert "lastmod" not in sitemap


def test_building_again_and_elsewhere_gives_the_same_bytes(built: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "another place" / "digest"
    shutil.copytree(REPOSITORY / "tests/data/digest", elsewhere)
    (elsewhere / "theme").symlink_to(REPOSITORY / "theme")
    build.generate(elsewhere, TODAY.replace(year=2031), print)
    for folder in ("docs", "email"):
        ours = {path.relative_to(built): path.read_bytes() for path in (built / folder).rglob("*") if path.is_file()}
        theirs = {
            path.relative_to(elsewhere / "build"): path.read_bytes()
            for path in (elsewhere / "build" / folder).rglob("*")
            if path.is_file()
        }
        assert ours == theirs
        assert ours


def test_when_mkdocs_fails_the_last_good_site_stays(built: Path, tmp_path: Path) -> None:
    root = tmp_path / "digest"
    shutil.copytree(built.parent, root, symlinks=True)
    before = {path: path.read_bytes() for path in (root / "build/site").rglob("*") if path.is_file()}
    (root / "content/pages/about.md").write_text("# About\n\n[nowhere](nowhere.md)\n")
    with pytest.raises(build.MkDocsFailed, match=r"nowhere\.md"):
        build.build(root, TODAY, print)
    assert {path: path.read_bytes() for path in (root / "build/site").rglob("*") if path.is_file()} == before
    assert not (root / "build/.site.next").exists()


@pytest.mark.browser
@pytest.mark.parametrize(
    ("width", "scheme"),
    # What fits does not hang on the palette.
    [(1280, "light"), (768, "light"), (390, "dark"), (320, "light")],
)
def test_every_page_is_quiet_fits_and_runs_no_strange_script(
    chromium: Browser, address: str, width: int, scheme: str
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]  # a literal, from the list above
    watched = Watched(context.new_page())
    for path in PAGES:
        watched.page.goto(address + path)
        assert watched.page.evaluate("window.pwned") is None, path
        assert watched.overflow() <= 0, path
        if path != PAGES[-1]:
            assert watched.complaints == [], path
        watched.complaints.clear()
    assert watched.foreign == []
    context.close()


@pytest.mark.browser
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("path", [path for path in PAGES if path not in {"papers/2/", "papers/never-mind/"}])
def test_pages_pass_the_accessibility_checks(chromium: Browser, address: str, path: str, scheme: str) -> None:
    context = chromium.new_context(viewport={"width": 1280, "height": 900}, color_scheme=scheme)  # type: ignore[arg-type]  # a literal, from the list above
    opened = context.new_page()
    opened.goto(address + path)
    results = Axe().run(opened)
    assert results.violations_count == 0, results.generate_report()
    context.close()


@pytest.mark.browser
def test_filters_stand_left_of_the_papers_on_wide_screens_and_fold_on_narrow_ones(
    chromium: Browser, address: str
) -> None:
    opened = chromium.new_page(viewport={"width": 1280, "height": 900})
    opened.goto(address + "papers/")
    filters, first = (opened.locator(selector).first.bounding_box() for selector in (".filters nav", ".card"))
    assert filters is not None
    assert first is not None
    assert filters["x"] + filters["width"] < first["x"]
    assert first["width"] > 580
    opened.set_viewport_size({"width": 390, "height": 844})
    opened.goto(address + "papers/")
    assert not opened.is_visible(".filters nav")
    opened.click(".filters summary")
    assert opened.is_visible(".filters nav")
    opened.close()


@pytest.mark.browser
@pytest.mark.parametrize("path", ["papers/plain/", "issues/2026-11-21/"])
def test_a_page_prints_dark_on_white_even_from_the_dark_theme(chromium: Browser, address: str, path: str) -> None:
    context = chromium.new_context(color_scheme="dark")
    opened = context.new_page()
    opened.goto(address + path)
    opened.emulate_media(media="print")
    assert opened.evaluate("getComputedStyle(document.querySelector('h1')).color") == "rgb(0, 0, 0)"
    assert not opened.is_visible(".masthead")
    context.close()


@pytest.mark.browser
def test_search_finds_a_hostile_paper_and_shows_it_as_text(chromium: Browser, address: str) -> None:
    opened = chromium.new_page()
    opened.goto(address)
    opened.keyboard.press("/")
    opened.wait_for_selector(".search[open]")
    opened.keyboard.type("bold")
    opened.wait_for_selector(".search__link:has-text('</title><script>window.pwned=1</script> *bold*')")
    assert opened.evaluate("window.pwned") is None
    opened.close()


@pytest.mark.browser
def test_the_theme_switch_holds_over_pages(chromium: Browser, address: str) -> None:
    context = chromium.new_context(color_scheme="light")
    opened = context.new_page()
    opened.goto(address)
    light = opened.evaluate("getComputedStyle(document.body).backgroundColor")
    opened.click("[data-theme-switch]")
    opened.goto(address + "papers/")
    assert opened.evaluate("document.documentElement.dataset.theme") == "dark"
    assert opened.evaluate("getComputedStyle(document.body).backgroundColor") != light
    context.close()


@pytest.mark.browser
def test_bibtex_is_copied_by_a_click(chromium: Browser, address: str) -> None:
    context = chromium.new_context(permissions=["clipboard-read", "clipboard-write"])
    opened = context.new_page()
    opened.goto(address + "papers/plain/")
    opened.click("figure.citation [data-copy] >> nth=0")
    wait_until(opened, "document.querySelector('[data-copy]').textContent === 'Copied'")
    assert re.match(r"@inproceedings\{plain,\n  title", opened.evaluate("navigator.clipboard.readText()"))
    context.close()


@pytest.mark.browser
def test_everything_can_be_read_without_scripts(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    opened = context.new_page()
    opened.goto(address + "papers/plain/")
    assert opened.is_visible("text=And a second paragraph.")
    assert not opened.is_visible("[data-copy] >> nth=0"), "a button that needs a script is not shown without"
    context.close()
