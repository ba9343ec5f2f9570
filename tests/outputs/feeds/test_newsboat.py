"""Feeds in newsboat, a reader that people use: it fetches them, and its own store tells what became of them."""

from __future__ import annotations

import sqlite3
import subprocess
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from paper_digest.outputs.feeds import feeds
from tests.conftest import PAPER, MakeDigest, site_of
from tests.tools import newsboat
from tests.web import served

Rows = list[tuple[str, str, str]]
Read = Callable[[Path, str], Rows]
OLD = PAPER + "authors: [Ada Lovelace, Plato]\nadded: 2026-11-01\n"


@pytest.fixture
def read(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Read]:
    """Publishes a digest's feeds, lets one newsboat reload one, and gives what it keeps: GUID, title, author."""
    program = newsboat()
    folder = tmp_path_factory.mktemp("newsboat")
    site = folder / "site"
    site.mkdir()
    with served(site, "/sub/") as address:

        def reload(root: Path, feed: str) -> Rows:
            publish(root, site)
            run(program, folder, address + feed)
            with closing(sqlite3.connect(folder / "cache.db")) as store:
                return store.execute("SELECT guid, title, author FROM rss_item ORDER BY guid").fetchall()

        yield reload


def publish(root: Path, site: Path) -> None:
    (site / "404.html").write_text("not found")
    for artifact in feeds(site_of(root)):
        place = site / artifact.path.removeprefix("docs/")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(artifact.content)


def run(program: str, folder: Path, url: str) -> None:
    (folder / "urls").write_text(f"{url}\n")
    (folder / "config").write_text("")
    files = ["-u", folder / "urls", "-c", folder / "cache.db", "-C", folder / "config"]
    environment = {"HOME": str(folder), "PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "TERM": "dumb"}
    command = [program, *map(str, files), "-x", "reload"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("feed", ["feed.xml", "atom.xml"])
def test_an_edited_title_updates_the_entry_and_makes_no_second(make_digest: MakeDigest, read: Read, feed: str) -> None:
    [(guid, title, author)] = read(make_digest({"content/papers/p.yaml": OLD}), feed)
    assert title == "A paper"
    assert author in {"Ada Lovelace, Plato", "Ada Lovelace"}
    edited = OLD.replace("A paper", "Another title") + "updated: 2026-11-05\n"
    assert [row[:2] for row in read(make_digest({"content/papers/p.yaml": edited}), feed)] == [(guid, "Another title")]


def test_all_authors_are_seen(make_digest: MakeDigest, read: Read) -> None:
    assert read(make_digest({"content/papers/p.yaml": OLD}), "feed.xml")[0][2] == "Ada Lovelace, Plato"


def test_a_paper_retracted_today_is_news_once(make_digest: MakeDigest, read: Read) -> None:
    news = "status: retracted\nnews: [{date: 2026-11-22, kind: retracted, text: It did not hold.}]\n"
    retracted = OLD + "updated: 2026-11-22\n" + news
    root = make_digest({"content/papers/p.yaml": retracted})
    assert [title for _, title, _ in read(root, "news/feed.xml")] == ["Retracted: A paper"]
    assert len(read(root, "news/feed.xml")) == 1, "read again, it is still one"
