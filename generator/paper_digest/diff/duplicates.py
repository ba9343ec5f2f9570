"""Papers that may stand in the catalog twice: a new title that is near to another paper's.

Equal arXiv ids and DOIs are errors, and equal titles warnings, of `check`. This looks for what is only alike.
"""

from __future__ import annotations

import re
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import chain, islice
from zlib import crc32

from paper_digest.catalog.records import Paper
from paper_digest.digest.site import Site
from paper_digest.shown.citations import citation_year
from paper_digest.words.text import comparable

NEAR = 0.9
"""How much of two titles must be the same."""
NEAR_OF_ONE_AUTHOR = 0.75
"""How much must be, when first author and year are the same."""
MOST_PLACES = 5
"""At how many places near titles differ at most, if authors are not the same."""
LONGEST = 300
"""Letters of a title that are compared."""
MOST_COMPARED = 1_000
"""Pairs that are looked at closely: more of them would be no titles but an attempt to keep the machine busy."""


@dataclass(frozen=True)
class Pair:
    """A paper and another one that may be the same."""

    paper: Paper
    other: Paper
    likeness: float
    same_author: bool


@dataclass(frozen=True)
class Duplicates:
    """The pairs that were found, the nearest first; and whether all that were worth a closer look had one."""

    pairs: tuple[Pair, ...] = ()
    are_all: bool = True


def likely(site: Site, suspects: Sequence[Paper]) -> Duplicates:
    """The pairs of a suspect and any other paper with near titles."""
    if not suspects:
        return Duplicates()
    compared = list(islice(_candidates(site, suspects), MOST_COMPARED + 1))
    pairs = [pair for each in compared[:MOST_COMPARED] if (pair := _pair(*each))]
    pairs.sort(key=lambda pair: (-pair.likeness, pair.paper.id, pair.other.id))
    return Duplicates(tuple(pairs), len(compared) <= MOST_COMPARED)


def _pair(paper: Paper, other: Paper, same_author: bool) -> Pair | None:
    enough = NEAR_OF_ONE_AUTHOR if same_author else NEAR
    likeness = _likeness(_key(paper), _key(other), enough)
    return Pair(paper, other, likeness, same_author) if likeness >= enough else None


def _likeness(one: str, two: str, enough: float) -> float:
    """How much of two texts is the same, 0 to 1; 0 as soon as it cannot be enough."""
    if one == two:
        return 1.0
    matcher = SequenceMatcher(None, one, two, autojunk=False)
    if matcher.real_quick_ratio() < enough or matcher.quick_ratio() < enough:
        return 0.0
    return matcher.ratio()


def _key(paper: Paper) -> str:
    return comparable(paper.title)[:LONGEST]


def _digits(paper: Paper) -> list[str]:
    return re.findall(r"[0-9]+", paper.title)


def _candidates(site: Site, suspects: Sequence[Paper]) -> Iterator[tuple[Paper, Paper, bool]]:
    """The pairs worth a closer look, each once; with whether they have their first author and year in common.

    Titles with other numbers are those of other parts or versions of a series.
    """
    seen: set[frozenset[str]] = set()
    for paper, other, same_author in chain(_of_one_author(site, suspects), _of_like_letters(site, suspects)):
        both = frozenset({paper.id, other.id})
        if len(both) == 2 and both not in seen and _digits(paper) == _digits(other):
            seen.add(both)
            yield paper, other, same_author


def _of_one_author(site: Site, suspects: Sequence[Paper]) -> Iterator[tuple[Paper, Paper, bool]]:
    works: defaultdict[tuple[str, int], list[Paper]] = defaultdict(list)
    for paper in site.papers:
        if key := _first_author_and_year(paper):
            works[key].append(paper)
    for paper in suspects:
        if key := _first_author_and_year(paper):
            yield from ((paper, other, True) for other in works[key])


def _first_author_and_year(paper: Paper) -> tuple[str, int] | None:
    year = citation_year(paper)
    return (comparable(paper.authors[0].name), year) if paper.authors and year else None


# ---- ten thousand titles ---------------------------------------------------------------------------------------------


def _of_like_letters(site: Site, suspects: Sequence[Paper]) -> Iterator[tuple[Paper, Paper, bool]]:
    """The pairs whose titles share nearly all their runs of three letters.

    A letter that one title alone has spoils a run, and each place where they differ four more of both together. Sets of
    runs are numbers, a bit for each: comparing two takes a tenth of a microsecond. Papers go by the length of their
    titles, and each looks at longer ones alone, unless the shorter one is no suspect.
    """
    titles = sorted(((_key(paper), paper) for paper in site.papers), key=lambda title: (len(title[0]), title[1].id))
    lengths = [len(key) for key, _ in titles]
    runs = [_runs(key) for key, _ in titles]
    suspected = {paper.id for paper in suspects}
    for at, (key, paper) in enumerate(titles):
        if not key or paper.id not in suspected:
            continue
        longest = len(key) * (2 - NEAR) / NEAR
        most = (1 - NEAR) * (len(key) + longest) + 4 * MOST_PLACES
        first, last = bisect_left(lengths, len(key) * NEAR / (2 - NEAR)), bisect_right(lengths, longest)
        for near in _near(runs, at, first, last, most):
            other = titles[near][1]
            if near > at or other.id not in suspected:
                yield paper, other, False


def _near(runs: list[int], at: int, first: int, last: int, most: float) -> list[int]:
    """The places from `first` to `last` whose runs are those of the place `at`, but for so many."""
    own = runs[at]
    return [near for near, other in enumerate(runs[first:last], first) if (own ^ other).bit_count() <= most]


def _runs(key: str) -> int:
    bits = 0
    for at in range(len(key) - 2):
        bits |= 1 << crc32(key[at : at + 3].encode()) % 512
    return bits
