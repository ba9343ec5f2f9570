"""Trends: papers per month, tags, venues and code as charts, each under what it shows, and with its table."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from paper_digest import urls
from paper_digest.outputs.artifact import Artifact
from paper_digest.outputs.pages.desk import Desk, PageHead
from paper_digest.shown import charts, trends
from paper_digest.shown.charts import Columns, Dumbbell, Tick
from paper_digest.shown.trends import (
    YEAR,
    Code,
    CodeCount,
    Month,
    PerMonth,
    Series,
    TagChange,
    TagChanges,
    VenueCount,
    Venues,
    Window,
)
from paper_digest.urls import Address

STYLES = Address("assets/css/trends.css")
TALLEST = 132
"""The pixels of the highest column of all papers; the categories' columns have the same scale."""
HIGHEST_PER_PAPER = 14
"""In a small catalog, columns would be towers."""
MOST_NAMED = 3
"""A heading names no more that are level."""
LABEL_MARGIN = 13
"""What the labels of a dumbbell take at each side, in percent of a chart's width on the narrowest phones."""


@dataclass(frozen=True)
class MonthsRow:
    """The columns of a category, or of all papers."""

    series: Series
    chart: Columns
    name: str


@dataclass(frozen=True)
class Months:
    """The chart of papers per month."""

    heading: str
    deck: str
    notes: tuple[str, ...]
    numbers: PerMonth
    rows: tuple[MonthsRow, ...]
    ticks: tuple[Tick, ...]
    newest_from: float
    before_from: float
    """Where the two compared years begin, in percent of the chart's width."""
    table: tuple[tuple[str, tuple[int, ...]], ...]
    """For each month the papers of each row, then those of no month that is drawn, then all."""


@dataclass(frozen=True)
class TagRow:
    """A tag's two shares."""

    tag: TagChange
    chart: Dumbbell
    older_share: str
    newer_share: str
    name: str


@dataclass(frozen=True)
class Tags:
    """The chart of rising and falling tags."""

    heading: str
    deck: str
    notes: tuple[str, ...]
    numbers: TagChanges
    older: str
    newer: str
    groups: tuple[tuple[str, tuple[TagRow, ...]], ...]
    table: tuple[tuple[TagChange, str, str, str], ...]
    """The compared tags with both shares and the change."""


@dataclass(frozen=True)
class Bar:
    """A lying bar, of a venue's papers or a year's share."""

    width: float
    is_told: bool
    """Whether the heading tells of it."""
    name: str


@dataclass(frozen=True)
class VenuesChart:
    """The chart of venues."""

    heading: str
    deck: str
    notes: tuple[str, ...]
    numbers: Venues
    rows: tuple[tuple[VenueCount, Bar], ...]


@dataclass(frozen=True)
class CodeChart:
    """The chart of links to code."""

    heading: str
    deck: str
    notes: tuple[str, ...]
    numbers: Code
    rows: tuple[tuple[CodeCount, Bar, str], ...]
    table: tuple[tuple[str, CodeCount, str], ...]
    """For each year, for none, and for all, what it is called, its papers, and the share of those with code."""


def pages(desk: Desk) -> list[Artifact]:
    """The page of trends."""
    site = desk.site
    per_month, changes = trends.papers_per_month(site), trends.tag_changes(site)
    venues, code = trends.venues(site), trends.code(site)
    description = f"Papers per month, rising and falling tags, venues, and links to code in {site.identity.name}."
    return [
        desk.page(
            urls.TRENDS,
            PageHead("Trends", description, "trends", styles=(STYLES,)),
            "trends.md.j2",
            months=_months(per_month) if per_month else None,
            tags=_tags(changes) if changes else None,
            venues=_venues(venues) if venues.shown else None,
            code=_code(code) if code.whole.papers else None,
            taken_back=trends.taken_back(site),
            fewest_in_window=trends.FEWEST_IN_WINDOW,
            months_compared=YEAR,
        )
    ]


# ---- papers per month ------------------------------------------------------------------------------------------------


def _months(numbers: PerMonth) -> Months:
    each = min(HIGHEST_PER_PAPER, TALLEST / max(numbers.whole.counts))
    count = len(numbers.months)
    return Months(
        heading=_months_heading(numbers),
        deck=f"Papers by month of publication, {_span(numbers.months)}, each in its first category. "
        "All rows have one scale; the number above a column is that of the row’s highest month.",
        notes=tuple(_months_notes(numbers)),
        numbers=numbers,
        rows=tuple(_months_row(numbers, series, each) for series in (numbers.whole, *numbers.categories)),
        ticks=charts.years([month.year for month in numbers.months]),
        newest_from=charts.bar(count - YEAR, count),
        before_from=charts.bar(count - 2 * YEAR, count),
        table=_months_table(numbers),
    )


def _months_table(numbers: PerMonth) -> tuple[tuple[str, tuple[int, ...]], ...]:
    rows = (numbers.whole, *numbers.categories)
    lines = [(month.title, tuple(row.counts[at] for row in rows)) for at, month in enumerate(numbers.months)]
    if numbers.whole.earlier:
        lines.append((f"Before {numbers.months[0].title}", tuple(row.earlier for row in rows)))
    if numbers.whole.monthless:
        lines.append(("Month not known", tuple(row.monthless for row in rows)))
    return (*lines, ("All", tuple(row.papers for row in rows)))


