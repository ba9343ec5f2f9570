"""What a catalog shows over time: papers per month, rising and falling tags, venues, and code. Numbers alone.

All dates are those of the papers' publication, so that the same catalog gives the same numbers on any day. Every paper
counts once in each part, in its first category. Retracted and withdrawn ones count too: they were published, and so the
numbers agree with those of the listings. What cannot be placed is counted as well, and told beside the charts.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import NamedTuple

from paper_digest import urls
from paper_digest.catalog.records import Paper, Status
from paper_digest.digest.site import Site
from paper_digest.shown.cards import MONTHS
from paper_digest.shown.shelves import Shelves, year_of
from paper_digest.urls import Address

MONTHS_SHOWN = 36
YEAR = 12
"""The months of a window that is compared with the one before it: whole years, so that no season tells."""
FEWEST_MONTHS = 2
"""Papers of a single month have no course over time."""
FEWEST_IN_WINDOW = 20
"""Below that, shares of a window's papers jump by several points with each paper."""
FEWEST_WITH_TAG = 5
"""A tag is compared when one of the windows has so many papers with it."""
STANDARD_ERRORS = 2
"""A share that changed by less may well have done so by chance."""
TAGS_SHOWN = 8
VENUES_SHOWN = 15
FEWEST_AT_VENUE = 2
YEARS_SHOWN = 8
FEWEST_IN_YEAR = 10
"""Of a year with fewer papers nothing is said in words."""


class Month(NamedTuple):
    """A month of a year; months are ordered, and counted on."""

    year: int
    number: int

    @property
    def title(self) -> str:
        """The month as readers see it: `March 2025`."""
        return f"{MONTHS[self.number - 1]} {self.year}"

    def plus(self, months: int) -> Month:
        """The month so many months later."""
        year, number = divmod(self.year * YEAR + self.number - 1 + months, YEAR)
        return Month(year, number + 1)

    def since(self, earlier: Month) -> int:
        """How many months it is after an earlier one."""
        return (self.year - earlier.year) * YEAR + self.number - earlier.number


@dataclass(frozen=True)
class Series:
    """How many papers there are for each month that is shown, and how many that are not."""

    title: str
    address: Address
    hue: int
    counts: tuple[int, ...]
    earlier: int
    year_only: int
    dateless: int

    @property
    def shown(self) -> int:
        """The papers of all months that are shown."""
        return sum(self.counts)

    @property
    def monthless(self) -> int:
        """The papers of which no month is known."""
        return self.year_only + self.dateless

    @property
    def papers(self) -> int:
        """All papers, with a month or without."""
        return self.shown + self.earlier + self.monthless

    @property
    def newest(self) -> int:
        """The papers of the newest twelve months."""
        return sum(self.counts[-YEAR:])

    @property
    def before(self) -> int:
        """The papers of the twelve months before those."""
        return sum(self.counts[-2 * YEAR : -YEAR])

    @property
    def growth(self) -> int:
        """How many papers the newest twelve months have more than those before."""
        return self.newest - self.before


@dataclass(frozen=True)
class PerMonth:
    """Papers per month of publication: of all, and of each category, the largest first."""

    months: tuple[Month, ...]
    whole: Series
    categories: tuple[Series, ...]

    @property
    def compares(self) -> bool:
        """Whether two whole years are shown, so that one can be held against the other."""
        return len(self.months) >= 2 * YEAR

    @property
    def grew_most(self) -> tuple[Series, ...]:
        """The categories that grew by the most papers: several when they are level, none when none grew."""
        most = max((each.growth for each in self.categories), default=0) if self.compares else 0
        return tuple(each for each in self.categories if each.growth == most > 0)

    @property
    def leading(self) -> tuple[Series, ...]:
        """The categories with the most papers in the months that are shown."""
        most = max((each.shown for each in self.categories), default=0)
        return tuple(each for each in self.categories if each.shown == most > 0)


@dataclass(frozen=True)
class Window:
    """Twelve months, and how many papers were published in them."""

    first: Month
    last: Month
    papers: int


