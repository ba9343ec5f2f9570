"""Which categories and tags a new paper may get, judged by its title and abstract, each with a reason.

Nothing is trained or stored: the digest's own papers and lists are the example. A text becomes a vector of its terms
(single words and pairs), the rarer the heavier; a category is the sum of its papers and of what it says of itself. A
tag is suggested when the text spells it, or when the nearest papers carry it. `bench/suggest.py` measures how well.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import islice, pairwise
from math import log, sqrt

from paper_digest.catalog.located import Names, Shelf
from paper_digest.catalog.records import LINE_LENGTH, MOST_CATEGORIES, PROSE_LENGTH, Category, Paper, Tag
from paper_digest.words.terms import URL, stem, telling

# The numbers below were chosen by leaving out each paper of the real catalog in turn; around them little changes.
MOST_TAGS = 8
MOST_EXAMPLES = 800
"""So many papers teach, the newest of each category: more would cost time and hardly change the sums."""
TITLE_WEIGHT = 3
SECONDARY_WEIGHT = 0.5
DESCRIPTION_WEIGHT = 2
"""A category's own words count as so many papers."""
LEAST_LIKENESS = 0.045
"""A category that is less like a text shares words with it by chance only."""
LEAST_NEARNESS = 0.03
"""The same for a paper, which has fewer words to share."""
NEARLY_AS_GOOD = 0.82
NEAREST = 12
LIKELY = 0.55
TRUST_IN = {"title": 0.95, "abstract": 0.6}
"""How often a tag that is spelled there is right, before the digest's own papers have their say."""
TRUST_COUNTS_AS = 2
SHOWN_TERMS = 4
SHOWN_PAPERS = 2
LEAST_SHOWN = 0.2
"""The part of the best term's weight that a term needs to be worth showing."""

Vector = dict[str, float]

_TOKEN = re.compile(r"[^\W_]+|[.,;:!?()]")
"""A word, or a mark that parts words: those before it and after it make no term together."""
_REST_OF_COMPOUND = re.compile(r"(?:-[^\W_]+){1,3}")


@dataclass(frozen=True)
class Suggestion:
    """A category or tag that a paper may get, why, and how well it fits: from 0 to 1, to compare within one list."""

    id: str
    reason: str
    score: float


