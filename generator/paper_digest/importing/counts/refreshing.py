"""`paper-digest metrics`: count stars, upvotes and citations of all papers, and write the day's snapshot.

Every source is asked for what it knows best, and by itself: one that refuses or fails costs nothing but its own counts.
What was not counted is left out of the snapshot, since yesterday's count is not today's. A second run on the same day
adds to the first. When nobody answers, nothing is changed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from paper_digest.catalog.catalog import read_shelf
from paper_digest.catalog.records import Paper
from paper_digest.catalog.snapshots import Counts, Metric, Snapshot, as_json, kept, place_of, read_snapshots, settled
from paper_digest.importing.counts import citation_counts, github, hugging_face
from paper_digest.importing.counts.counting import Counted, CountingWeb
from paper_digest.importing.found import NothingAdded, Say
from paper_digest.problems import ProblemsFound, errors_of
from paper_digest.reports import counted as number_of
from paper_digest.writing.changes import Change, carry_out
from paper_digest.writing.locks import Work, alone

LONG_AGO = 7
"""Days after which it makes no difference how long ago something was counted last."""


Names = Mapping[str, Sequence[str]]
"""The ids of papers, by the name by which a source is asked: papers may share a repository."""


@dataclass(frozen=True)
class Gauge:
    """How one metric is counted: whom to ask, by which name of a paper, and how."""

    metric: Metric
    whom: str
    what: str
    name_of: Callable[[Paper], str | None]
    ask: Callable[[CountingWeb, Sequence[str]], Counted]


def _repository(paper: Paper) -> str | None:
    return github.repository(paper.links.code) if paper.links.code else None


GAUGES = (
    Gauge(Metric.CITATIONS, "Semantic Scholar", "papers", citation_counts.name_of, citation_counts.citations),
    Gauge(Metric.UPVOTES, "Hugging Face", "papers", lambda paper: paper.arxiv, hugging_face.upvotes),
    Gauge(Metric.STARS, "GitHub", "repositories", _repository, github.stars),
)


@dataclass(frozen=True)
class Tally:
    """Of how many papers a metric is known today, of those that it could be known of."""

    metric: Metric
    known: int
    of: int

    @property
    def unknown(self) -> int:
        """The papers whose count is not known, though there is somebody to ask."""
        return self.of - self.known


@dataclass(frozen=True)
class Refreshed:
    """What a run did: the day's file, what it holds now, and what to tell a curator."""

    place: str
    papers: int
    tallies: tuple[Tally, ...]
    notes: tuple[str, ...]
    changed: bool
    removed: tuple[str, ...]

    def lines(self) -> list[str]:
        """The report, a sentence a line."""
        known = ", ".join(f"{each.metric} of {each.known}" for each in self.tallies)
        unknown = ", ".join(f"{each.metric} of {each.unknown}" for each in self.tallies if each.unknown)
        done = "written" if self.changed else "is as it was"
        return [
            *self.notes,
            f"Known of {number_of(self.papers, 'papers')}: {known}.",
            *([f"Not known, though there is somebody to ask: {unknown}."] if unknown else []),
            *([f"Removed, since a month keeps one: {', '.join(self.removed)}"] if self.removed else []),
            f"{self.place}: {done}." if self.papers else "There is nothing to write.",
        ]