@dataclass(frozen=True)
class TagChange:
    """In how many papers of each window a tag is."""

    title: str
    address: Address
    older: int
    newer: int
    change: Fraction
    """By how much the share of papers grew, as a part of 1."""
    is_clear: bool
    """Whether chance alone would rarely bring such a change."""


@dataclass(frozen=True)
class TagChanges:
    """The tags of two windows compared: all with papers enough, and of those the clearly risen and fallen ones."""

    older: Window
    newer: Window
    compared: tuple[TagChange, ...]

    @property
    def rising(self) -> tuple[TagChange, ...]:
        """The tags that rose, the most first."""
        return tuple(each for each in self.compared if each.is_clear and each.change > 0)[:TAGS_SHOWN]

    @property
    def falling(self) -> tuple[TagChange, ...]:
        """The tags that fell, the most first."""
        fallen = (each for each in self.compared if each.is_clear and each.change < 0)
        return tuple(sorted(fallen, key=lambda each: each.change)[:TAGS_SHOWN])


@dataclass(frozen=True)
class VenueCount:
    """A venue, and how many papers it has."""

    name: str
    address: Address
    title: str
    kind: str | None
    papers: int


@dataclass(frozen=True)
class Venues:
    """All venues of papers, the most frequent first, and how many papers name none."""

    counts: tuple[VenueCount, ...]
    without: int

    @property
    def papers(self) -> int:
        """The papers that name a venue."""
        return sum(each.papers for each in self.counts)

    @property
    def shown(self) -> tuple[VenueCount, ...]:
        """The most frequent ones. Where the list ends, no venue is left out that is level with one in it."""
        several = [each for each in self.counts if each.papers >= FEWEST_AT_VENUE]
        if len(several) <= VENUES_SHOWN:
            return tuple(several)
        return tuple(each for each in several[:VENUES_SHOWN] if each.papers > several[VENUES_SHOWN].papers)

    @property
    def leading(self) -> tuple[VenueCount, ...]:
        """The most frequent one, or several that are level."""
        return tuple(each for each in self.shown if each.papers == self.counts[0].papers)


@dataclass(frozen=True)
class CodeCount:
    """How many papers of a year, or of no known one, have a link to code."""

    year: int | None
    papers: int
    with_code: int

    @property
    def is_enough(self) -> bool:
        """Whether there are papers enough to say something of their share."""
        return self.papers >= FEWEST_IN_YEAR


@dataclass(frozen=True)
class Code:
    """Links to code by year of publication, the latest year first and no year left out."""

    years: tuple[CodeCount, ...]
    undated: CodeCount

    @property
    def whole(self) -> CodeCount:
        """All papers together."""
        every = (*self.years, self.undated)
        return CodeCount(None, sum(each.papers for each in every), sum(each.with_code for each in every))

    @property
    def shown(self) -> tuple[CodeCount, ...]:
        """The latest years."""
        return self.years[:YEARS_SHOWN]

    @property
    def telling(self) -> tuple[CodeCount, ...]:
        """The two latest years with papers enough, the latest first."""
        return tuple(each for each in self.shown if each.is_enough)[:2]


def papers_per_month(site: Site) -> PerMonth | None:
    """Papers per month by category, to the newest month with papers; nothing when these are all of one month."""
    dated = sorted({month for paper in site.papers if (month := month_of(paper))})
    if len(dated) < FEWEST_MONTHS:
        return None
    count = min(MONTHS_SHOWN, dated[-1].since(dated[0]) + 1)
    months = tuple(dated[-1].plus(at - count + 1) for at in range(count))
    firsts: defaultdict[str, list[Paper]] = defaultdict(list)
    for paper in site.papers:
        firsts[paper.categories[0]].append(paper)
    categories = [
        _series(category.title, urls.category(category.id), site.hues[category.id], firsts[category.id], months)
        for category in site.catalog.categories
    ]
    whole = _series("All papers", urls.PAPERS, 0, site.papers, months)
    return PerMonth(months, whole, tuple(sorted(categories, key=lambda each: (-each.shown, *_by_title(each.title)))))