class Suggester:
    """Suggests from what a digest holds, its lists alone if it has no papers yet. What it does not list is never named.

    The shelf needs no checks before: unknown names in its papers teach nothing.
    """

    def __init__(self, shelf: Shelf) -> None:
        self._last: tuple[tuple[str, str], tuple[_Reading, Vector]] | None = None
        names = Names(shelf)
        categories = {item.record.id: item.record for item in shelf.categories}
        tags = {item.record.id: item.record for item in shelf.tags}
        papers = [names.settle(paper) for paper in _examples([item.record for item in shelf.papers], len(categories))]
        readings = [_read(paper.title, paper.abstract or "") for paper in papers]
        descriptions = [_read(category.title, _gist(category)) for category in categories.values()]
        self._space = _Space([reading.counts for reading in readings + descriptions * DESCRIPTION_WEIGHT])
        self._papers = [
            (paper, self._space.vector(reading.counts)) for paper, reading in zip(papers, readings, strict=True)
        ]
        self._centres = self._sums(dict(zip(categories, descriptions, strict=True)))
        self._tags = list(tags)
        self._spellings = _Spellings(tags.values())
        self._trust = _trust(papers, [self._spellings.mentions(reading) for reading in readings])

    def _placed(self, title: str, abstract: str) -> tuple[_Reading, Vector]:
        """A paper's texts and their vector, of which categories and tags are asked for one after the other."""
        if self._last is None or self._last[0] != (title, abstract):
            reading = _read(title, abstract)
            self._last = ((title, abstract), (reading, self._space.vector(reading.counts)))
        return self._last[1]

    def categories(self, title: str, abstract: str) -> list[Suggestion]:
        """Up to three categories, the primary one first; others only if they fit nearly as well.

        Nothing when the text has hardly a word in common with any.
        """
        reading, vector = self._placed(title, abstract)
        likeness = {category: _product(vector, centre) for category, centre in self._centres.items()}
        ranked = sorted(likeness, key=lambda category: -likeness[category])[:MOST_CATEGORIES]
        least = max([LEAST_LIKENESS, *(NEARLY_AS_GOOD * likeness[best] for best in ranked[:1])])
        near = self._near(vector)
        return [
            Suggestion(category, self._category_reason(category, reading, vector, near), likeness[category])
            for category in ranked
            if likeness[category] >= least
        ]

    def tags(self, title: str, abstract: str) -> list[Suggestion]:
        """Up to eight tags that are more likely right than wrong, the likeliest first."""
        reading, vector = self._placed(title, abstract)
        mentions = self._spellings.mentions(reading)
        near = self._near(vector)[:NEAREST]
        suggestions = [self._tag(tag, mentions.get(tag), reading, near) for tag in self._tags]
        likely = [suggestion for suggestion in suggestions if suggestion.score >= LIKELY]
        return sorted(likely, key=lambda suggestion: -suggestion.score)[:MOST_TAGS]

    def _sums(self, descriptions: dict[str, _Reading]) -> dict[str, Vector]:
        """Every category as the sum of its papers, those for which it is the primary one in full, and its own words."""
        sums = {category: dict[str, float]() for category in descriptions}
        for category, reading in descriptions.items():
            _add(sums[category], self._space.vector(reading.counts), DESCRIPTION_WEIGHT)
        for paper, vector in self._papers:
            for position, category in enumerate(paper.categories):
                if category in sums:
                    _add(sums[category], vector, SECONDARY_WEIGHT if position else 1)
        return {category: _unit(total) for category, total in sums.items()}

    def _near(self, vector: Vector) -> list[tuple[float, Paper]]:
        """The papers that are at all like a text, the nearest first, each with its likeness."""
        compared = [(_product(vector, other), paper) for paper, other in self._papers]
        return sorted((pair for pair in compared if pair[0] >= LEAST_NEARNESS), key=lambda pair: -pair[0])

    def _category_reason(
        self, category: str, reading: _Reading, vector: Vector, near: Sequence[tuple[float, Paper]]
    ) -> str:
        words = ", ".join(reading.written(term) for term in _telling_terms(vector, self._centres[category]))
        members = [paper for _, paper in near if category in paper.categories]
        return f"{words}; like {_listed(members)}" if members else f"{words}, as in its description"

    def _tag(
        self, tag: str, mention: _Mention | None, reading: _Reading, near: Sequence[tuple[float, Paper]]
    ) -> Suggestion:
        """A tag with the chance that it is right: that its spelling or its neighbours, each for itself, are."""
        carriers = [(likeness, paper) for likeness, paper in near if tag in paper.tags]
        share = _total(carriers) / _total(near) * len(near) / NEAREST if carriers else 0.0
        trust = self._trust_in(tag, mention) if mention else 0.0
        reasons = [mention.quote(reading)] if mention else []
        if carriers and trust < LIKELY:
            papers = _listed([paper for _, paper in carriers])
            reasons.append(f"on {len(carriers)} of the {len(near)} nearest papers, like {papers}")
        return Suggestion(tag, "; ".join(reasons), round(1 - (1 - trust) * (1 - share), 9))

    def _trust_in(self, tag: str, mention: _Mention) -> float:
        carried, said = self._trust.get((tag, mention.place), (0, 0))
        return (carried + TRUST_COUNTS_AS * TRUST_IN[mention.place]) / (said + TRUST_COUNTS_AS)


def _examples(papers: Sequence[Paper], categories: int) -> list[Paper]:
    """The papers that teach: at most so many that it takes no time, and of every category its fair part."""
    most = MOST_EXAMPLES // max(categories, 1)
    taken = Counter[str]()
    chosen = []
    for paper in sorted(papers, key=lambda paper: paper.added or date.min, reverse=True):
        primary = paper.categories[0] if paper.categories else ""
        taken[primary] += 1
        if taken[primary] <= most:
            chosen.append(paper)
    return chosen


