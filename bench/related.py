"""How long it takes to find the neighbours of many made-up papers, and how much memory: `python bench/related.py`.

With numbers, `python bench/related.py 2000 20000`, it measures these sizes. The time is that of the processor, so that
other programs do not count. The papers are of random words, few frequent and most rare, as in any language; pairs of
words repeat less than in real texts, so that the memory is rather overstated.
"""

from __future__ import annotations

import random
import resource
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from typing import TypeVar

from paper_digest.catalog.catalog import Catalog
from paper_digest.catalog.records import Category, Digest, Paper, Tag
from paper_digest.digest.identity import Identity
from paper_digest.digest.site import Site
from paper_digest.shown.related import Neighbours
from paper_digest.words.terms import FUNCTION_WORDS

SIZES = (1_000, 10_000, 50_000)
VOCABULARY = 100_000
TITLE_WORDS, ABSTRACT_WORDS = 10, 180
CATEGORIES, TAGS = 14, 300

K = TypeVar("K", Category, Tag)


def main() -> None:
    """Measure each size in a process of its own, so that its peak memory is its own."""
    if len(sys.argv) == 3 and sys.argv[1] == "one":
        measure(int(sys.argv[2]))
        return
    for size in sys.argv[1:] or map(str, SIZES):
        subprocess.run([sys.executable, __file__, "one", size], check=True)


def measure(count: int) -> None:
    """Print the time for all neighbours and all reasons, and the memory with and without them."""
    site = made_up(count)
    papers = site.papers
    before = _peak()
    began = time.process_time()
    neighbours = Neighbours(site)
    found = time.process_time()
    told = sum(len(neighbours.of(paper)) for paper in papers)
    ended = time.process_time()
    print(
        f"{count:6} papers: neighbours {found - began:5.1f} s, {told} reasons {ended - found:4.1f} s, "
        f"memory {_peak():5.0f} MB at its peak, of which the papers {before:.0f}"
    )


def made_up(count: int) -> Site:
    """A site of so many papers of random words, the same on every run."""
    chance = random.Random(count)
    words = Words(chance)
    categories = tuple(
        Category(id=f"c{number}", title=f"C{number}", family="all", description="All.") for number in range(CATEGORIES)
    )
    tags = tuple(Tag(id=f"t{number}", title=f"T{number}", kind="task") for number in range(TAGS))
    papers = tuple(
        Paper(
            id=f"paper-{number:06}",
            title=words.text(TITLE_WORDS),
            abstract=words.text(ABSTRACT_WORDS),
            categories=tuple({_one(chance, categories).id: None for _ in range(2)}),
            tags=tuple({_one(chance, tags).id: None for _ in range(4)}),
        )
        for number in range(count)
    )
    catalog = Catalog(Digest(key="6f1c0e52-3d5c-4f0e-9d1c-0a2b3c4d5e6f"), papers, categories, tags, (), ())
    return Site(catalog, Identity("Made up", "Made up", "https://digest.example/", None, "edit/main/", "en"), Path())


class Words:
    """Random words: every other one, as in real abstracts, only joins others; the rest is made up, most of it rare."""

    def __init__(self, chance: random.Random) -> None:
        self._chance = chance
        self._joining = sorted(FUNCTION_WORDS)
        self._words = list(_invented(chance))
        self._weights = list(accumulate(1 / rank for rank in range(1, len(self._words) + 1)))

    def text(self, count: int) -> str:
        """So many words."""
        words = self._chance.choices(self._words, cum_weights=self._weights, k=count)
        return " ".join(self._chance.choice(self._joining) if self._chance.random() < 0.5 else word for word in words)


def _invented(chance: random.Random) -> Iterator[str]:
    for _ in range(VOCABULARY):
        yield "".join(chance.choice("bdfgklmnprtv") + chance.choice("aeiou") for _ in range(chance.randint(2, 5)))


def _one(chance: random.Random, things: Sequence[K]) -> K:
    """One of a list, the first the most likely."""
    return things[min(int(chance.expovariate(6 / len(things))), len(things) - 1)]


def _peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
