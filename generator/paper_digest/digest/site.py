"""The catalog with its lookups, sorted once: what every kind of output reads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from functools import cached_property
from pathlib import Path
from typing import TypeVar

from paper_digest import urls
from paper_digest.catalog.catalog import Catalog
from paper_digest.catalog.promises import PAPERS_OF_A_TAGS_FEED
from paper_digest.catalog.records import Category, Issue, News, Paper, Tag, Venue, is_identifier
from paper_digest.digest.hand_written import HandWritten
from paper_digest.digest.identity import Identity
from paper_digest.urls import Address

HUES = 8
MOST_BESIDE = 40

K = TypeVar("K")
V = TypeVar("V")


@dataclass(frozen=True)
class Site:
    """A digest, ready to be shown."""

    catalog: Catalog
    identity: Identity
    templates: Path
    pages: tuple[HandWritten, ...] = ()
    takes_corrections: bool = False
    """Whether the digest's repository has an issue form for them."""

    @cached_property
    def papers(self) -> tuple[Paper, ...]:
        """All papers, the latest added first, then the latest published, then by id."""
        return tuple(sorted(self.catalog.papers, key=_order))

    @cached_property
    def paper(self) -> dict[str, Paper]:
        """Papers by id."""
        return {paper.id: paper for paper in self.papers}

    @cached_property
    def category(self) -> dict[str, Category]:
        """Categories by id, in the order of their list."""
        return {category.id: category for category in self.catalog.categories}

    @cached_property
    def tag(self) -> dict[str, Tag]:
        """Tags by id."""
        return {tag.id: tag for tag in self.catalog.tags}

    @cached_property
    def venue(self) -> dict[str, Venue]:
        """Venues by name."""
        return {venue.name: venue for venue in self.catalog.venues}

    def venue_of(self, paper: Paper) -> Venue | None:
        """The venue of a paper, if it is listed."""
        return self.venue.get(paper.venue.name) if paper.venue else None

    def venue_title(self, paper: Paper) -> str | None:
        """The full title of a paper's venue, or the name that it goes by."""
        venue = self.venue_of(paper)
        return venue.title if venue else paper.venue.name if paper.venue else None

    @cached_property
    def members(self) -> dict[str, tuple[Paper, ...]]:
        """The papers of every category, primary or not, in the order of `papers`."""
        return _grouped(self.category, ((category, paper) for paper in self.papers for category in paper.categories))

    @cached_property
    def tagged(self) -> dict[str, tuple[Paper, ...]]:
        """The papers of every tag, in the order of `papers`."""
        return _grouped(self.tag, ((tag, paper) for paper in self.papers for tag in paper.tags))

    @cached_property
    def tags_in_use(self) -> tuple[Tag, ...]:
        """The tags that papers have, by title."""
        return tuple(
            sorted((tag for tag in self.catalog.tags if self.tagged[tag.id]), key=lambda tag: tag.title.casefold())
        )

    @cached_property
    def tags_with_a_page(self) -> tuple[Tag, ...]:
        """The tags that papers have, and those whose page was published when papers had them."""
        promised = self.catalog.ledger.tags.keys() if self.catalog.ledger else set()
        return tuple(tag for tag in self.catalog.tags if self.tagged[tag.id] or promised & {tag.id, *tag.aliases})

    @cached_property
    def tags_with_a_feed(self) -> tuple[Tag, ...]:
        """The tags of several papers, and those whose feed was published when they had more, by title."""
        ledger = self.catalog.ledger
        promised = {tag for tag, promise in ledger.tags.items() if promise.feeds} if ledger else set()
        found = (
            tag
            for tag in self.tags_with_a_page
            if len(self.tagged[tag.id]) >= PAPERS_OF_A_TAGS_FEED or promised & {tag.id, *tag.aliases}
        )
        return tuple(sorted(found, key=lambda tag: tag.title.casefold()))

    @cached_property
    def news(self) -> tuple[tuple[Paper, News], ...]:
        """What happened to papers after they were added, the latest first."""
        told = [(paper, each) for paper in self.papers for each in paper.news]
        return tuple(sorted(told, key=lambda item: -item[1].date.toordinal()))

    @cached_property
    def moved(self) -> dict[Address, tuple[str, Address]]:
        """Where former addresses lead now: a title and an address."""
        moved = {
            urls.paper(alias): (paper.title, urls.paper(paper.id)) for paper in self.papers for alias in paper.aliases
        }
        moved |= {
            urls.category(alias): (category.title, urls.category(category.id))
            for category in self.catalog.categories
            for alias in category.aliases
        }
        moved |= {
            urls.tag(alias): (tag.title, urls.tag(tag.id))
            for tag in self.tags_with_a_page
            for alias in tag.aliases
            if is_identifier(alias) and alias not in self.tag
        }
        return moved

    @cached_property
    def issues(self) -> tuple[Issue, ...]:
        """All issues, the latest first."""
        return tuple(reversed(self.catalog.issues))

    @cached_property
    def issues_of(self) -> dict[str, tuple[Issue, ...]]:
        """The issues that a paper appeared in, by its id."""
        return _grouped(self.paper, ((entry.paper, issue) for issue in self.catalog.issues for entry in issue.entries))

    @cached_property
    def queue(self) -> tuple[Paper, ...]:
        """The papers that are in no issue yet, in the order of `papers`: what the next issues are made of."""
        return tuple(paper for paper in self.papers if not self.issues_of[paper.id])

    @cached_property
    def hues(self) -> dict[str, int]:
        """The number of every category's hue, 1 to 8: one for a family, in the order of their first appearance."""
        families = dict.fromkeys(category.family for category in self.catalog.categories)
        number = {family: place % HUES + 1 for place, family in enumerate(families)}
        return {category.id: number[category.family] for category in self.catalog.categories}

    def categories_beside(self, address: Address) -> tuple[Category, ...]:
        """The categories that a listing names: the first ones and its own: pages do not grow with them."""
        own = next((each for each in self.catalog.categories if urls.category(each.id) == address), None)
        first = self.catalog.categories[:MOST_BESIDE]
        return first if own is None or own in first else (*first, own)

    @cached_property
    def updated(self) -> date:
        """The latest day on which a paper or an issue was added or updated, or something happened to a paper."""
        dates = [paper.updated or paper.added for paper in self.papers]
        told = [each.date for _, each in self.news]
        return max(
            [day for day in dates if day] + [issue.date for issue in self.issues] + told, default=date(2000, 1, 1)
        )


def midnight(day: date) -> datetime:
    """A day as the instant at which it begins, in UTC."""
    return datetime.combine(day, time(), UTC)


def _order(paper: Paper) -> tuple[int, tuple[int, int, int], str]:
    added = -paper.added.toordinal() if paper.added else 0
    year, month, day = paper.published.order if paper.published else (0, 0, 0)
    return (added, (-year, -month, -day), paper.id)


def _grouped(keys: Iterable[K], pairs: Iterable[tuple[K, V]]) -> dict[K, tuple[V, ...]]:
    groups: defaultdict[K, list[V]] = defaultdict(list)
    for key, value in pairs:
        groups[key].append(value)
    return {key: tuple(groups[key]) for key in keys}