def _gist(category: Category) -> str:
    """The first sentence of a description; those that follow often tell what belongs elsewhere."""
    return re.split(r"(?<=[.!?])\s", category.description, maxsplit=1)[0]


def _trust(papers: Sequence[Paper], mentions: Sequence[dict[str, _Mention]]) -> dict[tuple[str, str], tuple[int, int]]:
    """How many papers carry a tag of those that spell it in a place, and how many spell it there."""
    carried, said = Counter[tuple[str, str]](), Counter[tuple[str, str]]()
    for paper, spelled in zip(papers, mentions, strict=True):
        for tag, mention in spelled.items():
            said[tag, mention.place] += 1
            carried[tag, mention.place] += tag in paper.tags
    return {key: (carried[key], count) for key, count in said.items()}


def _total(near: Iterable[tuple[float, Paper]]) -> float:
    return sum(likeness for likeness, _ in near)


def _listed(papers: Sequence[Paper]) -> str:
    return " and ".join(f"`{paper.id}`" for paper in papers[:SHOWN_PAPERS])


def _telling_terms(text: Vector, centre: Vector) -> list[str]:
    """The few terms that make a text like a category, and no word twice: no `anything` beside `segment anything`."""
    weights = {term: weight * centre[term] * len(term.split()) for term, weight in text.items() if term in centre}
    least = LEAST_SHOWN * max(weights.values())
    kept: list[str] = []
    said: set[str] = set()
    for term in sorted(weights, key=lambda term: -weights[term]):
        if weights[term] >= least and said.isdisjoint(term.split()):
            kept.append(term)
            said.update(term.split())
    return kept[:SHOWN_TERMS]


# ---- reading ---------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Passage:
    """A title or an abstract, with its words and the marks that part them, as written."""

    text: str
    tokens: Sequence[str]

    @classmethod
    def of(cls, text: str) -> _Passage:
        text = " ".join(URL.sub(" ", text).split())
        return cls(text, _TOKEN.findall(text))

    def terms(self) -> Iterator[str]:
        """The words that tell something, and the pairs of such words next to each other."""
        stems = [telling(token) for token in self.tokens]
        yield from filter(None, stems)
        yield from (f"{first} {second}" for first, second in pairwise(stems) if first and second)

    def written(self, term: str) -> str | None:
        """A term as it first stands in the text, with the rest of a compound: `efficient fine-tuning`, not `… fine`."""
        stems = term.split()
        for position in range(len(self.tokens)):
            end = position + len(stems)
            if [telling(token) for token in self.tokens[position:end]] == stems:
                start, stop = self.place(position, end)
                rest = _REST_OF_COMPOUND.match(self.text, stop)
                return self.text[start : rest.end() if rest else stop]
        return None

    def place(self, first: int, end: int) -> tuple[int, int]:
        """Where in the text one token begins, and where the last before another ends."""
        places = [found.span() for found in islice(_TOKEN.finditer(self.text), end)]
        return places[first][0], places[-1][1]


@dataclass(frozen=True)
class _Reading:
    """What is judged of a paper: its two passages, and how often each term stands there."""

    title: _Passage
    abstract: _Passage
    counts: Counter[str]

    def written(self, term: str) -> str:
        """A term as it first stands in the paper's texts."""
        return self.title.written(term) or self.abstract.written(term) or term


def _read(title: str, abstract: str) -> _Reading:
    """A paper's texts as terms; what is longer than a catalog accepts is cut off."""
    passages = _Passage.of(title[:LINE_LENGTH]), _Passage.of(abstract[:PROSE_LENGTH])
    counts = Counter(passages[1].terms())
    for term in passages[0].terms():
        counts[term] += TITLE_WEIGHT
    return _Reading(*passages, counts)


# ---- comparing -------------------------------------------------------------------------------------------------------


