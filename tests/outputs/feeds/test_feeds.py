import re
from collections.abc import Mapping
from typing import Any

import feedparser
import pytest
from lxml import etree

from paper_digest.digest.site import Site
from paper_digest.outputs.feeds import feeds
from tests.conftest import PAPER, MakeDigest, site_of

FEEDS = [
    f"docs/{folder}{name}"
    for folder in (
        "",
        "issues/",
        "news/",
        "trending/",
        *(f"categories/{name}/" for name in ("vision", "language", "empty")),
    )
    for name in ("feed.xml", "atom.xml")
]
ATOM = "{http://www.w3.org/2005/Atom}"


def parsed(outputs: Mapping[str, bytes], path: str) -> Any:
    return feedparser.parse(outputs[path])


@pytest.mark.parametrize("path", FEEDS)
def test_every_feed_is_well_formed_and_says_where_it_is(example_outputs: dict[str, bytes], path: str) -> None:
    feed = parsed(example_outputs, path)
    assert feed.bozo is False
    assert feed.version == ("rss20" if path.endswith("feed.xml") else "atom10")
    assert feed.feed.title
    selves = [link.href for link in feed.feed.links if link.rel == "self"]
    assert selves == [f"https://digest.example/sub/{path.removeprefix('docs/')}"]


def test_there_are_no_others_but_those_of_former_and_removed_categories(example_outputs: dict[str, bytes]) -> None:
    former = {f"docs/categories/{name}/{file}" for name in ("seeing", "oddities") for file in ("feed.xml", "atom.xml")}
    found = {path for path in example_outputs if path.endswith(".xml") and "/archive/" not in path}
    assert found - {"docs/sitemap.xml"} == set(FEEDS) | former


@pytest.mark.parametrize("path", FEEDS)
def test_dates_come_from_the_catalog(example_outputs: dict[str, bytes], path: str) -> None:
    dates = re.findall(r"<(?:\w*Date|updated|published)>([^<]+)<", example_outputs[path].decode())
    assert dates
    assert all(re.search(r"(?:Nov 2026 00:00:00 \+0000|2026-11-\d\dT00:00:00\+00:00)$", date) for date in dates)


@pytest.mark.parametrize("folder", ["", "issues/", "categories/vision/", "categories/language/"])
def test_rss_and_atom_hold_the_same_entries(example_outputs: dict[str, bytes], folder: str) -> None:
    rss = parsed(example_outputs, f"docs/{folder}feed.xml")
    atom = parsed(example_outputs, f"docs/{folder}atom.xml")
    key = [(entry.id, entry.title, entry.link) for entry in rss.entries]
    assert key == [(entry.id, entry.title, entry.link) for entry in atom.entries]
    assert key


def test_a_feed_holds_the_latest_up_to_its_limit(example_site: Site, example_outputs: dict[str, bytes]) -> None:
    links = [entry.link.rstrip("/").rsplit("/", 1)[-1] for entry in parsed(example_outputs, "docs/feed.xml").entries]
    assert links == [paper.id for paper in example_site.papers][:5]


def test_a_paper_without_a_day_is_in_no_feed(example_outputs: dict[str, bytes]) -> None:
    assert b"missing-everything" not in example_outputs["docs/categories/language/atom.xml"]


@pytest.mark.parametrize("name", ["feed.xml", "atom.xml"])
def test_every_author_is_seen_by_a_feed_reader(example_outputs: dict[str, bytes], name: str) -> None:
    entry = next(each for each in parsed(example_outputs, f"docs/{name}").entries if "plain paper" in each.title)
    shown = ", ".join(author.name for author in entry.authors) if name == "atom.xml" else entry.author
    assert shown == "Ada Lovelace, Renée Müller-Ångström, Plato"


