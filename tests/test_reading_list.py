"""The reading list, as a reader uses it: in Chromium, over the made-up digest."""

from __future__ import annotations

import csv
import io
import json
import logging
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import markdown
import pytest
import rispy
from axe_playwright_python.sync_playwright import Axe
from bibtexparser.entrypoint import parse_string
from lxml import html
from playwright.sync_api import Browser, BrowserContext, FilePayload, Page, expect

from tests.web import Watched, wait_until

pytestmark = pytest.mark.browser

BASE = "/sub/"
KEY = f"digest:{BASE}:saved"
HOSTILE_NOTE = (
    "=cmd|' /C calc'!A0\n<img src=x onerror=window.pwned=1> [x](javascript:alert(1)) # *no*\n"
    '\n\'=2 "quoted", `code` &amp; \\*'
)


def paper(id: str, note: str = "", *, read: bool = False, title: str = "", saved: str = "2026-11-20") -> dict[str, Any]:
    return {"id": id, "title": title or id, "saved": saved, "read": read, "note": note}


SAVED = [
    paper("hostile", HOSTILE_NOTE, saved="2026-11-21"),
    paper("rtl", "הערה", read=True),
    paper("math", "See $x^2$.\nAnd more."),
    paper("plain"),
    paper("gone-away", "Where is it?", title="</textarea><script>window.pwned=1</script> *gone* [x](y)"),
]
IDS = [each["id"] for each in SAVED]


@pytest.fixture
def site(built: Path) -> Path:
    return built / "site"


@pytest.fixture
def context(chromium: Browser) -> Iterator[BrowserContext]:
    made = chromium.new_context(viewport={"width": 1280, "height": 900}, accept_downloads=True)
    yield made
    made.close()


@pytest.fixture
def opened(context: BrowserContext, address: str) -> Page:
    """The page of the reading list, with what is in SAVED."""
    return open_with(context.new_page(), address, SAVED)


def open_with(page: Page, address: str, papers: list[dict[str, Any]], query: str = "") -> Page:
    page.goto(f"{address}about/")
    page.evaluate("([key, list]) => localStorage.setItem(key, JSON.stringify(list))", [KEY, papers])
    page.goto(f"{address}reading-list/{query}")
    page.wait_for_selector(".reading__main")
    return page


def kept(page: Page) -> list[dict[str, Any]]:
    return list(page.evaluate("(key) => JSON.parse(localStorage.getItem(key) ?? '[]')", KEY))


def kept_ids(page: Page) -> list[str]:
    return [each["id"] for each in kept(page)]


def rows(page: Page) -> list[str]:
    return list(page.locator(".entry:not(.entry--removed)").evaluate_all("all => all.map(each => each.dataset.id)"))


def row(page: Page, id: str) -> Any:
    return page.locator(f'.entry[data-id="{id}"]')


def plain_titles(site: Path) -> dict[str, str]:
    """The titles of the site's own table, by id."""
    text = (site / "catalog.csv").read_text("utf-8")
    return {line["id"]: line["title"] for line in csv.DictReader(io.StringIO(text, newline=""))}


def export(page: Page, name: str) -> str:
    with page.expect_download() as caught:
        page.get_by_role("button", name=name, exact=True).click()
    assert re.fullmatch(r"reading-list-\d{4}-\d\d-\d\d\.(bib|ris|csv|md|json)", caught.value.suggested_filename)
    return Path(caught.value.path()).read_bytes().decode()


def bring(page: Page, name: str, content: str | bytes) -> str:
    """Import a file, and give back what the page then says."""
    told = page.locator("section[aria-labelledby='F-import'] .reading__told")
    told.evaluate("(place) => (place.textContent = '')")
    data = content.encode() if isinstance(content, str) else content
    file: FilePayload = {"name": name, "mimeType": "application/octet-stream", "buffer": data}
    page.locator("input[type=file]").set_input_files(file)
    expect(told).not_to_be_empty()
    return told.inner_text()


# ---- saving, order, notes --------------------------------------------------------------------------------------------


