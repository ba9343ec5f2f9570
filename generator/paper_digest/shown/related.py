"""Which papers belong beside a paper, and why: those that share tags, categories and words, the rarer the weightier.

Every paper becomes a short list of weighted terms: its strongest words and pairs of words (TF-IDF), its tags and its
categories. Two papers are as alike as the terms that both have are heavy. The work grows with the number of papers, not
with its square: only papers that share a term are compared, and for the sake of a term that very many have, only those
that stand next to it by id. Weights are whole numbers, so that no order of adding changes a sum.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property, lru_cache
from math import isqrt, log

from paper_digest.catalog.records import Paper, Status
from paper_digest.digest.site import Site
from paper_digest.words import terms

MOST_NEIGHBOURS = 12
STRONGEST = 40
"""So many words and pairs stand for a paper, beside its tags and categories."""
MOST_CONSIDERED = 100
"""So many of the papers that have a term are considered for its sake."""
MOST_COMPARED = 32
"""So many of the papers considered, those that promise most, are compared in full."""
TITLE_COUNTS = 3
"""What stands in the title, is a tag, or a category, counts as if the abstract said it so many times."""
TAG_COUNTS = 6
CATEGORY_COUNTS = 2
SAID_ONCE = 40
LENGTH = 10_000
"""The length of every paper's weights, as a vector."""
NOT_RECOMMENDED = {Status.RETRACTED, Status.WITHDRAWN}
MOST_SHOWN = 4
MOST_SHOWN_TAGS = 3
LEAST_SHOWN = 0.15
"""The part of the heaviest shared term's weight that a word needs to be told as a reason."""

# No word begins with these: a tag is never taken for a word.
TAG = "#"
CATEGORY = "@"

Vector = dict[int, int]
"""Weights by the number of a term."""


@dataclass(frozen=True)
class Related:
    """A neighbour of a paper, and what to say of both: ids of tags, words as written, ids of categories."""

    paper: Paper
    tags: tuple[str, ...]
    words: tuple[str, ...]
    categories: tuple[str, ...]


class Neighbours:
    """The neighbours of every paper of a site, found at once."""

    def __init__(self, site: Site) -> None:
        self._site = site
        papers = sorted(site.papers, key=lambda paper: paper.id)
        self._lexicon = _Lexicon()
        vectors = self._lexicon.vectors(papers)
        self._vector = {paper.id: vector for paper, vector in zip(papers, vectors, strict=True)}
        holders = _holders(papers, vectors)
        self.ids = {
            paper.id: tuple(papers[place].id for place in _nearest(position, vectors, holders))
            for position, paper in enumerate(papers)
        }
        """By every paper's id those of its neighbours, twelve at most, the nearest first."""

    def of(self, paper: Paper, count: int = 4) -> list[Related]:
        """Up to `count` neighbours of a paper, the nearest first."""
        return [self._related(paper, self._site.paper[other]) for other in self.ids[paper.id][:count]]

    def _related(self, paper: Paper, other: Paper) -> Related:
        shared = _products(self._vector[paper.id], self._vector[other.id])
        heaviest = sorted(shared, key=lambda term: (-shared[term], term))
        names = [self._lexicon.name(term) for term in heaviest]
        tags = [name.removeprefix(TAG) for name in names if name.startswith(TAG)]
        categories = [name.removeprefix(CATEGORY) for name in names if name.startswith(CATEGORY)]
        telling = [
            term
            for term in heaviest
            if self._lexicon.is_word(term) and shared[term] >= LEAST_SHOWN * shared[heaviest[0]]
        ]
        telling.sort(key=lambda term: -shared[term] * len(self._lexicon.name(term).split()))  # two words say more
        shown_tags = tags[:MOST_SHOWN_TAGS]
        return Related(
            other,
            tuple(shown_tags),
            tuple(self._unsaid(telling, tags)[: MOST_SHOWN - len(shown_tags)]),
            tuple(categories),
        )

    def _unsaid(self, words: Sequence[int], tags: Sequence[str]) -> list[str]:
        """Words as written, none that a tag or one before says already: no `X-ray` beside `chest X-ray`."""
        said = {part for tag in tags for part in self._parts_of_tag(tag)}
        kept = []
        for number in words:
            written = self._lexicon.written(number)
            parts = _parts(written)
            if said.isdisjoint(parts):
                kept.append(written)
                said |= parts
        return kept

    def _parts_of_tag(self, tag: str) -> set[str]:
        listed = self._site.tag[tag]
        return {part for spelling in (listed.title, *listed.aliases) for part in _parts(spelling)}