def test_an_atom_entry_tells_its_page_from_its_pdf(example_outputs: dict[str, bytes]) -> None:
    root = etree.fromstring(example_outputs["docs/atom.xml"])
    entry = next(each for each in root.iter(f"{ATOM}entry") if "plain paper" in each.findtext(f"{ATOM}title"))
    links = [(link.get("rel"), link.get("type"), link.get("href")) for link in entry.findall(f"{ATOM}link")]
    assert ("alternate", "text/html", "https://digest.example/sub/papers/plain/") in links
    assert ("related", "application/pdf", "https://arxiv.org/pdf/2410.00010") in links
    assert [rel for rel, _, _ in links].count("alternate") == 1


def test_a_retraction_shows_in_the_title(example_outputs: dict[str, bytes]) -> None:
    titles = [entry.title for entry in parsed(example_outputs, "docs/feed.xml").entries]
    assert "Retracted: A result that did not hold" in titles


@pytest.mark.parametrize("name", ["feed.xml", "atom.xml"])
def test_math_is_unicode_and_hostile_text_stays_text(example_outputs: dict[str, bytes], name: str) -> None:
    feed = parsed(example_outputs, f"docs/{name}")
    math = next(entry for entry in feed.entries if "Bounds" in entry.title)
    assert math.title == "Bounds of O(n log n) for α-trees, at $5 and $6"
    root = etree.fromstring(example_outputs[f"docs/{name}"])
    contents = root.findall(f".//{ATOM}content") or root.findall(".//{http://purl.org/rss/1.0/modules/content/}encoded")
    assert len(contents) == 5
    for content in contents:
        html = etree.HTML(content.text)
        elements = {element.tag for element in html.iter() if isinstance(element.tag, str)}
        assert elements <= {"html", "body", "p", "a", "strong", "em", "h2"}
        assert all(link.get("href").startswith("https://") for link in html.iter("a"))


def test_what_rss_readers_take_for_html_is_escaped_once_more(example_outputs: dict[str, bytes]) -> None:
    root = etree.fromstring(example_outputs["docs/categories/vision/feed.xml"])
    for description in root.iter("description"):
        assert "<" not in description.text
    hostile = next(item for item in root.iter("item") if "pwned" in item.findtext("title"))
    assert (
        hostile.findtext("description")
        == "&lt;/p&gt;&lt;script&gt;window.pwned=8&lt;/script&gt; **not bold** {{ 7*7 }}"
    )


@pytest.mark.parametrize("path", FEEDS)
def test_no_feed_holds_a_relative_link(example_outputs: dict[str, bytes], path: str) -> None:
    assert not re.findall(r'(?:href|src)="(?!https?://|mailto:|urn:)[^"]*"', example_outputs[path].decode())


def feed_of(site: Site) -> Any:
    return feedparser.parse(next(each.content for each in feeds(site) if each.path == "docs/atom.xml"))


def test_an_edit_keeps_guid_and_published_and_moves_updated(make_digest: MakeDigest) -> None:
    first = feed_of(site_of(make_digest({"content/papers/p.yaml": PAPER + "added: 2026-11-01\n"}))).entries[0]
    edited = PAPER.replace("A paper", "Another title") + "added: 2026-11-01\nupdated: 2026-11-05\n"
    second = feed_of(site_of(make_digest({"content/papers/p.yaml": edited}))).entries[0]
    assert (second.id, second.published) == (first.id, first.published)
    assert (first.updated, second.updated) == ("2026-11-01T00:00:00+00:00", "2026-11-05T00:00:00+00:00")


def test_a_new_domain_keeps_every_guid(make_digest: MakeDigest) -> None:
    files = {"content/papers/p.yaml": PAPER + "added: 2026-11-01\n"}
    before = feed_of(site_of(make_digest(files)))
    after = feed_of(site_of(make_digest({**files, "mkdocs.yml": "site_name: New\nsite_url: https://new.example/\n"})))
    assert [entry.id for entry in after.entries] == [entry.id for entry in before.entries]
    assert after.feed.id == before.feed.id