def _months_row(numbers: PerMonth, series: Series, pixels_each: float) -> MonthsRow:
    name = f"{series.title}: {_papers(series.shown)} in {len(numbers.months)} months"
    if series.shown:
        highest = max(series.counts)
        months = [month.title for month, count in zip(numbers.months, series.counts, strict=True) if count == highest]
        several = len(months) > MOST_NAMED
        name += f", at most {highest} in a month" if several else f", most in {_listed(months)}: {highest}"
    return MonthsRow(series, charts.columns(series.counts, pixels_each), name)


def _months_heading(numbers: PerMonth) -> str:
    grown, leading = numbers.grew_most, numbers.leading
    newest = f"in the {YEAR} months to {numbers.months[-1].title}"
    if len(grown) == 1:
        [most] = grown
        return f"{most.title} grew most: {_papers(most.newest)} {newest}, {most.before} in the {YEAR} before"
    if 1 < len(grown) <= MOST_NAMED:
        return f"{_titles(grown)} grew most: by {_papers(grown[0].growth)} each {newest}"
    if 0 < len(leading) <= MOST_NAMED:
        each = " each" if len(leading) > 1 else ""
        return f"Most papers are in {_titles(leading)}: {leading[0].shown}{each} of {numbers.whole.shown}"
    return f"{_papers(numbers.whole.shown)} in {len(numbers.months)} months"


def _months_notes(numbers: PerMonth) -> list[str]:
    whole = numbers.whole
    notes = ["Papers enter the catalog some time after they are published, so the newest months may still grow."]
    left_out = [
        f"{whole.earlier} published before {numbers.months[0].title}" if whole.earlier else "",
        f"{whole.year_only} of a known year but no known month" if whole.year_only else "",
        f"{whole.dateless} without a date" if whole.dateless else "",
    ]
    if any(left_out):
        notes.append(f"Not drawn, of {_papers(whole.papers)}: {_listed([each for each in left_out if each])}.")
    return notes


# ---- tags ------------------------------------------------------------------------------------------------------------


def _tags(numbers: TagChanges) -> Tags:
    drawn = (*numbers.rising, *numbers.falling)
    older, newer = (_span((window.first, window.last)) for window in (numbers.older, numbers.newer))
    top = max((max(_share(tag.older, numbers.older), _share(tag.newer, numbers.newer)) for tag in drawn), default=1)
    groups = (("Rising", numbers.rising), ("Falling", numbers.falling))
    return Tags(
        heading=_tags_heading(numbers),
        deck=f"Share of papers with a tag. Hollow dot: the {numbers.older.papers} papers of {older}. "
        f"Full dot: the {numbers.newer.papers} of {newer}.",
        notes=tuple(_tags_notes(numbers)),
        numbers=numbers,
        older=older,
        newer=newer,
        groups=tuple((title, tuple(_tag_row(numbers, tag, top) for tag in tags)) for title, tags in groups if tags),
        table=tuple((tag, *_shares(numbers, tag), f"{_points(tag):+d}".replace("-", "−")) for tag in numbers.compared),
    )


def _tag_row(numbers: TagChanges, tag: TagChange, top: float) -> TagRow:
    older, newer = _shares(numbers, tag)
    chart = charts.dumbbell(_share(tag.older, numbers.older), _share(tag.newer, numbers.newer), top, LABEL_MARGIN)
    return TagRow(tag, chart, older, newer, f"{tag.title}: from {older} to {newer} of papers")


def _tags_heading(numbers: TagChanges) -> str:
    told = [_told(numbers, numbers.rising, "rose"), _told(numbers, numbers.falling, "fell")]
    return "; ".join(each for each in told if each) or "No tag’s share changed by more than chance may bring"


def _told(numbers: TagChanges, tags: Sequence[TagChange], verb: str) -> str:
    most = [tag for tag in tags if tag.change == tags[0].change]
    if not most:
        return ""
    if len(most) > MOST_NAMED:
        return f"{len(most)} tags {verb} most, by {abs(_points(most[0]))} points each"
    names = _listed([f"“{tag.title}”" for tag in most])
    if len(most) > 1:
        return f"{names} {verb} most, by {abs(_points(most[0]))} points each"
    older, newer = _shares(numbers, most[0])
    return f"{names} {verb} most, from {older} to {newer} of papers"


def _tags_notes(numbers: TagChanges) -> list[str]:
    compared = len(numbers.compared)
    return [
        f"Compared: {compared} {'tag' if compared == 1 else 'tags'} with at least {trends.FEWEST_WITH_TAG} papers in "
        f"either year. Drawn: those whose share changed by {trends.STANDARD_ERRORS} standard errors or more, "
        "which chance alone seldom brings; of so many tags, one or the other may still be chance."
    ]


def _shares(numbers: TagChanges, tag: TagChange) -> tuple[str, str]:
    return _percent(tag.older, numbers.older.papers), _percent(tag.newer, numbers.newer.papers)


