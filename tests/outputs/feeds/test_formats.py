"""Each format against what defines it, and the limits that readers set."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator, FormatChecker
from lxml import etree

from paper_digest import urls
from paper_digest.building.publishing import as_json, extended, promised
from paper_digest.digest.site import Site
from paper_digest.outputs.feeds import MOST_CONTENT, feeds
from paper_digest.outputs.feeds.archives import parts
from tests.conftest import PAPER, MakeDigest, site_of
from tests.outputs.feeds.published import files
from tests.sound.made import Made

DATA = Path(__file__).resolve().parents[2] / "data" / "feeds"
ATOM = "{http://www.w3.org/2005/Atom}"
HISTORY = "{http://purl.org/syndication/history/1.0}"
Outputs = Mapping[str, bytes]
STRICT = FormatChecker()


@STRICT.checks("date-time", raises=ValueError)
def is_a_date(value: object) -> bool:
    """RFC 3339; the library checks it only beside another package."""
    return not isinstance(value, str) or datetime.fromisoformat(value).tzinfo is not None


@STRICT.checks("uri", raises=ValueError)
def is_an_address(value: object) -> bool:
    return not isinstance(value, str) or bool(urlsplit(value).hostname)


@pytest.fixture(scope="module", params=["example", pytest.param("real", marks=pytest.mark.real)])
def published(request: pytest.FixtureRequest) -> Made:
    found: Made = request.getfixturevalue(request.param)
    return found


def test_every_atom_document_is_valid_by_the_schema_of_its_rfc(published: Made) -> None:
    check_atom(published)


def check_atom(made: Made) -> None:
    """RFC 4287, appendix B; elements of other name spaces may stand anywhere."""
    schema = etree.RelaxNG(etree.parse(DATA / "atom.rng"))
    found = files(made.files, urls.ATOM)
    assert found
    for folder, content in found.items():
        document = etree.fromstring(content)
        assert schema.validate(document), (folder, schema.error_log)
        check_atom_rules(document)


def check_atom_rules(feed: Any) -> None:
    """What RFC 4287 asks for in words: one alternate link, one self, no id twice, an author for everything."""
    assert [link.get("rel") for link in feed.findall(f"{ATOM}link")].count("self") == 1
    ids = [entry.findtext(f"{ATOM}id") for entry in feed.findall(f"{ATOM}entry")]
    assert len(set(ids)) == len(ids)
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        alternates = [link for link in element.findall(f"{ATOM}link") if link.get("rel") == "alternate"]
        assert len(alternates) == 1
    assert feed.find(f"{ATOM}author") is not None
    for stamp in (*feed.iter(f"{ATOM}updated"), *feed.iter(f"{ATOM}published")):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d[+-]\d\d:\d\d", stamp.text), "an offset, no fractions"


def test_every_rss_document_has_what_the_specification_asks_for(published: Made) -> None:
    check_rss(published)


def check_rss(made: Made) -> None:
    """https://www.rssboard.org/rss-specification and its profile's recommendations."""
    found = files(made.files, urls.RSS)
    assert found
    for folder, content in found.items():
        channel = etree.fromstring(content).find("channel")
        assert channel is not None
        for needed in ("title", "link", "description", "lastBuildDate", "language"):
            assert channel.findtext(needed), (folder, needed)
        parsedate_to_datetime(channel.findtext("lastBuildDate"))
        assert [link.get("rel") for link in channel.findall(f"{ATOM}link")].count("self") == 1
        guids = [item.findtext("guid") for item in channel.findall("item")]
        assert len(set(guids)) == len(guids)
        for item in channel.findall("item"):
            assert item.findtext("title")
            assert urlsplit(item.findtext("link")).scheme in {"http", "https"}
            assert item.find("guid").get("isPermaLink") == "false"
            assert parsedate_to_datetime(item.findtext("pubDate")).tzinfo
            assert len(item.findall("{http://purl.org/dc/elements/1.1/}creator")) <= 1
            assert all(category.get("domain") for category in item.findall("category"))


def test_every_json_document_is_valid_by_the_schema_of_json_feed(published: Made) -> None:
    check_json_feed(published)


