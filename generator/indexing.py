"""The search index: Pagefind reads the search documents while MkDocs builds; what browsers need joins the site."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryFile
from typing import IO

from generator import urls
from generator.artifacts import SEARCH

COMMAND = ("pagefind", "--silent")
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

    def __init__(self, build: Path, said: IO[str]) -> None:
        self._made = build / ".search.next"
        self._said = said
        shutil.rmtree(self._made, ignore_errors=True)
        has_papers = any((build / SEARCH).rglob("*.html"))
        self._process = self._start(build / SEARCH) if has_papers else None

    def _start(self, documents: Path) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", *COMMAND, "--site", str(documents), "--output-path", str(self._made)]
        return subprocess.Popen(command, stdout=self._said, stderr=self._said, text=True)  # noqa: S603 - our own command

    def finish(self, site: Path) -> None:
        """Wait for the index, and put it into a site. Without a paper there is none. Raises IndexingFailed."""
        if self._process is None:
            return
        if self._process.wait() != 0 or not (self._made / "pagefind.js").is_file():
            self._said.seek(0)
            raise IndexingFailed(f"the search index could not be made: {self._said.read().strip() or 'no reason told'}")
        place = site / urls.SEARCH
        place.mkdir()
        for pattern in SERVED:
            for part in self._made.glob(pattern):
                part.rename(place / part.name)

    def end(self) -> None:
        """Leave nothing behind, whatever happened."""
        if self._process:
            self._process.kill()
            self._process.wait()
        shutil.rmtree(self._made, ignore_errors=True)


@contextmanager
def indexing(build: Path) -> Iterator[Indexing]:
    """An index is being made of the search documents in the build folder for as long as this lasts."""
    with TemporaryFile("w+", encoding="utf-8") as said:
        under_way = Indexing(build, said)
        try:
            yield under_way
        finally:
            under_way.end()
