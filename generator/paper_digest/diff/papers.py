"""Papers that came, went, changed, got another id, or are no longer what they were when readers met them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from paper_digest.catalog.records import Paper, Status
from paper_digest.diff.fields import Delta, deltas, value_delta
from paper_digest.digest.site import Site


@dataclass(frozen=True)
class PaperChange:
    """A paper before and now. They are one paper: by id, or because the new one has the old id among its aliases."""

    before: Paper
    paper: Paper
    deltas: tuple[Delta, ...]

    @property
    def is_renamed(self) -> bool:
        """Whether the paper has another id than before."""
        return self.before.id != self.paper.id

    @property
    def is_recategorised(self) -> bool:
        """Whether the paper stands in other categories than before, or its primary one is another."""
        return self.before.categories != self.paper.categories

    @property
    def is_remarked(self) -> bool:
        """Whether its status is another, as when it was retracted."""
        return self.before.status is not self.paper.status

    @property
    def is_retitled(self) -> bool:
        """Whether its title is another."""
        return self.before.title != self.paper.title


@dataclass(frozen=True)
class PaperChanges:
    """What became of the papers. `merged` ones are gone, and their former ids lead to a paper that was there before."""

    added: tuple[Paper, ...]
    removed: tuple[Paper, ...]
    changed: tuple[PaperChange, ...]
    merged: tuple[tuple[Paper, Paper], ...]

    @property
    def renamed(self) -> tuple[PaperChange, ...]:
        """The papers with another id."""
        return tuple(change for change in self.changed if change.is_renamed)

    @property
    def remarked(self) -> tuple[PaperChange, ...]:
        """The papers whose status changed."""
        return tuple(change for change in self.changed if change.is_remarked)

    @property
    def edited(self) -> tuple[PaperChange, ...]:
        """The papers with other differences alone: whatever is told of the others is told with their status."""
        return tuple(change for change in self.changed if change.deltas and not change.is_remarked)

    @property
    def added_marked(self) -> tuple[Paper, ...]:
        """The papers that are retracted, corrected or withdrawn from the start."""
        return tuple(paper for paper in self.added if paper.status is not Status.ACTIVE)

    @property
    def suspects(self) -> tuple[Paper, ...]:
        """The papers with a title that was not there before."""
        return (*self.added, *(change.paper for change in self.changed if change.is_retitled))


def compare(before: Site, after: Site) -> PaperChanges:
    """What became of the papers between two states."""
    heirs = dict(_heirs(before, after))
    renamed = {heir.id: former for former, heir in reversed(heirs.items()) if heir.id not in before.paper}
    return PaperChanges(
        added=tuple(paper for paper in after.papers if paper.id not in before.paper and paper.id not in renamed),
        removed=tuple(paper for paper in before.papers if paper.id not in after.paper and paper.id not in heirs),
        changed=tuple(_changes(before, after, renamed)),
        merged=tuple((before.paper[former], heir) for former, heir in heirs.items() if renamed.get(heir.id) != former),
    )


def _heirs(before: Site, after: Site) -> Iterator[tuple[str, Paper]]:
    """The ids that are gone, each with the paper that has it among its aliases."""
    for paper in after.papers:
        for alias in paper.aliases:
            if alias in before.paper and alias not in after.paper:
                yield alias, paper


def _changes(before: Site, after: Site, renamed: dict[str, str]) -> Iterator[PaperChange]:
    for paper in after.papers:
        former = before.paper.get(renamed.get(paper.id, paper.id))
        if former is None or former == paper:
            continue
        skipped = {"id", "aliases"} if former.id != paper.id else set()
        yield PaperChange(former, paper, (*_primary(former, paper), *deltas(former, paper, skipped)))


def _primary(before: Paper, after: Paper) -> Iterator[Delta]:
    """The first category shapes a paper's card and hue: that it is another is told apart from the list."""
    old, new = before.categories[:1], after.categories[:1]
    if old != new:
        yield value_delta("primary category", old[0] if old else None, new[0] if new else None)