def test_what_is_saved_on_a_listing_is_on_the_list_and_can_be_removed_and_put_back(
    context: BrowserContext, address: str
) -> None:
    page = context.new_page()
    page.goto(f"{address}papers/")
    page.click('.card[data-paper="plain"] .save')
    page.click('.card[data-paper="math"] .save')
    page.goto(f"{address}reading-list/")
    page.wait_for_selector(".entry")
    assert rows(page) == ["plain", "math"]
    row(page, "plain").get_by_role("button", name="Remove").click()
    assert kept_ids(page) == ["math"]
    expect(row(page, "plain").get_by_role("button", name="Undo")).to_be_focused()
    page.keyboard.press("Enter")
    assert rows(page) == kept_ids(page) == ["plain", "math"]


def test_undo_brings_back_the_note_the_place_and_whether_it_was_read(opened: Page) -> None:
    for id in ("rtl", "math"):
        row(opened, id).get_by_role("button", name="Remove").click()
    assert kept_ids(opened) == ["hostile", "plain", "gone-away"]
    row(opened, "rtl").get_by_role("button", name="Undo").click()
    row(opened, "math").get_by_role("button", name="Undo").click()
    before = {each["id"]: each for each in SAVED}
    assert kept_ids(opened) == IDS
    assert all(each["note"] == before[each["id"]]["note"] for each in kept(opened))
    assert [each["read"] for each in kept(opened)] == [each["read"] for each in SAVED]


def test_order_by_keyboard_keeps_the_focus_is_told_and_holds_over_a_reload(opened: Page) -> None:
    down = row(opened, "rtl").locator('[data-step="1"]')
    down.focus()
    opened.keyboard.press("Enter")
    expect(down).to_be_focused()
    expect(opened.locator("#F-announced")).to_have_text("למידת מכונה לרפואה עם MRI, now 3 of 5")
    opened.keyboard.press("ArrowDown")
    opened.keyboard.press("ArrowUp")
    opened.keyboard.press("End")
    assert kept_ids(opened) == ["hostile", "math", "plain", "gone-away", "rtl"]
    expect(down).to_be_focused()
    expect(down).to_have_attribute("aria-disabled", "true")
    opened.keyboard.press("Enter")
    expect(opened.locator("#F-announced")).to_have_text("למידת מכונה לרפואה עם MRI is last already")
    row(opened, "plain").locator('[data-step="-Infinity"]').press("Enter")
    opened.reload()
    opened.wait_for_selector(".entry")
    assert rows(opened) == ["plain", "hostile", "math", "gone-away", "rtl"]


def drag(page: Page, id: str, to: str, *, below: bool) -> None:
    row(page, id).scroll_into_view_if_needed()
    box = row(page, id).locator("[data-handle]").bounding_box()
    page.mouse.move(box["x"] + 10, box["y"] + 10)
    page.mouse.down()
    page.mouse.move(box["x"] + 10, box["y"] + 22)
    for _ in range(2):  # rows give way while one is dragged
        target = row(page, to).bounding_box()
        page.mouse.move(box["x"] + 10, target["y"] + target["height"] * (0.9 if below else 0.1), steps=6)


def test_order_by_dragging_holds_over_a_reload(opened: Page) -> None:
    drag(opened, "hostile", "plain", below=True)
    opened.mouse.up()
    assert kept_ids(opened) == ["rtl", "math", "plain", "hostile", "gone-away"]
    assert not opened.locator(".entries--moving").count()
    drag(opened, "gone-away", "rtl", below=False)
    opened.mouse.up()
    opened.reload()
    opened.wait_for_selector(".entry")
    assert rows(opened) == ["gone-away", "rtl", "math", "plain", "hostile"]


def test_the_row_stays_under_the_pointer_when_dragging_begins(opened: Page) -> None:
    row(opened, "rtl").scroll_into_view_if_needed()
    box = row(opened, "rtl").locator("[data-handle]").bounding_box()
    opened.mouse.move(box["x"] + 10, box["y"] + 10)
    opened.mouse.down()
    opened.mouse.move(box["x"] + 10, box["y"] + 16)
    assert rows(opened) == IDS
    opened.mouse.move(box["x"] + 10, box["y"] + 66)
    opened.mouse.up()
    assert kept_ids(opened) == ["hostile", "math", "rtl", "plain", "gone-away"]