def month_of(paper: Paper) -> Month | None:
    """The month in which a paper was published, if it is known."""
    when = paper.published
    return Month(when.year, when.month) if when and when.month else None


def tag_changes(site: Site) -> TagChanges | None:
    """The newest twelve months compared with those before; nothing when either has too few papers."""
    dated = [(month, paper) for paper in site.papers if (month := month_of(paper))]
    if not dated:
        return None
    newest = max(month for month, _ in dated)
    ages = [(newest.since(month) // YEAR, paper) for month, paper in dated]
    newer, older = ([paper for age, paper in ages if age == wanted] for wanted in (0, 1))
    if min(len(newer), len(older)) < FEWEST_IN_WINDOW:
        return None
    before, after = _tags_of(older), _tags_of(newer)
    compared = [
        _change(tag.title, urls.tag(tag.id), (before[tag.id], len(older)), (after[tag.id], len(newer)))
        for tag in site.tags_in_use
        if max(before[tag.id], after[tag.id]) >= FEWEST_WITH_TAG
    ]
    return TagChanges(
        Window(newest.plus(1 - 2 * YEAR), newest.plus(-YEAR), len(older)),
        Window(newest.plus(1 - YEAR), newest, len(newer)),
        tuple(sorted(compared, key=lambda each: (-each.change, *_by_title(each.title)))),
    )


def venues(site: Site) -> Venues:
    """How many papers each venue has, the most frequent first."""
    counts = []
    for shelf in Shelves(site).venues:
        venue = site.venue.get(shelf.title)
        title, kind = (venue.title, str(venue.kind)) if venue else (shelf.title, None)
        counts.append(VenueCount(shelf.title, shelf.address, title, kind, len(shelf.papers)))
    counts.sort(key=lambda each: (-each.papers, *_by_title(each.name)))
    return Venues(tuple(counts), sum(paper.venue is None for paper in site.papers))


def code(site: Site) -> Code:
    """How many papers have a link to code, by the year in which they were published, or else that of their venue."""
    papers = Counter(map(year_of, site.papers))
    linked = Counter(year_of(paper) for paper in site.papers if paper.links.code)
    known = [year for year in papers if year is not None]
    years = range(max(known), min(known) - 1, -1) if known else ()
    return Code(
        tuple(CodeCount(year, papers[year], linked[year]) for year in years),
        CodeCount(None, papers[None], linked[None]),
    )


def taken_back(site: Site) -> int:
    """How many papers were retracted or withdrawn."""
    return sum(paper.status in {Status.RETRACTED, Status.WITHDRAWN} for paper in site.papers)


def _series(title: str, address: Address, hue: int, papers: Iterable[Paper], months: Sequence[Month]) -> Series:
    found = Counter(month_of(paper) or bool(paper.published) for paper in papers)
    return Series(
        title,
        address,
        hue,
        tuple(found[month] for month in months),
        earlier=sum(count for month, count in found.items() if isinstance(month, Month) and month < months[0]),
        year_only=found[True],
        dateless=found[False],
    )


def _tags_of(papers: Iterable[Paper]) -> Counter[str]:
    return Counter(tag for paper in papers for tag in set(paper.tags))


def _change(title: str, address: Address, older: tuple[int, int], newer: tuple[int, int]) -> TagChange:
    """A tag's change between two windows, each given as its papers with the tag and all its papers.

    It is clear when it is at least so many standard errors of the difference of two shares. Fractions are exact.
    """
    change = Fraction(*newer) - Fraction(*older)
    pooled = Fraction(older[0] + newer[0], older[1] + newer[1])
    variance = pooled * (1 - pooled) * (Fraction(1, older[1]) + Fraction(1, newer[1]))
    is_clear = change != 0 and change**2 >= STANDARD_ERRORS**2 * variance
    return TagChange(title, address, older[0], newer[0], change, is_clear)


def _by_title(title: str) -> tuple[str, str]:
    """A key to sort by: the title without its capitals, and with them where titles differ in nothing else."""
    return (title.casefold(), title)
