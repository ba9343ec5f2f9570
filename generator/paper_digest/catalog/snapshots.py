"""What papers counted on a day: stars, upvotes and citations, one snapshot a file in `content/metrics/<date>.json`.

A program writes these files, a paper a line, and git merges them. They are history: a paper that they name may have
been removed since, and that is no fault. What is not known of a paper is left out, and is not zero.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any, NoReturn

from pydantic import Field, PlainValidator, ValidationError, WithJsonSchema

from paper_digest.catalog import files, wording
from paper_digest.catalog.records import Day, Record, fault, is_day
from paper_digest.catalog.source import Mapping as MappingNode
from paper_digest.catalog.source import Source, locate, parse_source, plain, read_text
from paper_digest.problems import Problem, ProblemsFound, Severity, SourceRef

FOLDER = "metrics"
LARGEST_COUNT = 999_999_999
KEPT_DAYS = 40
"""So many days keep each its snapshot: a month to compare, and some days more for gaps."""

_ANEW = "count anew with `paper-digest metrics`, or delete the file"


class Metric(StrEnum):
    """What is counted, in the order in which files and pages tell it."""

    STARS = "stars"
    UPVOTES = "upvotes"
    CITATIONS = "citations"


def _count(value: object) -> int:
    if isinstance(value, bool) or not re.fullmatch(r"[0-9]{1,9}", str(value)):
        raise fault(f"`{str(value)[:80]}` is not a count", "write a whole number from 0 on, or delete the key")
    return int(str(value))


Count = Annotated[
    int,
    PlainValidator(_count),
    WithJsonSchema({"type": "integer", "minimum": 0, "maximum": LARGEST_COUNT}),
]


class Counts(Record):
    """What one paper counted on a day. A count that is not known is left out."""

    stars: Count | None = None
    """Stars of its code's repository at GitHub."""
    upvotes: Count | None = None
    """Upvotes at Hugging Face."""
    citations: Count | None = None
    """Citations that Semantic Scholar knows."""

    def of(self, metric: Metric) -> int | None:
        """The count of one metric, if it is known."""
        found: int | None = getattr(self, metric)
        return found

    def known(self) -> dict[Metric, int]:
        """The counts that are known."""
        return {metric: count for metric in Metric if (count := self.of(metric)) is not None}

    def updated(self, newer: Counts) -> Counts:
        """These counts with those of a newer one; what that does not know stays."""
        return self.model_copy(update={str(metric): count for metric, count in newer.known().items()})


class Snapshot(Record):
    """What all papers counted on one day; its date is its key."""

    date: Day
    """The day of counting, in UTC, and the file's name."""
    papers: dict[str, Counts] = Field(default_factory=dict)
    """The counts by the papers' ids, one paper a line."""

    @property
    def key(self) -> str:
        """The snapshot's key, its date: `2026-11-24`."""
        return self.date.isoformat()

    def updated(self, newer: Mapping[str, Counts]) -> Snapshot:
        """The snapshot with newer counts of the same day; what those do not know stays."""
        both = {paper: self.papers.get(paper, Counts()).updated(counts) for paper, counts in newer.items()}
        return Snapshot(date=self.date, papers={**self.papers, **both})


def place_of(day: date) -> str:
    """The file of a day's snapshot, relative to the digest's root."""
    return f"{files.CONTENT}/{FOLDER}/{day.isoformat()}.json"


def as_json(snapshot: Snapshot) -> str:
    """The text of a snapshot's file: a line for each paper, sorted, so that a diff is short."""
    lines = [f"  {json.dumps(paper)}: {{{_as_pairs(snapshot.papers[paper])}}}" for paper in sorted(snapshot.papers)]
    papers = "{\n" + ",\n".join(lines) + "\n }" if lines else "{}"
    return f'{{\n "date": "{snapshot.key}",\n "papers": {papers}\n}}\n'


def _as_pairs(counts: Counts) -> str:
    return ", ".join(f'"{metric}": {count}' for metric, count in counts.known().items())


def read_snapshots(root: Path, today: date | None = None) -> tuple[tuple[Snapshot, ...], list[Problem]]:
    """The snapshots of a digest, the oldest first, and the problems of their files.

    A faulty file is left out, and is an error. With `today`, a day that is more than one ahead is a warning: it would
    be the newest for a long time.
    """
    paths, problems = files.in_folder(root, FOLDER)
    found: dict[date, Snapshot] = {}
    for path in paths:
        try:
            snapshot = _read(path, files.shown(path, root))
            _add(found, snapshot, files.shown(path, root))
        except ProblemsFound as faults:
            problems += faults.problems
    snapshots = tuple(found[day] for day in sorted(found))
    return snapshots, problems + (_ahead(snapshots, today) if today else [])