def test_escape_takes_a_drag_back(opened: Page) -> None:
    drag(opened, "hostile", "plain", below=True)
    assert rows(opened) != IDS
    opened.keyboard.press("Escape")
    opened.mouse.up()
    assert rows(opened) == kept_ids(opened) == IDS


def test_a_note_is_kept_as_it_is_typed_and_when_the_page_is_left(opened: Page, address: str) -> None:
    row(opened, "plain").get_by_role("button", name="Add a note").click()
    opened.keyboard.type("Two lines,\nat once <b>")
    wait_until(opened, "(key) => localStorage.getItem(key).includes('at once')", arg=KEY)
    row(opened, "math").locator("textarea").fill("left in a hurry")
    opened.goto(f"{address}about/")
    notes = {each["id"]: each["note"] for each in kept(opened)}
    assert notes["plain"] == "Two lines,\nat once <b>"
    assert notes["math"] == "left in a hurry"


def test_a_field_for_a_note_grows_with_it_and_goes_when_it_is_left_empty(opened: Page) -> None:
    field = row(opened, "plain").locator("textarea")
    row(opened, "plain").get_by_role("button", name="Add a note").click()
    low = field.bounding_box()
    opened.keyboard.type("line\n" * 6)
    high = field.bounding_box()
    assert low is not None
    assert high is not None
    assert high["height"] > low["height"] + 80
    field.fill("")
    opened.keyboard.press("Tab")
    expect(field).to_be_hidden()
    expect(row(opened, "plain").get_by_role("button", name="Add a note")).to_be_visible()


def test_read_and_unread_are_counted_and_filtered_without_tearing_away_what_was_just_ticked(opened: Page) -> None:
    bar = opened.locator(".reading__bar")
    assert bar.inner_text().split() == ["All", "5", "Unread", "4", "Read", "1", "Brief"]
    bar.get_by_role("button", name="Unread").click()
    assert rows(opened) == ["hostile", "math", "plain", "gone-away"]
    row(opened, "math").get_by_role("checkbox").check()
    assert "math" in rows(opened)
    bar.get_by_role("button", name="Read 2").click()
    assert rows(opened) == ["rtl", "math"]
    row(opened, "math").locator('[data-step="-1"]').press("Enter")
    assert kept_ids(opened) == ["hostile", "math", "rtl", "plain", "gone-away"]
    opened.reload()
    opened.wait_for_selector(".entry")
    assert rows(opened) == ["math", "rtl"], "the address says which part was looked at"


def test_a_paper_that_is_gone_stays_a_former_id_leads_on_and_a_retraction_is_told(
    context: BrowserContext, address: str
) -> None:
    papers = [SAVED[4], paper("plain-old", "one"), paper("retracted"), paper("plain", "two", read=True)]
    page = open_with(context.new_page(), address, papers)
    assert rows(page) == ["gone-away", "plain", "retracted"]
    assert row(page, "plain").locator("textarea").input_value() == "one\n\ntwo"
    assert "Not in this catalog" in row(page, "gone-away").inner_text()
    assert row(page, "gone-away").locator("h2").inner_text() == SAVED[4]["title"]
    assert row(page, "retracted").locator(".status").inner_text() == "Retracted"
    assert page.evaluate("window.pwned") is None