def check_json_feed(made: Made) -> None:
    schema = json.loads((DATA / "jsonfeed-1.1.schema.json").read_text("utf-8"))
    validator = Draft202012Validator(schema, format_checker=STRICT)
    found = files(made.files, urls.JSON_FEED)
    assert found
    for folder, content in found.items():
        document = json.loads(content)
        assert [error.message for error in validator.iter_errors(document)] == [], folder
        for item in document["items"]:
            for key in ("date_published", "date_modified"):
                assert datetime.fromisoformat(item[key]).utcoffset() is not None


def test_a_broken_json_feed_would_be_told() -> None:
    schema = json.loads((DATA / "jsonfeed-1.1.schema.json").read_text("utf-8"))
    validator = Draft202012Validator(schema, format_checker=STRICT)
    broken = {"version": "https://jsonfeed.org/version/1.1", "title": "T", "items": [{"id": 7, "content_html": "x"}]}
    assert list(validator.iter_errors(broken))
    undated = {**broken, "items": [{"id": "7", "content_html": "x", "date_published": "2026-13-01T00:00:00Z"}]}
    assert list(validator.iter_errors(undated))


def test_the_opml_is_what_its_specification_asks_for(published: Made) -> None:
    check_opml(published)


def check_opml(made: Made) -> None:
    """http://opml.org/spec2.opml: text everywhere, and type and xmlUrl for subscriptions."""
    root = etree.fromstring(made.files[f"docs/{urls.OPML}"])
    assert (root.tag, root.get("version")) == ("opml", "2.0")
    assert [child.tag for child in root] == ["head", "body"]
    parsedate_to_datetime(root.findtext("head/dateModified"))
    outlines = list(root.iter("outline"))
    assert all(outline.get("text") for outline in outlines)
    feeds_of = [outline for outline in outlines if outline.get("type")]
    assert {outline.get("type") for outline in feeds_of} == {"rss"}
    addresses = [outline.get("xmlUrl") for outline in feeds_of]
    assert len(set(addresses)) == len(addresses) >= len(("papers", "issues", "news", "trending", *made.site.category))


def test_no_feed_has_more_than_its_entries_or_a_megabyte(published: Made) -> None:
    check_sizes_of_feeds(published)


def check_sizes_of_feeds(made: Made) -> None:
    size = made.site.catalog.digest.feeds.size
    for name in urls.FEED_NAMES:
        for content in files(made.files, name).values():
            assert len(content) < 1_000_000
            assert content.count(b"<item>") + content.count(b"<entry>") + content.count(b'"content_html"') <= size


def test_long_abstracts_are_cut_before_a_feed_is_too_large_for_readers(make_digest: MakeDigest) -> None:
    long = "word " * 3_900
    papers = {
        f"content/papers/p{number}.yaml": f"title: Paper {number}\nabstract: {long}\ncategories: [vision]\n"
        f"summary: {{text: Short., by: human}}\nadded: 2026-11-{number % 28 + 1:02}\n"
        for number in range(75)
    }
    made = {each.path: each.content for each in feeds(site_of(make_digest(papers)))}
    for name in urls.FEED_NAMES:
        content = made[f"docs/{name}"]
        assert MOST_CONTENT < len(content) < 1_000_000
        assert content.count(b"Short.") >= 50, "no entry is left out"


# ---- archives --------------------------------------------------------------------------------------------------------


@given(count=st.integers(0, 400), size=st.integers(1, 60))
def test_every_subject_is_in_one_part_in_order(count: int, size: int) -> None:
    live, *archives = parts(range(count), size)
    assert [each for part in (live, *archives) for each in part.subjects] == list(range(count))
    assert len(live.subjects) <= size
    assert [part.number for part in archives] == list(range(len(archives), 0, -1))
    assert live.previous == (len(archives) or None)


@given(count=st.integers(1, 400), size=st.integers(2, 60))
def test_a_new_subject_changes_no_archive_that_there_was(count: int, size: int) -> None:
    def held(subjects: range) -> dict[int | None, list[int]]:
        return {part.number: list(part.subjects) for part in parts(subjects, size) if part.number}

    before, after = held(range(1, count)), held(range(count))  # the latest first: 0 is new
    assert {number: after[number] for number in before} == before