def _parts(spelling: str) -> set[str]:
    """What a spelling says: every word, and the parts of compounds as well as the whole."""
    words = [terms.parts(word) for word in terms.words(spelling)]
    return {part for parts in words for part in (*parts, "".join(parts))}


# ---- comparing -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Holders:
    """The papers that have a term, by their positions, and how heavy it is in each."""

    positions: array[int] = field(default_factory=lambda: array("I"))
    weights: array[int] = field(default_factory=lambda: array("I"))

    def beside(self, position: int) -> Iterator[tuple[int, int]]:
        """Of too many those that stand next to a position."""
        middle = bisect_left(self.positions, position) - MOST_CONSIDERED // 2
        first = min(max(middle, 0), len(self.positions) - MOST_CONSIDERED)
        there = slice(first, first + MOST_CONSIDERED)
        return zip(self.positions[there], self.weights[there], strict=True)


def _holders(papers: Sequence[Paper], vectors: Sequence[Vector]) -> Mapping[int, _Holders]:
    """The papers that may be recommended, by each of their terms."""
    holders = defaultdict[int, _Holders](_Holders)
    for position, paper in enumerate(papers):
        if paper.status not in NOT_RECOMMENDED:
            for term, weight in vectors[position].items():
                holders[term].positions.append(position)
                holders[term].weights.append(weight)
    return holders


def _nearest(position: int, vectors: Sequence[Vector], holders: Mapping[int, _Holders]) -> list[int]:
    """The positions of the papers that are most like one; of those equally like it, the first."""
    own = vectors[position]
    compared = _promising(position, own, holders)
    likeness = {other: _likeness(own, vectors[other]) for other in compared}
    return sorted(compared, key=lambda other: (-likeness[other], other))[:MOST_NEIGHBOURS]


def _promising(position: int, own: Vector, holders: Mapping[int, _Holders]) -> list[int]:
    """The positions of the papers that are worth a full comparison.

    They are those that share rare terms. What very many have leads to others only if these are too few.
    """
    scores: dict[int, int] = {}
    common = []
    for term, weight in own.items():
        having = holders.get(term)
        if having and len(having.positions) > MOST_CONSIDERED:
            common.append((having, weight))
        elif having:
            for other, its in zip(having.positions, having.weights, strict=True):
                scores[other] = scores.get(other, 0) + weight * its
    if len(scores) <= MOST_COMPARED:
        for having, weight in common:
            for other, its in having.beside(position):
                scores[other] = scores.get(other, 0) + weight * its
    scores.pop(position, None)
    # Few are as high as the lowest of the best: sorting all by id as well would take most of the time.
    lowest = min(sorted(scores.values())[-MOST_COMPARED:], default=0)
    best = [other for other, score in scores.items() if score >= lowest]
    return sorted(best, key=lambda other: (-scores[other], other))[:MOST_COMPARED]


def _likeness(one: Vector, other: Vector) -> int:
    return sum([weight * other[term] for term, weight in one.items() if term in other])


def _products(one: Vector, other: Vector) -> Vector:
    """How much every term that both have makes them alike."""
    return {term: weight * other[term] for term, weight in one.items() if term in other}


# ---- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Reading:
    """The terms of a paper by their numbers, and how often each counts. Arrays, since there may be very many."""

    numbers: array[int]
    counts: array[int]