class _Space:
    """Turns texts into vectors of length 1 in which a term weighs the more, the fewer texts have it."""

    def __init__(self, texts: Sequence[Counter[str]]) -> None:
        spread = Counter[str]()
        for counts in texts:
            spread.update(counts.keys())
        self._most = log(1 + len(texts))
        # What stands in one text alone says nothing of another.
        self._rarity = {term: log((1 + len(texts)) / count) for term, count in spread.items() if count > 1}

    def vector(self, counts: Counter[str]) -> Vector:
        """A text as a vector of the terms it may share with others.

        The terms that no other has count for its length, so that a text made of them is like nothing.
        """
        rarity, most = self._rarity, self._most
        weights = {
            term: (1 + log(count) if count > 1 else 1) * rarity.get(term, most) for term, count in counts.items()
        }
        return {term: weight for term, weight in _unit(weights).items() if term in rarity}


def _unit(vector: Vector) -> Vector:
    length = sqrt(sum(weight * weight for weight in vector.values())) or 1.0
    return {term: weight / length for term, weight in vector.items()}


def _add(total: Vector, vector: Vector, times: float) -> None:
    for term, weight in vector.items():
        total[term] = total.get(term, 0.0) + times * weight


def _product(one: Vector, other: Vector) -> float:
    """How alike two vectors are; rounded, so that what is equally alike stays in the order of the list."""
    return round(sum(weight * other[term] for term, weight in one.items() if term in other), 9)


# ---- spelled out -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class _Mention:
    """Where a text spells a tag: from one token of a passage up to another."""

    place: str
    first: int
    end: int

    def quote(self, reading: _Reading) -> str:
        """The tag as the text spells it, and where."""
        passage = reading.title if self.place == "title" else reading.abstract
        start, stop = passage.place(self.first, self.end)
        return f"“{passage.text[start:stop]}” in the {self.place}"


@dataclass(frozen=True)
class _Spelling:
    """What a spelling stands for, and how many capitals it must have in a text to mean that."""

    tag: str
    capitals: int


class _Spellings:
    """The ids, titles and aliases of tags, found in a text in the singular or plural, hyphenated or not."""

    def __init__(self, tags: Iterable[Tag]) -> None:
        self._known: dict[str, _Spelling] = {}
        for tag in tags:
            for spelling in (tag.title, *tag.aliases, tag.id):
                joined = _joined(spelling)
                if len(joined) > 1:  # a single letter, as is left of C++, stands for too much
                    self._known.setdefault(joined, _Spelling(tag.id, _capitals_needed(spelling)))
        self._beginnings = {spelling[:end] for spelling in self._known for end in range(1, len(spelling) + 1)}

    def mentions(self, reading: _Reading) -> dict[str, _Mention]:
        """The tags that a text spells, each with its first mention, in the title if it stands there."""
        found: dict[str, _Mention] = {}
        for place, passage in (("title", reading.title), ("abstract", reading.abstract)):
            for tag, first, end in self._spelled(passage.tokens):
                found.setdefault(tag, _Mention(place, first, end))
        return found

    def _spelled(self, tokens: Sequence[str]) -> Iterator[tuple[str, int, int]]:
        for first, token in enumerate(tokens):
            joined, end = stem(token), first + 1
            while joined in self._beginnings:
                spelling = self._known.get(joined)
                if spelling and _capitals("".join(tokens[first:end])) >= spelling.capitals:
                    yield spelling.tag, first, end
                if end == len(tokens):
                    break
                joined, end = joined + stem(tokens[end]), end + 1


def _joined(spelling: str) -> str:
    return "".join(stem(token) for token in _TOKEN.findall(spelling))


def _capitals_needed(spelling: str) -> int:
    """Two for what is so short that in small letters it is another word: PET, CT or an alias `sam`; one for 3D."""
    letters = sum(letter.isalpha() for letter in spelling)
    is_acronym = letters <= 4 and (_capitals(spelling) > 1 or (letters <= 3 and spelling.islower()))
    return min(letters, 2) if is_acronym else 0


def _capitals(text: str) -> int:
    return sum(letter.isupper() for letter in text)