def test_without_the_catalog_the_titles_still_stand_there(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.route("**/papers/cards.json", lambda route: route.abort())
    open_with(page, address, SAVED)
    assert rows(page) == IDS
    assert page.get_by_text("The catalog could not be loaded").is_visible()
    assert not page.get_by_text("Not in this catalog").count()


def test_a_browser_that_keeps_nothing_says_so(context: BrowserContext, address: str) -> None:
    page = context.new_page()
    page.add_init_script("Storage.prototype.setItem = () => { throw new DOMException('full', 'QuotaExceededError') }")
    page.goto(f"{address}reading-list/")
    expect(page.get_by_role("alert")).to_contain_text("This browser keeps nothing")


# ---- other windows ---------------------------------------------------------------------------------------------------


def test_what_another_window_does_appears_without_taking_the_focus_or_the_note_under_way(
    context: BrowserContext, address: str, opened: Page
) -> None:
    field = row(opened, "math").locator("textarea")
    field.focus()
    opened.keyboard.press("Control+End")
    opened.keyboard.type(" Under way")
    other = context.new_page()
    other.goto(f"{address}papers/2/")
    other.click('.card[data-paper="long-title"] .save')
    other.goto(f"{address}papers/")
    other.click('.card[data-paper="hostile"] .save')
    expect(row(opened, "long-title")).to_be_visible()
    expect(field).to_be_focused()
    opened.keyboard.type(", and on.")
    opened.keyboard.press("Tab")
    wait_until(opened, "(key) => localStorage.getItem(key).includes('Under way, and on.')", arg=KEY)
    assert kept_ids(opened) == ["rtl", "math", "plain", "gone-away", "long-title"]


def test_what_was_typed_a_moment_ago_outlives_a_change_by_another_window(opened: Page) -> None:
    value = (
        row(opened, "math")
        .locator("textarea")
        .evaluate(
            """(field, key) => {
          field.value = "just typed";
          field.dispatchEvent(new InputEvent("input", { bubbles: true }));
          localStorage.setItem(key, localStorage.getItem(key).replace("And more.", "From elsewhere."));
          dispatchEvent(new StorageEvent("storage", { key }));
          return field.value;
        }""",
            KEY,
        )
    )
    assert value == "just typed"
    wait_until(opened, "(key) => localStorage.getItem(key).includes('just typed')", arg=KEY)


def test_a_note_on_a_paper_that_another_window_removes_is_not_lost(
    context: BrowserContext, address: str, opened: Page
) -> None:
    row(opened, "plain").get_by_role("button", name="Add a note").click()
    opened.keyboard.type("x")
    # Else what is typed may be kept after the paper was removed, and before that could be seen.
    wait_until(opened, '(key) => localStorage.getItem(key).includes(\'"note":"x"\')', arg=KEY)
    other = context.new_page()
    other.goto(f"{address}papers/")
    other.click('.card[data-paper="plain"] .save')
    wait_until(opened, "(key) => !localStorage.getItem(key).includes('\"plain\"')", arg=KEY)
    opened.keyboard.type("yz")
    opened.keyboard.press("Tab")
    wait_until(opened, "(key) => localStorage.getItem(key).includes('xyz')", arg=KEY)
    assert kept_ids(opened) == IDS


# ---- export ----------------------------------------------------------------------------------------------------------


def test_bibtex_holds_every_paper_of_the_catalog_and_tells_the_others(opened: Page) -> None:
    logging.getLogger("bibtexparser").addHandler(logging.NullHandler())
    library = parse_string(export(opened, "BibTeX"))
    assert library.failed_blocks == []
    assert [entry.key for entry in library.entries] == IDS[:-1]
    told = opened.locator("section[aria-labelledby='F-export'] .reading__told").inner_text()
    assert told.startswith("4 papers in reading-list-")
    assert "Left out, because they are not in this catalog: “</textarea><script>" in told


def test_ris_holds_every_paper_of_the_catalog(opened: Page, site: Path) -> None:
    records = rispy.loads(export(opened, "RIS"))
    titles = plain_titles(site)
    assert [record["id"] for record in records] == IDS[:-1]
    assert [record["title"] for record in records] == [titles[id] for id in IDS[:-1]]


def test_a_page_that_cannot_be_fetched_is_told_and_the_others_are_exported(opened: Page) -> None:
    opened.route("**/papers/math/", lambda route: route.abort())
    assert [record["id"] for record in rispy.loads(export(opened, "RIS"))] == ["hostile", "rtl", "plain"]
    told = opened.locator("section[aria-labelledby='F-export'] .reading__told").inner_text()
    assert "Missing, because their pages could not be loaded: “Bounds of O(n log n)" in told


def test_csv_is_like_the_sites_own_with_what_the_reader_added_and_runs_in_no_spreadsheet(
    opened: Page, site: Path
) -> None:
    text = export(opened, "CSV")
    assert text.count("\r\n") == len(IDS) + 1, "lines within notes end with a line feed alone"
    lines = list(csv.DictReader(io.StringIO(text, newline=""), strict=True))
    own = {each["id"]: each for each in csv.DictReader(io.StringIO((site / "catalog.csv").read_text("utf-8")))}
    assert [line["id"] for line in lines] == IDS
    for line in lines[1:4]:
        shared = set(line) & set(own[line["id"]]) - {"venue", "link"}
        assert {name: line[name] for name in shared} == {name: own[line["id"]][name] for name in shared}
    assert [line["link"].endswith(f"/papers/{line['id']}/") for line in lines] == [True] * len(lines)
    assert [line["read"] for line in lines] == ["yes" if each["read"] else "no" for each in SAVED]
    assert [line["saved"] for line in lines] == [each["saved"] for each in SAVED]
    assert lines[0]["note"] == f"'{HOSTILE_NOTE}"
    assert [line["note"] for line in lines[1:]] == [each["note"] for each in SAVED[1:]]
    assert not [cell for line in lines for cell in line.values() if cell.startswith(("=", "+", "-", "@"))]


def test_markdown_stays_text_whatever_titles_and_notes_hold(opened: Page) -> None:
    text = export(opened, "Markdown")
    document = html.fromstring(markdown.markdown(text))
    assert not document.xpath("//script | //img | //em | //code | //*[@onerror] | //textarea")
    links = document.xpath("//a/@href")
    assert [link.split("/papers/")[1] for link in links] == [f"{id}/" for id in IDS]
    assert all(link.startswith("http://127.0.0.1:") for link in links)
    assert "<img src=x onerror=window.pwned=1> [x](javascript:alert(1)) # *no*" in document.text_content()
    assert text.count("- [x] ") == 1
    assert text.count("- [ ] ") == 4


def test_the_backup_holds_the_list_as_it_is(opened: Page, address: str) -> None:
    held = json.loads(export(opened, "Backup (JSON)"))
    assert (held["version"], held["digest"]) == (1, address)
    assert [each | {"title": ""} for each in held["papers"]] == [each | {"title": ""} for each in SAVED]


# ---- import ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["Backup (JSON)", "CSV", "Markdown", "BibTeX", "RIS"])
def test_what_was_exported_can_be_read_again(opened: Page, address: str, name: str) -> None:
    text = export(opened, name)
    fresh = open_with(opened, address, [])
    told = bring(fresh, "list.txt", text)
    without_notes = name in {"BibTeX", "RIS"}
    expected = SAVED[:-1] if without_notes else SAVED
    assert told.startswith(f"{len(expected)} added.")
    assert rows(fresh) == [each["id"] for each in expected]
    if not without_notes:
        facts = ("id", "note", "read", "saved")
        assert [[each[fact] for fact in facts] for each in kept(fresh)] == [
            [each[fact] for fact in facts] for each in SAVED
        ]
        assert kept(fresh)[4]["title"] == SAVED[4]["title"]
    assert fresh.evaluate("window.pwned") is None


def test_a_merge_keeps_the_order_joins_notes_and_can_be_taken_back(opened: Page) -> None:
    before = kept(opened)
    incoming = [
        paper("retracted", "new"),
        paper("math", "Another thought.", read=True, saved="2026-01-01"),
        paper("rtl", "הערה"),
        paper("plain-old"),
    ]
    told = bring(opened, "backup.json", json.dumps({"version": 1, "papers": incoming}))
    assert told.startswith("1 added, 3 were there already.")
    after = {each["id"]: each for each in kept(opened)}
    assert list(after) == [*IDS, "retracted"]
    assert after["math"]["note"] == "See $x^2$.\nAnd more.\n\nAnother thought."
    assert (after["math"]["read"], after["math"]["saved"]) == (True, "2026-01-01")
    assert (after["rtl"]["note"], after["rtl"]["read"]) == ("הערה", True)
    opened.locator("section[aria-labelledby='F-import']").get_by_role("button", name="Undo").click()
    assert [each | {"title": ""} for each in kept(opened)] == [each | {"title": ""} for each in before]


def test_other_peoples_files_are_matched_by_number_and_title_and_plain_lists_by_link(
    context: BrowserContext, address: str
) -> None:
    page = open_with(context.new_page(), address, [])
    bib = (
        "@comment{not an entry}\n@string{x = {y}}\n"
        "@article{someone2022, author = {A, B}, eprint = {2203.12345v2}, title={{Whatever}}}\n"
        '@misc(key2,\n  title = "A {P}lain paper: Nothing to \\emph{see}",\n)\n'
        "@misc{unknown, title = {Nobody knows <b>this</b>}}\n"
    )
    told = bring(page, "others.bib", bib)
    assert told.startswith("1 added. 2 not understood, or not in this catalog: “A {P}lain paper")
    told = bring(page, "list.txt", f"math\n{address}papers/rtl/\n\n* https://arxiv.org/abs/2410.00010\nwhat is this?\n")
    assert told.startswith("3 added. 1 not understood, or not in this catalog: “what is this?”.")
    assert kept_ids(page) == ["many-authors", "math", "rtl", "plain"]


HOSTILE_FILES = {
    "empty": "",
    "nonsense": "\x00\x01\xff" * 1000,
    "no list": '{"version": 1, "papers": {"length": 5}}',
    "broken": '{"papers": [{"id": "plain"',
    "deep": "[" * 200_000,
    "prototype": '{"papers": [{"__proto__": {"id": "plain"}, "title": 5}, {"id": "__proto__"}, {"id": "../../x"}]}',
    "wrong types": '{"papers": [null, 7, [], {"id": {"id": "x"}}, {"id": ["plain"]}, true]}',
    "line breaks": "\n" * 3_000_000,
    "at signs": "@a{" * 300_000,
    "open quote": 'id,title\n"' + 'x"",' * 300_000,
    "brackets": "- [" * 300_000,
    "spaces": "@misc{" + " " * 1_000_000,
    "too large": "x" * 10_000_000,
}


@pytest.mark.parametrize("name", HOSTILE_FILES)
def test_a_hostile_file_leaves_the_list_as_it_was(context: BrowserContext, address: str, name: str) -> None:
    watched = Watched(context.new_page())
    page = open_with(watched.page, address, SAVED)
    before = kept(page)
    page.set_default_timeout(10_000)
    bring(page, "file", HOSTILE_FILES[name])
    assert kept(page) == before
    assert rows(page) == IDS
    assert page.evaluate("({}).id") is None
    assert watched.complaints == []


def test_several_files_are_told_of_and_taken_back_together(context: BrowserContext, address: str) -> None:
    page = open_with(context.new_page(), address, [paper("math")])
    lists: list[FilePayload] = [
        {"name": name, "mimeType": "text/plain", "buffer": content.encode()}
        for name, content in (("a.txt", "plain\nno such paper\n"), ("b.txt", "rtl\n"))
    ]
    page.locator("input[type=file]").set_input_files(lists)
    told = page.locator("section[aria-labelledby='F-import'] .reading__told")
    expect(told).to_contain_text("2 added")
    expect(told).to_contain_text("no such paper")
    assert set(kept_ids(page)) == {"math", "plain", "rtl"}
    page.click("button:has-text('Undo')")
    assert kept_ids(page) == ["math"]


def test_what_is_imported_stays_text_is_there_once_and_ends_somewhere(context: BrowserContext, address: str) -> None:
    watched = Watched(context.new_page())
    page = open_with(watched.page, address, [])
    evil = "<img src=x onerror=window.pwned=1><script>window.pwned=1</script>"
    papers = [
        {"id": "constructor", "title": evil, "note": evil, "saved": evil, "read": "yes"},
        {"id": "constructor", "note": evil},
        {"id": "plain", "title": evil, "note": ["x"], "extra": {}},
        {"id": "x" * 200},
        *[{"id": f"paper-{number}"} for number in range(2_100)],
    ]
    told = bring(page, evil, json.dumps(papers))
    assert told.startswith("2000 added. 102 left out: a list holds 2,000 papers at most. 1 not understood")
    first, second = kept(page)[:2]
    assert (first["id"], first["title"], first["note"], first["read"]) == ("constructor", evil, evil, False)
    assert re.fullmatch(r"\d{4}-\d\d-\d\d", first["saved"])
    assert (second["title"], second["note"]) == ("A plain paper: nothing to see", "")
    assert row(page, "constructor").locator("h2").inner_text() == evil
    page.wait_for_timeout(300)
    assert page.evaluate("window.pwned") is None
    assert watched.foreign == []


def test_a_file_can_be_dropped_on_the_page(context: BrowserContext, address: str) -> None:
    page = open_with(context.new_page(), address, [])
    page.evaluate(
        """() => {
          const dataTransfer = new DataTransfer();
          dataTransfer.items.add(new File(["plain\\nmath"], "list.txt"));
          const about = { dataTransfer, bubbles: true, cancelable: true };
          for (const name of ["dragover", "drop"]) document.body.dispatchEvent(new DragEvent(name, about));
        }"""
    )
    page.wait_for_selector(".entry")
    assert rows(page) == ["plain", "math"]


# ---- for you ---------------------------------------------------------------------------------------------------------


def test_for_you_recommends_nothing_saved_or_retracted_and_says_why(context: BrowserContext, address: str) -> None:
    page = open_with(context.new_page(), address, [paper("long-title"), paper("plain")])
    cards = page.locator(".reading__for-you .card")
    cards.first.wait_for()
    ids = cards.evaluate_all("all => all.map(each => each.dataset.paper)")
    assert "retracted" not in ids
    assert not {"long-title", "plain"} & set(ids)
    assert 0 < len(ids) <= 6
    reasons = page.locator(".reading__for-you .card__reason").all_inner_texts()
    assert "Beside A plain paper and 1 other that you saved" in reasons
    page.reload()
    cards.first.wait_for()
    assert cards.evaluate_all("all => all.map(each => each.dataset.paper)") == ids


def test_saving_a_recommendation_puts_it_on_the_list_and_leaves_the_cards_where_they_are(
    context: BrowserContext, address: str
) -> None:
    page = open_with(context.new_page(), address, [paper("plain")])
    page.locator(".reading__for-you .card").first.wait_for()
    first = page.locator(".reading__for-you .card").first
    id = first.get_attribute("data-paper")
    first.locator(".save").click()
    assert rows(page) == ["plain", id]
    expect(page.locator(".reading__for-you .card").first.locator(".save")).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name="Show others").click()
    expect(page.locator(f'.reading__for-you .card[data-paper="{id}"]')).to_have_count(0)