def settled(snapshots: Iterable[Snapshot], former: Mapping[str, str]) -> tuple[Snapshot, ...]:
    """The snapshots with papers under their present ids. `former` are the present ids by former ones."""
    return tuple(_settled(snapshot, former) for snapshot in snapshots)


def kept(days: Iterable[date], today: date) -> set[date]:
    """The days whose snapshots are kept: the last ones, and of each month the first that there is."""
    ordered = sorted(days)
    firsts = {(day.year, day.month): day for day in reversed(ordered)}
    return {day for day in ordered if day > today - timedelta(days=KEPT_DAYS)} | set(firsts.values())


# ---- reading one file ------------------------------------------------------------------------------------------------

# Each metric at most once, in their order, and a comma before each but the first.
_COUNTS = "".join(rf'(?:(?:(?<=\{{)|(?<!\{{), )"{metric}": (?:0|[1-9][0-9]{{0,8}}))?' for metric in Metric)
_LINE = rf'  "[a-z0-9-]+": \{{{_COUNTS}\}}'
_AS_WRITTEN = re.compile(
    rf'\{{\n "date": "([0-9-]{{10}})",\n "papers": \{{(?:\n{_LINE}(?:,\n{_LINE})*\n )?\}}\n\}}\n', re.ASCII
)
_PAPER = re.compile(r'^  "([a-z0-9-]+)": (\{.*\}),?$', re.MULTILINE)


def _read(path: Path, shown_as: str) -> Snapshot:
    if not is_day(path.stem):
        _refuse(SourceRef(shown_as), f"`{path.stem}` is not a day", "rename the file to its date, like 2026-11-24.json")
    text = read_text(path, shown_as)
    return _as_written(text, path.stem) or _with_places(parse_source(text.encode(), shown_as), path.stem)


def _as_written(text: str, key: str) -> Snapshot | None:
    """The snapshot of a text in the form in which the program writes: it has no fault, and no places are needed.

    That is many times quicker than reading with places, and there are dozens of these files.
    """
    form = _AS_WRITTEN.fullmatch(text)
    if not form or form.group(1) != key:
        return None
    found = _PAPER.findall(text)
    papers = {paper: _counts(counts) for paper, counts in found}
    stands_twice = len(papers) < len(found)
    return None if stands_twice else Snapshot.model_construct(date=date.fromisoformat(key), papers=papers)


@lru_cache(maxsize=1 << 16)
def _counts(text: str) -> Counts:
    """From day to day most counts stay as they are: each is made once."""
    return Counts.model_validate_json(text)


def _with_places(source: Source, key: str) -> Snapshot:
    """The snapshot of a file that somebody else wrote. Raises ProblemsFound with what is wrong, each at its place."""
    if not isinstance(source.root, MappingNode):
        where = source.ref(source.root.mark)
        _refuse(where, "a mapping with the keys `date` and `papers` belongs here", _ANEW)
    values: Any = plain(source.root)
    try:
        snapshot = Snapshot.model_validate({**values, "date": values.get("date") or key})
    except ValidationError as error:
        details = error.errors(include_url=False)
        raise ProblemsFound(wording.problems(details, Snapshot, source, source.root)) from None
    if snapshot.key != key:
        where = source.ref(locate(source.root, ("date",)))
        _refuse(where, f"the date `{snapshot.key}` is not the file's name", "delete the line, or rename the file")
    return snapshot


def _add(found: dict[date, Snapshot], snapshot: Snapshot, shown_as: str) -> None:
    if snapshot.date in found:
        _refuse(SourceRef(shown_as), f"there are two snapshots of {snapshot.key}", "keep one of the two")
    found[snapshot.date] = snapshot


def _refuse(where: SourceRef, what: str, remedy: str) -> NoReturn:
    raise ProblemsFound([Problem(where, what, remedy)])


def _ahead(snapshots: Iterable[Snapshot], today: date) -> list[Problem]:
    return [
        Problem(
            SourceRef(place_of(snapshot.date)),
            f"the snapshot of {snapshot.key} is still to come",
            "delete it, or rename it to the day of its counts",
            Severity.WARNING,
        )
        for snapshot in snapshots
        if snapshot.date > today + timedelta(days=1)
    ]


def _settled(snapshot: Snapshot, former: Mapping[str, str]) -> Snapshot:
    renamed = {former[paper]: counts for paper, counts in snapshot.papers.items() if paper in former}
    if not renamed:
        return snapshot
    present = {paper: counts for paper, counts in snapshot.papers.items() if paper not in former}
    # What was counted under the present id is the newer, where a day has both.
    both = {paper: counts.updated(present.get(paper, Counts())) for paper, counts in renamed.items()}
    return snapshot.model_copy(update={"papers": {**present, **both}})
