"""Which papers are talked about now: how much their stars, upvotes and citations grew over a day, a week or a month.

“Now” is the day of the newest snapshot, never the clock: the same snapshots give the same order on any day.

**The score** of a paper over a window is a whole number, thousandths of

    365 / (365 + age)  ×  (x₁ + x₂ / 2 + x₃ / 4)        with, for each metric,  x = min(4, log₂(1 + growth / typical))

- *growth* is what the metric gained between the start of the window and its end, and nothing when it lost.
- *typical* is the median gain, in that window, of the papers whose metric gained at all. So stars, which come by the
  hundred, and citations, which come one by one, are told in the same measure, whatever the digest's field: a typical
  gain is 1, one of three times as much is 2. The logarithm and the cap at fifteen times the typical gain keep one
  enormous number from standing above everything; the median does not notice it.
- *x₁ ≥ x₂ ≥ x₃*: the strongest sign decides, others add to it. A metric that is missing takes part in nothing: it
  counts neither for nor against a paper, just as one that stands still.
- *age* is in days, from the publication, or else from the day on which the paper was added, to now: of two papers that
  gain the same, the newer is the news. After a year a gain counts half, after two a third. Of a date that is not known
  to the day the latest day counts. A paper without any date is as old as ten years: nothing says that it is new.

**Growth is what was measured**, and rather too little than too much:

- A count between two others that are both lower, or both higher, is a mistake or a passing thing: the median of the
  three takes its place. So one spike, up or down, is no growth; counts that only rise stay what they are. The newest
  count has no later neighbour to judge it by. It is believed, and the cap bounds what it can do until the next one.
- The count at the window's start is that of its snapshot; where there is none, the one on the straight line between its
  neighbours, if these are not further apart than twice the window and a day.
- Where nothing tells what the count was then, the first one within the window is where growth begins: a metric that
  appears is no growth. The count at the end is the newest known within the window.

Retracted and withdrawn papers never trend. Papers with the same score stand in the order of their ids.
"""

from __future__ import annotations

from bisect import bisect_right
from calendar import monthrange
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from math import log2
from statistics import median_low

from paper_digest.catalog.records import Paper, PartialDate, Status
from paper_digest.catalog.snapshots import Metric, Snapshot
from paper_digest.digest.site import Site

YEAR = 365
AGE_OF_THE_UNDATED = 10 * YEAR
MOST_OF_ONE = 4.0
"""What a metric can add at most: it is reached at fifteen times the typical growth."""
WEIGHTS = (1.0, 0.5, 0.25)
"""What the strongest metric of a paper counts, the second and the third."""
TOP = 10
"""Who is among so many of the week is told in the feed."""
WEEKS_TOLD = 3
"""The feed tells of this week and of those before it: so far back that growth can still be measured from daily counts,
with some days to spare for gaps."""

_NOUNS = {Metric.STARS: "star", Metric.UPVOTES: "upvote", Metric.CITATIONS: "citation"}


class Window(StrEnum):
    """The time over which growth is measured."""

    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def days(self) -> int:
        """Its length."""
        return {Window.DAY: 1, Window.WEEK: 7, Window.MONTH: 30}[self]

    @property
    def words(self) -> str:
        """How it is called behind a number: `this week`."""
        return "today" if self is Window.DAY else f"this {self}"


@dataclass(frozen=True)
class Growth:
    """By how much a metric of a paper grew within a window."""

    metric: Metric
    amount: int
    window: Window

    @property
    def gain(self) -> str:
        """The amount in words: `+320 stars`."""
        return f"+{self.amount:,} {_NOUNS[self.metric]}{'' if self.amount == 1 else 's'}"


@dataclass(frozen=True)
class Trend:
    """A paper that grows: its score, and its growths with the strongest first."""

    paper: Paper
    score: int
    growths: tuple[Growth, ...]

    @property
    def badge(self) -> str:
        """Why it trends, in a few words: `+320 stars this week`."""
        return f"{self.growths[0].gain} {self.growths[0].window.words}"

    @property
    def why(self) -> str:
        """All of why it trends: `+320 stars, +12 upvotes this week`."""
        return f"{', '.join(growth.gain for growth in self.growths)} {self.growths[0].window.words}"


@dataclass(frozen=True)
class Arrival:
    """That a paper came among the first of a week, which is told once in every ISO week."""

    paper: Paper
    since: date
    """The first day of that week on which it was among them."""
    week: str
    """The ISO week, as `2026-W48`: with the paper's id it makes the entry's identity."""
    rank: int
    """Where it stood on that day, counted from 1."""
    why: str
    """The growth of seven days that brought it there."""