def recommended(page: Page, address: str, items: list[dict[str, Any]], beside: list[list[int]], count: int) -> Any:
    """What the pure function says, of papers p0, p1, …, the last of which is retracted."""
    return page.evaluate(
        """async ([address, items, beside, count]) => {
          const { recommended } = await import(`${address}assets/js/for-you.js`);
          const all = Array.from({ length: count }, (_, place) => ({ id: `p${place}` }));
          all.at(-1).status = "Retracted";
          const byId = new Map(all.map((each) => [each.id, each]));
          const found = recommended(items, { all, byId }, beside);
          return found.map(({ paper, beside }) => [paper.id, beside.map(({ id }) => id)]);
        }""",
        [address, items, beside, count],
    )


def test_recommendations_prefer_what_is_near_to_many_and_do_not_all_stand_beside_the_same(
    context: BrowserContext, address: str
) -> None:
    page = context.new_page()
    page.goto(f"{address}about/")
    items = [paper("p0"), paper("p1"), paper("unknown")]
    beside = [[9, 2, 3, 4, 5, 1], [9, 5, 6, 7, 0], *[[]] * 8]
    found = recommended(page, address, items, beside, 10)
    assert found[0] == ["p5", ["p1", "p0"]], "near to both"
    assert {id for id, _ in found} <= {"p2", "p3", "p4", "p5", "p6", "p7"}
    found = recommended(page, address, items, [[2, 3, 4, 5, 6, 9], [9, 0, 7, 8], *[[]] * 8], 10)
    assert [id for id, _ in found[:3]] == ["p2", "p7", "p3"], "not all for the sake of one"
    fresh = recommended(page, address, [paper("p0"), paper("p1", saved="2026-11-24")], [[2], [3], [], [], []], 5)
    assert [id for id, _ in fresh] == ["p3", "p2"], "what was saved last counts a little more"
    assert recommended(page, address, [], beside, 10) == []