def refresh(root: Path, today: date, web: CountingWeb, say: Say) -> Refreshed:
    """Count for all papers, and write what was learned into the snapshot of `today`. `say` is told the steps.

    Raises ProblemsFound when papers or snapshots cannot be read, before anybody is asked; and NothingAdded when there
    was somebody to ask and nobody answered. Nothing is changed then.
    """
    papers = [item.record for item in read_shelf(root).papers]
    former = {alias: paper.id for paper in papers for alias in paper.aliases}
    snapshots = settled(_read(root), former)
    names = {gauge.metric: _names(gauge, papers) for gauge in GAUGES}
    said = {gauge.metric: _ask(gauge, names[gauge.metric], snapshots, today, web, say) for gauge in GAUGES}
    notes = [note for each in said.values() for note in each.notes]
    if any(names.values()) and not any(each.answers for each in said.values()):
        raise NothingAdded([*notes, "nobody answered: is this computer online?"])
    with alone(root, Work.CONTENT, say):
        # Read once more: another run may have counted while this one asked.
        written = _read(root)
        before = next((each for each in settled(written, former) if each.date == today), Snapshot(date=today))
        after = before.updated(_by_paper(names, said))
        changed, removed = _write(root, after, written) if any(each.counts for each in said.values()) else (False, ())
    tallies = tuple(_tally(metric, names[metric], after) for metric in Metric)
    return Refreshed(place_of(today), len(after.papers), tallies, tuple(notes), changed, removed)


def _read(root: Path) -> tuple[Snapshot, ...]:
    snapshots, problems = read_snapshots(root)
    if errors_of(problems):
        raise ProblemsFound(problems)
    return snapshots


def _names(gauge: Gauge, papers: Iterable[Paper]) -> Names:
    names: dict[str, list[str]] = {}
    for paper in papers:
        if name := gauge.name_of(paper):
            names.setdefault(name, []).append(paper.id)
    return names


# ---- asking ----------------------------------------------------------------------------------------------------------


def _ask(gauge: Gauge, names: Names, snapshots: Sequence[Snapshot], today: date, web: CountingWeb, say: Say) -> Counted:
    if not names:
        return Counted()
    say(f"Asking {gauge.whom} about {number_of(len(names), gauge.what)}")
    return gauge.ask(web, _in_turn(gauge.metric, names, snapshots, today))


def _in_turn(metric: Metric, names: Names, snapshots: Iterable[Snapshot], today: date) -> list[str]:
    """The names in the order of asking: a server that has had enough early is asked for the others next time.

    First what was counted longest ago. What was never counted, perhaps because it cannot be, is as long ago as much
    else, and among these chance decides, another one every day: so nothing waits for ever behind what nobody knows.
    """
    last = {
        paper: snapshot.date
        for snapshot in snapshots
        for paper, counts in snapshot.papers.items()
        if counts.of(metric) is not None
    }

    def turn(name: str) -> tuple[int, bytes]:
        ages = [(today - last[paper]).days for paper in names[name] if paper in last]
        return (-min([LONG_AGO, *ages]), hashlib.sha256(f"{today} {name}".encode()).digest())

    return sorted(names, key=turn)


def _by_paper(names: Mapping[Metric, Names], said: Mapping[Metric, Counted]) -> dict[str, Counts]:
    found: dict[str, dict[str, int]] = {}
    for metric, counted in said.items():
        for name, count in counted.counts.items():
            for paper in names[metric][name]:
                found.setdefault(paper, {})[str(metric)] = count
    return {paper: Counts.model_validate(counts) for paper, counts in found.items()}


# ---- writing ---------------------------------------------------------------------------------------------------------


def _write(root: Path, snapshot: Snapshot, before: Iterable[Snapshot]) -> tuple[bool, tuple[str, ...]]:
    """Write a snapshot, and remove the old ones that are not kept: whether that changed it, and what was removed."""
    place = place_of(snapshot.date)
    days = {each.date for each in before} | {snapshot.date}
    removed = [place_of(day) for day in sorted(days - kept(days, snapshot.date))]
    changed = carry_out(root, [Change.over(place, as_json(snapshot)), *map(Change.gone, removed)])
    return place in changed, tuple(removed)


def _tally(metric: Metric, names: Names, snapshot: Snapshot) -> Tally:
    papers = [paper for sharing in names.values() for paper in sharing]
    known = sum(snapshot.papers.get(paper, Counts()).of(metric) is not None for paper in papers)
    return Tally(metric, known, len(papers))
