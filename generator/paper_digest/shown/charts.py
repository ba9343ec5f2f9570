"""The geometry of charts: numbers in, places and sizes out, which templates turn into SVG.

Places across are in percent of a chart's width and places down in pixels, so that a chart is as wide as its column
while its bars, dots and letters keep their size. Nothing here knows what the numbers mean.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

COLUMN_GAP = 0.22
"""The gap between two columns, as a part of what a column has."""
LABEL_HEIGHT = 16
"""The pixels above a column that its label takes."""
LABEL_GAP = 4
"""The pixels between a label and its column."""
LEAST_HEIGHT = 34
"""The pixels that a line of letters beside a chart takes."""
FEWEST_COLUMNS_LABELLED = 3
"""A year with fewer columns has no room for its label."""


@dataclass(frozen=True)
class Column:
    """An upright bar."""

    x: float
    width: float
    y: float
    height: float


@dataclass(frozen=True)
class Label:
    """A text whose middle stands on a place."""

    x: float
    y: float
    text: str


@dataclass(frozen=True)
class Columns:
    """Upright bars on a common base, with a label at the highest."""

    height: float
    columns: tuple[Column, ...]
    highest: Label | None


@dataclass(frozen=True)
class Tick:
    """Where a year begins; its label is empty where there is no room for it."""

    x: float
    text: str


@dataclass(frozen=True)
class Dumbbell:
    """Two dots on a scale, with a line between them, and the sides on which their labels stand."""

    start: float
    end: float
    """Where the scale begins, with nothing, and ends."""
    before: float
    after: float
    before_anchor: str
    after_anchor: str


def columns(counts: Sequence[int], pixels_each: float) -> Columns:
    """A column for each count, all of one scale; the latest of the highest is labelled if it is more than one."""
    top = max(counts, default=0)
    height = max(LEAST_HEIGHT, _rounded(top * pixels_each + LABEL_HEIGHT))
    pitch = 100 / len(counts) if counts else 0
    drawn = tuple(
        Column(
            x=_rounded((at + COLUMN_GAP / 2) * pitch),
            width=_rounded((1 - COLUMN_GAP) * pitch),
            y=_rounded(height - count * pixels_each),
            height=_rounded(count * pixels_each),
        )
        for at, count in enumerate(counts)
        if count
    )
    if top <= 1:  # rows of single papers need no number
        return Columns(height, drawn, None)
    highest = max(at for at, count in enumerate(counts) if count == top)
    label = Label(_rounded((highest + 0.5) * pitch), _rounded(height - top * pixels_each - LABEL_GAP), str(top))
    return Columns(height, drawn, label)


def years(starts: Sequence[int]) -> tuple[Tick, ...]:
    """The years of months in a row, given as the year of each: a tick where one begins, and its label."""
    firsts = [at for at, year in enumerate(starts) if at == 0 or year != starts[at - 1]]
    return tuple(
        Tick(
            x=_rounded(100 * first / len(starts)),
            text=str(starts[first]) if end - first >= min(FEWEST_COLUMNS_LABELLED, len(starts)) else "",
        )
        for first, end in zip(firsts, [*firsts[1:], len(starts)], strict=True)
    )


def bar(value: int, full: int) -> float:
    """The width of a bar for a value, where `full` is as wide as the chart."""
    return _rounded(100 * value / full) if full else 0


def dumbbell(before: float, after: float, top: float, margin: float) -> Dumbbell:
    """Two values on a scale from nothing to `top`, with a margin in percent at both sides for the labels."""
    at_before, at_after = (_rounded(margin + (100 - 2 * margin) * value / top) for value in (before, after))
    sides = ("end", "start") if after >= before else ("start", "end")
    return Dumbbell(margin, 100 - margin, at_before, at_after, *sides)


def _rounded(value: float) -> float:
    """Two places behind the point are finer than any screen."""
    return round(value, 2)