class _Lexicon:
    """The terms of papers: their numbers, how many papers have them, and how they are written.

    Of most terms, which one paper alone has, nothing is kept: they would take most of the memory.
    """

    def __init__(self) -> None:
        self._numbers: dict[terms.Term, int] = {}
        self._spread = array("I")
        self._names: dict[int, str] = {}
        self._marks: dict[int, str] = {}
        self._words = Counter[str]()

    def vectors(self, papers: Sequence[Paper]) -> list[Vector]:
        """The strongest terms of each paper."""
        readings = [self._read(paper) for paper in papers]
        self._numbers.clear()
        rarity = {spread: _log((1 + len(papers)) / spread) for spread in set(self._spread)}
        return [self._vector(reading, rarity) for reading in readings]

    def name(self, number: int) -> str:
        """A term as it is written where it is shortest: `MRI`, not `MRI-based`. Of a tag or category, sign and id."""
        return self._marks.get(number) or self._names[number]

    def is_word(self, number: int) -> bool:
        """Whether a term is of words, and neither a tag nor a category."""
        return number not in self._marks

    def written(self, number: int) -> str:
        """A term as the papers mostly write its words: in small letters or capitals, `segmentation` and `LoRA`."""
        return " ".join(self._usual[word.casefold()] for word in self._names[number].split(" "))

    @cached_property
    def _usual(self) -> dict[str, str]:
        """The most frequent of the spellings that differ in capitals; of two as frequent, that in small letters."""
        by_frequency = sorted(self._words.items(), key=lambda item: (item[1], item[0]))
        return {word.casefold(): word for word, _ in by_frequency}

    def _read(self, paper: Paper) -> _Reading:
        """The terms of a paper's title and abstract, its tags and its categories."""
        numbers, names, known = self._numbers, self._names, len(self._spread)
        counts: dict[int, int] = {}
        for text, times in ((paper.abstract or "", 1), (paper.title, TITLE_COUNTS)):
            words = terms.words(text)
            self._words.update(words)
            for term, first, end in terms.terms(words):
                number = numbers.setdefault(term, len(numbers))
                counts[number] = counts.get(number, 0) + times
                if number < known:  # not this paper's alone
                    name = words[first] if end - first == 1 else " ".join(words[first:end])
                    if number not in names or len(name) < len(names[number]):
                        names[number] = name
        for sign, ids, times in ((TAG, paper.tags, TAG_COUNTS), (CATEGORY, paper.categories, CATEGORY_COUNTS)):
            for each in ids:
                number = numbers.setdefault(sign + each, len(numbers))
                counts[number] = times
                self._marks[number] = sign + each
        self._spread.extend([0] * (len(numbers) - known))
        for number in counts:
            self._spread[number] += 1
        return _Reading(array("I", counts.keys()), array("H", counts.values()))

    def _vector(self, reading: _Reading, rarity: Mapping[int, int]) -> Vector:
        """The strongest terms of a paper that others have as well.

        The terms that no other has count for the length, so that a paper made of them is like nothing.
        """
        spread = self._spread
        weights = {
            number: _emphasis(count) * rarity[spread[number]]
            for number, count in zip(reading.numbers, reading.counts, strict=True)
        }
        length = isqrt(sum(weight * weight for weight in weights.values())) or 1
        shared = [number for number in weights if spread[number] > 1]
        words = [number for number in shared if number not in self._marks]
        words.sort(key=weights.__getitem__, reverse=True)  # of two as strong, what the abstract says first
        marks = [number for number in shared if number in self._marks]
        return {number: max(LENGTH * weights[number] // length, 1) for number in words[:STRONGEST] + marks}


def _log(ratio: float) -> int:
    return max(round(100 * log(ratio)), 1)


@lru_cache(maxsize=1_024)
def _emphasis(count: int) -> int:
    """What is said once may be said by the way; what is said again is what the paper is about."""
    return 100 + _log(count) if count > 1 else SAID_ONCE
