"""Shelves: the papers of a venue, a year or an author, as listings that nobody had to make.

Unlike categories and tags they follow from the papers alone. Names that differ in capitals or accents only share one.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from paper_digest import urls
from paper_digest.catalog.records import Author, Paper
from paper_digest.digest.site import Site
from paper_digest.shown.citations import divided
from paper_digest.urls import Address

PAPERS_OF_AN_AUTHOR = 2
"""So many papers an author has whose papers are listed: a list of one is the paper itself."""

Person = tuple[str, str | None]
"""The part of an address that a name makes, and the ORCID where that tells people of one name apart."""


@dataclass(frozen=True)
class Shelf:
    """Papers that have something in common, in the site's order."""

    title: str
    address: Address
    papers: tuple[Paper, ...]
    note: str = ""
    """What else is known of it, as the full title of a venue."""


class Shelves:
    """All shelves of a site."""

    def __init__(self, site: Site) -> None:
        self._site = site

    @cached_property
    def venues(self) -> tuple[Shelf, ...]:
        """A shelf for every venue, by title."""
        groups: defaultdict[str, list[Paper]] = defaultdict(list)
        for paper in self._site.papers:
            if paper.venue:
                groups[urls.slug(paper.venue.name)].append(paper)
        shelves = map(self._venue, groups.values())
        return tuple(sorted(shelves, key=lambda shelf: (shelf.title.casefold(), shelf.title)))

    @cached_property
    def years(self) -> tuple[Shelf, ...]:
        """A shelf for every year in which papers appeared, the latest first."""
        groups: defaultdict[int, list[Paper]] = defaultdict(list)
        for paper in self._site.papers:
            if year := year_of(paper):
                groups[year].append(paper)
        return tuple(Shelf(str(year), urls.year(year), tuple(groups[year])) for year in sorted(groups, reverse=True))

    @cached_property
    def authors(self) -> tuple[Shelf, ...]:
        """A shelf for every author of two papers or more, by family name as far as it can be told."""
        return tuple(sorted(self._of_person.values(), key=lambda shelf: family_first(shelf.title)))

    def of_author(self, author: Author) -> Address | None:
        """Where the papers of an author are listed, if there are several."""
        shelf = self._of_person.get(self._person(author))
        return shelf.address if shelf else None

    @cached_property
    def _of_person(self) -> dict[Person, Shelf]:
        groups: defaultdict[Person, dict[str, tuple[Author, Paper]]] = defaultdict(dict)
        for author, paper in self._authorships():
            groups[self._person(author)].setdefault(paper.id, (author, paper))
        return {
            person: _author(person, list(found.values()))
            for person, found in groups.items()
            if len(found) >= PAPERS_OF_AN_AUTHOR
        }

    def _authorships(self) -> Iterator[tuple[Author, Paper]]:
        return ((author, paper) for paper in self._site.papers for author in paper.authors)

    def _person(self, author: Author) -> Person:
        name = urls.slug(author.name)
        return name, author.orcid if name in self._shared_names else None

    @cached_property
    def _shared_names(self) -> frozenset[str]:
        """The names that several people have, as their ORCIDs tell."""
        known: defaultdict[str, set[str]] = defaultdict(set)
        for author, _ in self._authorships():
            if author.orcid:
                known[urls.slug(author.name)].add(author.orcid)
        return frozenset(name for name, orcids in known.items() if len(orcids) > 1)

    def _venue(self, papers: list[Paper]) -> Shelf:
        title = _commonest(paper.venue.name for paper in papers if paper.venue)
        known = self._site.venue.get(title)
        note = known.title if known and known.title != title else ""
        return Shelf(title, urls.venue(title), tuple(papers), note)


def year_of(paper: Paper) -> int | None:
    """The year in which a paper first appeared, or else that of its venue."""
    if paper.published:
        return paper.published.year
    return paper.venue.year if paper.venue else None


def family_first(name: str) -> tuple[str, str]:
    """A name as it is sorted: the family name, then the whole."""
    return urls.slug(divided(name).family), name


def _author(person: Person, found: list[tuple[Author, Paper]]) -> Shelf:
    title = _commonest(author.name for author, _ in found)
    _, orcid = person
    return Shelf(
        title, urls.author(title, orcid), tuple(paper for _, paper in found), f"ORCID {orcid}" if orcid else ""
    )


def _commonest(names: Iterable[str]) -> str:
    """The name that most of its papers have; of several the first by spelling."""
    counted = Counter(names)
    return min(counted, key=lambda name: (-counted[name], name))