# ---- privacy, access, look -------------------------------------------------------------------------------------------


def test_nothing_of_the_list_leaves_the_browser(context: BrowserContext, address: str) -> None:
    watched = Watched(context.new_page())
    asked: list[str] = []
    watched.page.on("request", lambda request: asked.append(f"{request.method} {request.url} {request.post_data}"))
    page = open_with(watched.page, address, SAVED)
    for name in ("BibTeX", "RIS", "CSV", "Markdown", "Backup (JSON)"):
        export(page, name)
    row(page, "plain").get_by_role("button", name="Add a note").click()
    page.keyboard.type("a secret thought")
    page.keyboard.press("Tab")
    page.wait_for_timeout(600)
    assert watched.foreign == []
    assert watched.complaints == []
    sent = [line for line in asked if not line.split()[1].startswith("blob:")]
    assert all(line.startswith(f"GET {address}") and line.endswith(" None") for line in sent)
    assert not [line for line in sent if re.search(r"secret|gone-away|\?", line)]


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("papers", [[], SAVED], ids=["empty", "full"])
@pytest.mark.parametrize("width", [1280, 320])
def test_it_passes_the_accessibility_checks_and_fits(
    chromium: Browser, address: str, scheme: Any, papers: list[dict[str, Any]], width: int
) -> None:
    context = chromium.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme)
    watched = Watched(context.new_page())
    page = open_with(watched.page, address, papers)
    page.wait_for_timeout(200)
    if papers:
        page.evaluate("document.querySelector('.reading__side').open = true")
        row(page, "math").get_by_role("button", name="Remove").click()
    results = Axe().run(page)
    assert results.violations_count == 0, results.generate_report()
    assert watched.overflow() <= 0
    assert watched.complaints == []
    context.close()


