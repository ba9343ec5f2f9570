"""The search index: Pagefind reads the search documents while MkDocs builds; what browsers need joins the site."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from paper_digest import urls

COMMAND = ("pagefind", "--silent")
LONGEST = 10 * 60
"""Seconds after which nobody waits for Pagefind any more, once MkDocs has ended."""
SERVED = (
    "pagefind.js",
    "pagefind-worker.js",
    "pagefind-entry.json",
    "wasm.*",
    "*.pf_meta",
    "index",
    "fragment",
    "filter",
)
"""What a browser may ask for. The rest are interfaces of Pagefind's own, half a megabyte of them."""


class IndexingFailed(Exception):  # noqa: N818 - it says what happened
    """Pagefind ended with an error; its own words are the message."""


class Indexing:
    """An indexing under way."""

    def __init__(self, documents: Path, made: Path, said: IO[str]) -> None:
        self._made = made
        self._said = said
        has_papers = any(documents.rglob("*.html"))
        self._process = self._start(documents) if has_papers else None

    def _start(self, documents: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", *COMMAND, "--site", str(documents), "--output-path", str(self._made)]
        return subprocess.Popen(  # noqa: S603 - our own command
            command, stdin=subprocess.DEVNULL, stdout=self._said, stderr=self._said, text=True
        )

    def finish(self, site: Path) -> None:
        """Wait for the index, and put it into a site. Without a paper there is none. Raises IndexingFailed."""
        if self._process is None:
            return
        if self._ended() != 0 or not (self._made / "pagefind.js").is_file():
            self._said.seek(0)
            raise IndexingFailed(f"the search index could not be made: {self._said.read().strip() or 'no reason told'}")
        place = site / urls.SEARCH
        place.mkdir()
        for pattern in SERVED:
            for part in self._made.glob(pattern):
                part.rename(place / part.name)

    def _ended(self) -> int:
        assert self._process
        try:
            return self._process.wait(LONGEST)
        except subprocess.TimeoutExpired:
            minutes = f"{LONGEST // 60} minutes"
            raise IndexingFailed(f"the search index could not be made: Pagefind did not end within {minutes}") from None

    def end(self) -> None:
        """Let no process outlive this, whatever happened."""
        if self._process:
            self._process.kill()
            self._process.wait()


@contextmanager
def indexing(documents: Path, made: Path) -> Iterator[Indexing]:
    """An index is being made of search documents, in a folder that is there for nothing else, while this lasts."""
    with TemporaryFile("w+", encoding="utf-8") as said:
        under_way = Indexing(documents, made, said)
        try:
            yield under_way
        finally:
            under_way.end()