@given(count=st.integers(0, 400), size=st.integers(2, 60))
def test_after_an_archive_was_split_off_the_live_feed_still_has_half_its_entries(count: int, size: int) -> None:
    live, *archives = parts(range(count), size)
    assert not archives or len(live.subjects) > size // 2


def test_an_archive_says_so_and_leads_both_ways(example_outputs: Outputs) -> None:
    home = "https://digest.example/sub/"
    live = etree.fromstring(example_outputs["docs/atom.xml"])
    first = etree.fromstring(example_outputs["docs/archive/1/atom.xml"])
    assert live.find(f"{HISTORY}archive") is None
    assert first.find(f"{HISTORY}archive") is not None
    around = {link.get("rel"): link.get("href") for link in first.findall(f"{ATOM}link")}
    assert around["self"] == f"{home}archive/1/atom.xml"
    assert around["current"] == f"{home}atom.xml"
    rss = etree.fromstring(example_outputs["docs/archive/1/feed.xml"]).find("channel")
    assert rss is not None
    assert rss.find(f"{HISTORY}archive") is not None
    assert {link.get("rel") for link in rss.findall(f"{ATOM}link")} >= {"self", "current"}


# ---- what a feed is about --------------------------------------------------------------------------------------------


def test_a_tag_has_a_feed_from_five_papers_on(make_digest: MakeDigest) -> None:
    def files_of(count: int) -> set[str]:
        papers = {
            f"content/papers/p{n}.yaml": PAPER.replace("A paper", f"Paper {n}") + "tags: [mri]\nadded: 2026-11-01\n"
            for n in range(count)
        }
        return {each.path for each in feeds(site_of(make_digest(papers)))}

    assert not [path for path in files_of(4) if "tags/" in path]
    assert {f"docs/tags/mri/{name}" for name in urls.FEED_NAMES} <= files_of(5)


def test_a_tags_feed_that_was_published_goes_on_when_the_tag_has_fewer_papers(make_digest: MakeDigest) -> None:
    papers = {
        f"content/papers/p{n}.yaml": PAPER.replace("A paper", f"Paper {n}") + "tags: [mri]\nadded: 2026-11-01\n"
        for n in range(5)
    }
    root = make_digest(papers)
    promises = as_json(extended(None, promised(site_of(root).catalog)))
    (root / "content/published.json").write_text(promises)
    (root / "content/papers/p0.yaml").write_text(PAPER.replace("A paper", "Paper 0") + "added: 2026-11-01\n")
    made = {each.path: each.content for each in feeds(site_of(root))}
    assert len(items(made["docs/tags/mri/feed.json"])) == 4


def test_the_feed_of_a_removed_tag_ends_with_a_word(make_digest: MakeDigest) -> None:
    papers = {
        f"content/papers/p{n}.yaml": PAPER.replace("A paper", f"Paper {n}") + "tags: [mri]\nadded: 2026-11-01\n"
        for n in range(5)
    }
    root = make_digest(papers)
    (root / "content/published.json").write_text(as_json(extended(None, promised(site_of(root).catalog))))
    for path in (root / "content/papers").glob("*.yaml"):
        path.write_text(path.read_text().replace("tags: [mri]\n", ""))
    (root / "content/tags.yaml").write_text("- {id: rlhf, title: RLHF, kind: technique}\n")
    (root / "content/gone.yaml").write_text("- {kind: tag, id: mri, date: 2026-11-20, reason: It said too little.}\n")
    made = {each.path: each.content for each in feeds(site_of(root))}
    [last] = items(made["docs/tags/mri/feed.json"])
    assert last["title"] == "The tag mri has ended"
    assert last["summary"] == "It said too little."


NEWS = """news:
  - {date: 2026-11-22, kind: retracted, text: "It did not hold.", url: "https://journal.example/notice"}
status: retracted
"""


def made(make_digest: MakeDigest, paper: str) -> dict[str, bytes]:
    return {each.path: each.content for each in feeds(site_of(make_digest({"content/papers/p.yaml": paper})))}


def items(content: bytes) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(content)["items"]
    return found


