"""Every feed, read with feedparser and with a reader that is not Python, and held against the catalog."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest

from paper_digest import urls
from paper_digest.digest.site import Site
from paper_digest.shown import channels
from tests.outputs.feeds.published import Told, documents, elsewhere, expected, files
from tests.sound.made import Made
from tests.tools import MODULES, module, node


@pytest.fixture(scope="module", params=["example", pytest.param("real", marks=pytest.mark.real)])
def published(request: pytest.FixtureRequest) -> Made:
    found: Made = request.getfixturevalue(request.param)
    return found


def wanted(site: Site, name: str, subjects: Iterable[Any]) -> list[Told]:
    """What a document must tell. RSS has no date of updates, and one field for all authors."""
    told = [expected(site, subject) for subject in subjects]
    if name != urls.RSS:
        return told
    joined = [(", ".join(each.authors),) if each.authors else () for each in told]
    return [
        Told(each.guid, each.title, each.link, authors, each.published, None)
        for each, authors in zip(told, joined, strict=True)
    ]


def when(parsed: Any) -> datetime:
    year, month, day, hour, minute, second, *_ = parsed
    return datetime(year, month, day, hour, minute, second, tzinfo=UTC)


def by_feedparser(content: bytes, name: str) -> list[Told]:
    feed = feedparser.parse(content)
    assert feed.bozo is False, feed.bozo_exception
    return [
        Told(
            entry.id,
            " ".join(entry.title.split()),
            entry.link,
            tuple(author.name for author in entry.get("authors", ()) if author),
            when(entry.published_parsed),
            when(entry.updated_parsed) if name == urls.ATOM else None,
        )
        for entry in feed.entries
    ]


def check_feedparser(made: Made) -> None:
    """Every document of every channel says to feedparser what the catalog says, and there are no others."""
    for name in (urls.RSS, urls.ATOM):
        found = files(made.files, name)
        read = set()
        for _, folder, subjects in documents(made.site):
            assert by_feedparser(found[folder], name) == wanted(made.site, name, subjects), folder
            read.add(folder)
        others = elsewhere(made.site)
        assert {each for each in found if each.split("archive/")[0] not in others} == read


def test_feedparser_reads_in_every_document_what_the_catalog_says(published: Made) -> None:
    check_feedparser(published)


def test_a_reader_that_is_not_python_reads_the_same_in_all_three_formats(published: Made, tmp_path: Path) -> None:
    check_a_reader_that_is_not_python(published, tmp_path)


def check_a_reader_that_is_not_python(made: Made, folder: Path) -> None:
    module("feedsmith/package.json")
    places = {}
    for _, listing, subjects in documents(made.site):
        for name in urls.FEED_NAMES:
            place = folder / listing / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(made.files[f"docs/{listing}{name}"])
            places[str(place)] = (name, subjects)
    (folder / "feeds.opml").write_bytes(made.files[f"docs/{urls.OPML}"])
    asked = json.dumps({"feeds": list(places), "opml": str(folder / "feeds.opml")})
    command = [node(), str(MODULES.parent / "read-feeds.mjs")]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    formats = {urls.RSS: "rss", urls.ATOM: "atom", urls.JSON_FEED: "json"}
    for path, (name, subjects) in places.items():
        assert read["found"][path]["format"] == formats[name]
        assert [by_feedsmith(item) for item in read["found"][path]["items"]] == wanted(made.site, name, subjects), path
    check_list(made.site, read["opml"])


def by_feedsmith(item: dict[str, Any]) -> Told:
    assert item["content"]
    assert item["summary"]
    read = parsedate_to_datetime if "," in item["published"] else datetime.fromisoformat
    updated = datetime.fromisoformat(item["updated"]) if item["updated"] else None
    title = " ".join(item["title"].split())
    return Told(item["guid"], title, item["link"], tuple(item["authors"]), read(item["published"]), updated)


def check_list(site: Site, opml: dict[str, Any]) -> None:
    """The OPML names every channel once, in its group."""
    listed = [feed for folder in opml["body"]["outlines"] for feed in folder["outlines"]]
    assert [(feed["title"], feed["xmlUrl"], feed["type"]) for feed in listed] == [
        (channel.title, urls.absolute(site.identity.url, channel.rss), "rss") for channel in channels.channels(site)
    ]


def check_every_dated_paper_is_in_the_feed_once(made: Made) -> None:
    """Followed from the live feed by `prev-archive`, in every format."""
    site = made.site
    for name in urls.FEED_NAMES:
        url: str | None = urls.absolute(site.identity.url, urls.feed(urls.HOME, name))
        guids: list[str] = []
        while url:
            content = made.files[f"docs/{url.removeprefix(site.identity.url)}"]
            found, url = older(content, name)
            guids += found
        dated = [paper for paper in site.papers if paper.added]
        assert guids == [expected(site, paper).guid for paper in dated]


def test_every_paper_with_a_day_is_in_the_feed_of_all_papers_or_its_archives_exactly_once(published: Made) -> None:
    check_every_dated_paper_is_in_the_feed_once(published)


def older(content: bytes, name: str) -> tuple[list[str], str | None]:
    """The GUIDs of a document, and where what is older stands."""
    if name == urls.JSON_FEED:
        document = json.loads(content)
        return [item["id"] for item in document["items"]], document.get("next_url")
    feed = feedparser.parse(content)
    previous = [link.href for link in feed.feed.links if link.rel == "prev-archive"]
    return [entry.id for entry in feed.entries], previous[0] if previous else None
