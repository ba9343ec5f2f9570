"""Every feed, read with feedparser and with a reader that is not Python, and held against the catalog."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import feedparser
import pytest

from generator import channels, urls
from generator.build import outputs
from generator.site import Site
from tests.conftest import REPOSITORY, site_of
from tests.feeds.published import Told, documents, expected
from tests.tools import MODULES, module, node

pytestmark = pytest.mark.real
Outputs = Mapping[str, bytes]


@pytest.fixture(scope="module", params=["made-up", "real"])
def published(request: pytest.FixtureRequest) -> tuple[Site, Outputs]:
    """A site, and everything that is generated of it."""
    if request.param == "made-up":
        return request.getfixturevalue("example_site"), request.getfixturevalue("example_outputs")
    site = site_of(REPOSITORY)
    return site, {artifact.path: artifact.content for artifact in outputs(site)}


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


@pytest.mark.parametrize("name", [urls.RSS, urls.ATOM])
def test_feedparser_reads_in_every_document_what_the_catalog_says(published: tuple[Site, Outputs], name: str) -> None:
    site, files = published
    number = 0
    for _, folder, subjects in documents(site):
        assert by_feedparser(files[f"docs/{folder}{name}"], name) == wanted(site, name, subjects), folder
        number += 1
    assert number > len(channels.channels(site)) or len(site.papers) < 50


def test_a_reader_that_is_not_python_reads_the_same_in_all_three_formats(
    published: tuple[Site, Outputs], tmp_path: Path
) -> None:
    site, files = published
    module("feedsmith/package.json")
    places = {}
    for _, folder, subjects in documents(site):
        for name in urls.FEED_NAMES:
            place = tmp_path / folder / name
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(files[f"docs/{folder}{name}"])
            places[str(place)] = (name, subjects)
    (tmp_path / "feeds.opml").write_bytes(files[f"docs/{urls.OPML}"])
    asked = json.dumps({"feeds": list(places), "opml": str(tmp_path / "feeds.opml")})
    command = [node(), str(MODULES.parent / "read-feeds.mjs")]
    done = subprocess.run(command, input=asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    read = json.loads(done.stdout)
    formats = {urls.RSS: "rss", urls.ATOM: "atom", urls.JSON_FEED: "json"}
    for path, (name, subjects) in places.items():
        assert read["found"][path]["format"] == formats[name]
        assert [by_feedsmith(item) for item in read["found"][path]["items"]] == wanted(site, name, subjects), path
    check_list(site, read["opml"])


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


def test_every_paper_with_a_day_is_in_the_feed_of_all_papers_or_its_archives_exactly_once(
    published: tuple[Site, Outputs],
) -> None:
    """Followed from the live feed by `prev-archive`, in every format."""
    site, files = published
    for name in urls.FEED_NAMES:
        url: str | None = urls.absolute(site.identity.url, urls.feed(urls.HOME, name))
        guids: list[str] = []
        while url:
            content = files[f"docs/{url.removeprefix(site.identity.url)}"]
            found, url = older(content, name)
            guids += found
        dated = [paper for paper in site.papers if paper.added]
        assert guids == [expected(site, paper).guid for paper in dated]


def older(content: bytes, name: str) -> tuple[list[str], str | None]:
    """The GUIDs of a document, and where what is older stands."""
    if name == urls.JSON_FEED:
        document = json.loads(content)
        return [item["id"] for item in document["items"]], document.get("next_url")
    feed = feedparser.parse(content)
    previous = [link.href for link in feed.feed.links if link.rel == "prev-archive"]
    return [entry.id for entry in feed.entries], previous[0] if previous else None