def test_a_paper_retracted_today_appears_once_as_news_and_keeps_its_entry(make_digest: MakeDigest) -> None:
    before = made(make_digest, PAPER + "added: 2026-11-01\n")
    after = made(make_digest, PAPER + "added: 2026-11-01\nupdated: 2026-11-22\n" + NEWS)
    assert items(before["docs/news/feed.json"]) == []
    [news] = items(after["docs/news/feed.json"])
    assert news["title"] == "Retracted: A paper"
    assert "It did not hold." in news["content_html"]
    assert "https://journal.example/notice" in news["content_html"]
    [old], [new] = items(before["docs/feed.json"]), items(after["docs/feed.json"])
    assert new["id"] == old["id"] != news["id"]
    assert new["title"] == "Retracted: A paper"


def test_a_corrected_word_of_news_is_no_second_entry(make_digest: MakeDigest) -> None:
    first = made(make_digest, PAPER + "added: 2026-11-01\nupdated: 2026-11-22\n" + NEWS)
    second = made(make_digest, PAPER + "added: 2026-11-01\nupdated: 2026-11-22\n" + NEWS.replace("hold", "stand"))
    [before], [after] = items(first["docs/news/feed.json"]), items(second["docs/news/feed.json"])
    assert before["id"] == after["id"]


def test_two_notes_of_one_day_are_two_entries(make_digest: MakeDigest) -> None:
    notes = "news:\n  - {date: 2026-11-22, kind: note, text: One.}\n  - {date: 2026-11-22, kind: note, text: Two.}\n"
    found = items(made(make_digest, PAPER + "added: 2026-11-01\n" + notes)["docs/news/feed.json"])
    assert len({item["id"] for item in found}) == 2


def test_an_empty_feed_has_the_newest_date_of_the_catalog(make_digest: MakeDigest) -> None:
    files_of = made(make_digest, PAPER + "added: 2026-11-07\n")
    assert b"<updated>2026-11-07T00:00:00+00:00</updated>" in files_of["docs/categories/language/atom.xml"]
    assert b"07 Nov 2026 00:00:00 +0000</lastBuildDate>" in files_of["docs/categories/language/feed.xml"]


# ---- hostile text ----------------------------------------------------------------------------------------------------


def test_hostile_text_breaks_no_format(make_digest: MakeDigest) -> None:
    """What the loader lets pass; controls, surrogates and bidi marks it refuses or the sieve removes."""
    authors = ", ".join(f"Author {number}" for number in range(62))
    title = "]]> <b>&amp; {{ 7*7 }} \\u00ad " + "x" * 780
    paper = (
        f'title: "{title}"\nabstract: "]]></content:encoded><script>window.pwned=1</script> $a_{{$"\n'
        f"categories: [vision]\nauthors: [{authors}]\nadded: 2026-11-01\n"
    )
    found = made(make_digest, paper)
    [item] = items(found["docs/feed.json"])
    assert item["title"].startswith("]]> <b>&amp; {{ 7*7 }}")
    assert len(item["authors"]) == 62
    assert "<script" not in item["content_html"]
    for name in (urls.RSS, urls.ATOM):
        root = etree.fromstring(found[f"docs/{name}"])
        titles = [element.text for element in root.iter("title", f"{ATOM}title")]
        assert any(text.startswith("]]> <b>&amp; {{ 7*7 }}") for text in titles)


@pytest.mark.parametrize("sign", ["\\x07", "\\uFFFE", "\\x9B", "\\u202E", "\\uD800"])
def test_signs_that_no_feed_may_hold_never_reach_one(make_digest: MakeDigest, sign: str) -> None:
    root = make_digest({"content/papers/p.yaml": PAPER.replace("A paper", f'"A {sign}paper"') + "added: 2026-11-01\n"})
    from paper_digest.digest.opening import examine

    examined = examine(root, date(2026, 11, 25))
    assert examined.site is None
    assert [problem for problem in examined.problems if "p.yaml" in str(problem)]


def test_two_makings_of_the_feeds_are_the_same_bytes(example_site: Site) -> None:
    once, twice = ({each.path: each.content for each in feeds(example_site)} for _ in range(2))
    assert once == twice


def test_no_date_is_that_of_the_day_on_which_feeds_are_made(example_outputs: Outputs) -> None:
    today = (date.today() + timedelta()).isoformat()
    for name in urls.FEED_NAMES:
        for content in files(example_outputs, name).values():
            assert today.encode() not in content or today.startswith("2026-11-2")
