"""What a reader's first search moves over the network, and how long indexing takes: `python -m bench.search`.

With numbers, `python -m bench.search 2000 20000`, it measures catalogs of these sizes. The papers are of random words,
few frequent and most rare, so that the index is rather larger than one of real texts. The site around it is the one
in build/site, which must have been built.
"""

from __future__ import annotations

import random
import resource
import shutil
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

from playwright.sync_api import Browser, Page

from bench.related import Words, made_up
from paper_digest.building import writing
from paper_digest.building.indexing import indexing
from paper_digest.catalog.records import Author, Links, PartialDate, Summary, VenueRef
from paper_digest.digest.identity import read_identity
from paper_digest.digest.places import OWN_THEME
from paper_digest.digest.site import Site
from paper_digest.outputs import artifact, search
from paper_digest.words.terms import FUNCTION_WORDS
from tests.quality.serving import served_as_pages
from tests.web import browser

REPOSITORY = Path(__file__).resolve().parent.parent
SIZES = (189, 2_000, 10_000)
VENUES, AUTHORS_EACH, AUTHORS = 150, 5, 20_000


def main() -> None:
    """Measure each size."""
    for size in map(int, sys.argv[1:] or map(str, SIZES)):
        with tempfile.TemporaryDirectory() as folder:
            measure(size, Path(folder))


def measure(count: int, folder: Path) -> None:
    """Index so many papers, and print what the index costs."""
    site = folder / "site"
    shutil.copytree(REPOSITORY / "build/site", site)
    shutil.rmtree(site / "pagefind")
    papers = described(made_up(count))
    writing.write(folder / "build", search.documents(papers))
    began = time.perf_counter()
    with indexing(folder / "build" / artifact.SEARCH, folder / "index") as index:
        index.finish(site)
    took = time.perf_counter() - began
    memory = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"{count} papers: indexed in {took:.1f} s, children at most {memory:.0f} MB")
    with served_as_pages(site, read_identity(REPOSITORY).base_path) as address, browser() as opened:
        for step, moved in searched(opened, address, _common_words(papers)):
            print(f"  {step:28} {moved / 1000:6.1f} kB")


def described(site: Site) -> Site:
    """The same papers with authors, venues, years and code, of which facets are made."""
    chance = random.Random(len(site.papers))
    words = Words(chance)
    names = [f"{words.text(1)} {words.text(1)}".title() for _ in range(AUTHORS)]
    papers = tuple(
        paper.model_copy(
            update={
                "authors": tuple(Author(name=name) for name in chance.choices(names, k=AUTHORS_EACH)),
                "summary": Summary(text=words.text(25), by="human"),
                "venue": VenueRef(name=f"Venue {chance.randrange(VENUES)}", year=2026),
                "published": PartialDate(chance.randrange(2015, 2027)),
                "links": Links(code="https://code.example/") if chance.random() < 0.5 else Links(),
            }
        )
        for paper in site.papers
    )
    return replace(site, catalog=replace(site.catalog, papers=papers), templates=OWN_THEME / "templates")


def searched(opened: Browser, address: str, words: tuple[str, str]) -> Iterator[tuple[str, int]]:
    """The steps of a reader's search, each with what it moved, compressed as it was sent."""
    page = opened.new_page()
    page.goto(address, wait_until="networkidle")
    moved: list[int] = []
    page.on("requestfinished", lambda request: moved.append(request.sizes()["responseBodySize"]))
    steps: tuple[tuple[str, Callable[[], None]], ...] = (
        ("first search, by two words", lambda: _look_for(page, " ".join(words))),
        ("another search, by one", lambda: page.fill(".search__input", words[1])),
        ("facets opened", lambda: page.click(".search__facets summary")),
    )
    for step, act in steps:
        before = len(moved)
        act()
        page.wait_for_selector(".search__link")
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(500)
        yield step, sum(moved[before:])
    page.close()


def _common_words(site: Site) -> tuple[str, str]:
    """Two words of the kind that readers type: many papers have them, and not most."""
    counted = Counter(word for paper in site.papers for word in {*paper.title.split()} - FUNCTION_WORDS)
    (first, _), (second, _) = counted.most_common(10)[3], counted.most_common(10)[9]
    return first, second


def _look_for(page: Page, words: str) -> None:
    page.keyboard.press("/")
    page.wait_for_selector(".search[open]")
    page.fill(".search__input", words)


if __name__ == "__main__":
    main()