def test_targets_are_large_enough_for_a_thumb(chromium: Browser, address: str) -> None:
    context = chromium.new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = open_with(context.new_page(), address, SAVED)
    page.evaluate("document.querySelector('.reading__side').open = true")
    small = page.evaluate(
        """() => [...document.querySelectorAll(".reading-list :is(button, label, [data-handle], a, summary)")]
          .filter((each) => each.checkVisibility())
          .map((each) => [each.textContent.trim(), each.getBoundingClientRect()])
          .filter(([, { width, height }]) => Math.min(width, height) < 24)
          .map(([text, { width, height }]) => `${text}: ${width} × ${height}`)"""
    )
    assert small == []
    context.close()


def test_everything_can_be_done_by_keyboard(opened: Page) -> None:
    """From the first paper's title on: read, note, remove, undo, and its place, by Tab alone."""
    row(opened, "rtl").locator("h2 a").focus()
    reached = []
    for _ in range(14):
        reached.append(
            opened.evaluate("document.activeElement.getAttribute('aria-label') ?? document.activeElement.tagName")
        )
        opened.keyboard.press("Tab")
    name = "למידת מכונה לרפואה עם MRI"
    assert {f"Remove: {name}", f"Note on {name}", f"Move up: {name}", f"Move down: {name}", "INPUT"} <= set(reached)
    visible = opened.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert visible != "none"


def test_it_prints_the_list_and_the_notes_alone(opened: Page) -> None:
    opened.emulate_media(media="print")
    assert row(opened, "math").locator("textarea").is_visible()
    assert row(opened, "math").locator("h2").is_visible()
    for selector in (".reading__side", ".reading__bar", ".reading__for-you", ".entry__order >> nth=0", ".masthead"):
        assert not opened.locator(selector).is_visible(), selector


def test_without_scripts_the_page_says_that_it_needs_them(chromium: Browser, address: str) -> None:
    context = chromium.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}reading-list/")
    assert page.is_visible("text=This page needs JavaScript")
    context.close()


def test_a_page_that_comes_back_from_the_browsers_memory_knows_what_was_saved_meanwhile(
    context: BrowserContext, address: str
) -> None:
    page = context.new_page()
    page.goto(f"{address}papers/")
    page.wait_for_selector("[data-paper=plain] .save")
    meanwhile = json.dumps([paper("math")])
    page.evaluate("([key, list]) => localStorage.setItem(key, list)", [KEY, meanwhile])
    page.evaluate("dispatchEvent(new PageTransitionEvent('pageshow', { persisted: true }))")
    page.click("[data-paper=plain] .save")
    assert kept_ids(page) == ["math", "plain"]