def _share(papers: int, window: Window) -> float:
    return papers / window.papers


def _points(tag: TagChange) -> int:
    """The change in whole percentage points, halves away from nothing."""
    points = int(abs(tag.change) * 100 + 1 / 2)
    return points if tag.change > 0 else -points


# ---- venues ----------------------------------------------------------------------------------------------------------


def _venues(numbers: Venues) -> VenuesChart:
    leading, top = numbers.leading, numbers.counts[0].papers
    notes = [_other_venues(numbers), "Tracks and workshops count apart from the conference that they belong to."]
    return VenuesChart(
        heading=_venues_heading(numbers),
        deck=f"Papers by venue. {_named_venues(numbers)}",
        notes=tuple(note for note in notes if note),
        numbers=numbers,
        rows=tuple(
            (venue, Bar(charts.bar(venue.papers, top), venue in leading, f"{venue.name}: {_papers(venue.papers)}"))
            for venue in numbers.shown
        ),
    )


def _named_venues(numbers: Venues) -> str:
    if not numbers.without:
        return "Every paper names one."
    whole = numbers.papers + numbers.without
    return f"{numbers.papers} of {whole} name one; the others are preprints, or their venue is not known."


def _other_venues(numbers: Venues) -> str:
    others = numbers.counts[len(numbers.shown) :]
    if not others:
        return ""
    venues = "1 more venue has" if len(others) == 1 else f"{len(others)} more venues have"
    most = others[0].papers
    return f"{venues} {_papers(most)} each." if most == others[-1].papers else f"{venues} {_papers(most)} at most."


def _venues_heading(numbers: Venues) -> str:
    leading = numbers.leading
    of_all = f"of the {numbers.papers} with a venue"
    if len(leading) > MOST_NAMED:
        return f"{len(leading)} venues share the lead: {_papers(leading[0].papers)} each {of_all}"
    names = _listed([venue.name for venue in leading])
    if len(leading) > 1:
        return f"{names} lead: {_papers(leading[0].papers)} each {of_all}"
    return f"{names} leads: {_papers(leading[0].papers)} {of_all}"


# ---- code ------------------------------------------------------------------------------------------------------------


def _code(numbers: Code) -> CodeChart:
    whole = numbers.whole
    notes = ["Papers without a link may have code all the same: the catalog then knows of none."]
    if any(year.papers and not year.is_enough for year in numbers.shown):
        notes.append(
            f"Outlined: years with fewer than {trends.FEWEST_IN_YEAR} papers, too few for a share to say much."
        )
    if undated := numbers.undated.papers:
        notes.append(
            f"Not drawn: {_papers(undated)} of no known year, {numbers.undated.with_code or 'none'} with code."
        )
    return CodeChart(
        heading=_code_heading(numbers),
        deck="Share of papers with a link to their code, by year of publication; "
        f"in all, {whole.with_code} of {_papers(whole.papers)}.",
        notes=tuple(notes),
        numbers=numbers,
        rows=tuple((year, _code_bar(numbers, year), _percent(year.with_code, year.papers)) for year in numbers.shown),
        table=tuple((title, count, _percent(count.with_code, count.papers)) for title, count in _code_lines(numbers)),
    )


def _code_lines(numbers: Code) -> list[tuple[str, CodeCount]]:
    years = [(str(count.year), count) for count in numbers.years]
    undated = [("Year not known", numbers.undated)] if numbers.undated.papers else []
    return [*years, *undated, ("All", numbers.whole)]


def _code_bar(numbers: Code, year: CodeCount) -> Bar:
    name = f"{year.year}: {year.with_code} of {_papers(year.papers)} with code"
    return Bar(charts.bar(year.with_code, year.papers), year in numbers.telling[:1], name)


def _code_heading(numbers: Code) -> str:
    if not numbers.telling:
        whole = numbers.whole
        return f"Code is linked for {whole.with_code} of {_papers(whole.papers)}"
    latest, *earlier = numbers.telling
    share = _percent(latest.with_code, latest.papers)
    told = f"Code is linked for {share} of the papers of {latest.year}"
    for year in earlier:
        before = _percent(year.with_code, year.papers)
        direction = "up from" if latest.with_code * year.papers > year.with_code * latest.papers else "down from"
        told += f", as of those of {year.year}" if before == share else f", {direction} {before} in {year.year}"
    return told


# ---- words -----------------------------------------------------------------------------------------------------------


def _papers(count: int) -> str:
    return f"{count} paper" if count == 1 else f"{count} papers"


def _percent(part: int, whole: int) -> str:
    """A share in whole percent, halves up, and nothing of nothing."""
    return f"{(200 * part + whole) // (2 * whole)}%" if whole else "–"


def _span(months: Sequence[Month]) -> str:
    return f"{months[0].title} to {months[-1].title}"


def _titles(series: Sequence[Series]) -> str:
    return _listed([each.title for each in series])


def _listed(names: Sequence[str]) -> str:
    """Names as a sentence has them: `A`, `A and B`, `A, B and C`."""
    return " and ".join(part for part in (", ".join(names[:-1]), names[-1]) if part)