class Trending:
    """What grows in a digest, by its snapshots."""

    def __init__(self, site: Site, snapshots: Iterable[Snapshot]) -> None:
        self._snapshots = sorted(snapshots, key=lambda snapshot: snapshot.date)
        self._papers = [paper for paper in site.papers if paper.status not in {Status.RETRACTED, Status.WITHDRAWN}]
        known = {paper.id for paper in self._papers}
        self._series = {metric: _series(self._snapshots, metric, known) for metric in Metric}

    @property
    def days(self) -> tuple[date, ...]:
        """The days of the snapshots, in their order."""
        return tuple(snapshot.date for snapshot in self._snapshots)

    @property
    def compares(self) -> bool:
        """Whether there are two snapshots at least, so that one can be held against the other."""
        return len(self._snapshots) > 1

    def within(self, window: Window, now: date | None = None) -> tuple[Trend, ...]:
        """The papers that grew within a window, the highest score first.

        The window ends with the newest snapshot, or with the day `now`: what was counted later is then not looked at.
        """
        if not self._snapshots:
            return ()
        end = now or self._snapshots[-1].date
        found = {metric: self._grown(metric, window, end) for metric in Metric}
        signs = {metric: strengths(grown) for metric, grown in found.items()}
        trends = []
        for paper in self._papers:
            strong = sorted((-signs[metric][paper.id], metric) for metric in Metric if paper.id in signs[metric])
            if strong:
                growths = tuple(Growth(metric, found[metric][paper.id], window) for _, metric in strong)
                trends.append(Trend(paper, _score([-sign for sign, _ in strong], _age(paper, end)), growths))
        return tuple(sorted(trends, key=lambda trend: (-trend.score, trend.paper.id)))

    def arrivals(self) -> tuple[Arrival, ...]:
        """Who came among the first of the week, and when: the latest first, and of a day the highest rank first.

        Whole weeks are told, so that an entry does not change when a day of its week is no longer looked at.
        """
        found: dict[tuple[str, str], Arrival] = {}
        for day in self._days_told():
            year, number, _ = day.isocalendar()
            week = f"{year}-W{number:02}"
            for rank, trend in enumerate(self.within(Window.WEEK, day)[:TOP], 1):
                arrival = Arrival(trend.paper, day, week, rank, trend.why)
                found.setdefault((week, trend.paper.id), arrival)
        return tuple(sorted(found.values(), key=lambda each: (-each.since.toordinal(), each.rank)))

    def _days_told(self) -> list[date]:
        if not self._snapshots:
            return []
        newest = self._snapshots[-1].date
        first = newest - timedelta(days=newest.weekday() + 7 * (WEEKS_TOLD - 1))
        return [snapshot.date for snapshot in self._snapshots if snapshot.date >= first]

    def _grown(self, metric: Metric, window: Window, end: date) -> dict[str, int]:
        amounts = ((paper, series.growth(window.days, end)) for paper, series in self._series[metric].items())
        return {paper: amount for paper, amount in amounts if amount > 0}


def trending(site: Site, snapshots: Iterable[Snapshot], window: Window) -> tuple[Trend, ...]:
    """The papers that grew within a window up to the newest snapshot, the highest score first; none without two."""
    return Trending(site, snapshots).within(window)


# ---- growth ----------------------------------------------------------------------------------------------------------


@dataclass(frozen=True)
class Series:
    """The known counts of one metric of one paper, by days in their order."""

    days: Sequence[int]
    counts: Sequence[int]

    def growth(self, length: int, end: date) -> int:
        """By how much the metric grew in so many days up to `end`, or 0; what was counted later is not looked at."""
        start = end.toordinal() - length
        last = bisect_right(self.days, end.toordinal()) - 1
        before = bisect_right(self.days, start) - 1
        if last <= before:
            return 0
        base = self._at(start, before, last, 2 * length + 1)
        return max(0, self.counts[last] - (self._steady(before + 1, last) if base is None else base))

    def _at(self, start: int, before: int, last: int, farthest: int) -> int | None:
        """The count at a window's start, between the count before it and the first one within; rounded up."""
        if before < 0:
            return None
        span, passed = self.days[before + 1] - self.days[before], start - self.days[before]
        if passed and span > farthest:
            return None
        lower, upper = self._steady(before, last), self._steady(before + 1, last)
        return lower - (lower - upper) * passed // span

    def _steady(self, at: int, last: int) -> int:
        """A count that its neighbours confirm: the median of the three. At the ends it has but one, and is believed."""
        return self.counts[at] if at in {0, last} else sorted(self.counts[at - 1 : at + 2])[1]


def _series(snapshots: Iterable[Snapshot], metric: Metric, papers: set[str]) -> dict[str, Series]:
    points: dict[str, tuple[list[int], list[int]]] = {}
    for snapshot in snapshots:
        for paper, counts in snapshot.papers.items():
            count = counts.of(metric)
            if count is not None and paper in papers:
                days, known = points.setdefault(paper, ([], []))
                days.append(snapshot.date.toordinal())
                known.append(count)
    return {paper: Series(*point) for paper, point in points.items()}


# ---- score -----------------------------------------------------------------------------------------------------------


def strengths(grown: Mapping[str, int]) -> dict[str, float]:
    """How strong a sign each growth of one metric is, by the papers' ids: 1 for a typical one, at most 4."""
    if not grown:
        return {}
    typical = median_low(grown.values())
    return {paper: min(MOST_OF_ONE, log2(1 + amount / typical)) for paper, amount in grown.items()}


def _score(strong: Iterable[float], age: int) -> int:
    """The score in thousandths: whole, so that no machine rounds it otherwise."""
    signs = sum(weight * sign for weight, sign in zip(WEIGHTS, strong, strict=False))
    return round(1000 * signs * YEAR / (YEAR + age))


def _age(paper: Paper, now: date) -> int:
    appeared = _latest_day(paper.published) if paper.published else paper.added
    return max(0, (now - appeared).days) if appeared else AGE_OF_THE_UNDATED


def _latest_day(when: PartialDate) -> date:
    year, month = when.latest
    return date(year, month, when.day or monthrange(year, month)[1])
