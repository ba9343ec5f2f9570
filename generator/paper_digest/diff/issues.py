"""The letters: issues that came, changed or went, and how large their email is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from paper_digest.catalog.records import PREHEADER_LENGTH, Entry, Issue, Paper
from paper_digest.diff.fields import Delta, deltas
from paper_digest.digest.site import Site
from paper_digest.outputs.emails import Size, size_of

USUAL_INTRO = 600
"""Letters of the intro that an estimate assumes while there is no issue yet."""


@dataclass(frozen=True)
class IssueChange:
    """An issue that is new, or changed, with the size of its letter."""

    issue: Issue
    size: Size
    deltas: tuple[Delta, ...] = ()


@dataclass(frozen=True)
class Estimate:
    """How large the next letter would be, were it made of the papers that wait first. Nothing is composed yet."""

    papers: tuple[Paper, ...]
    waiting: int
    size: Size


@dataclass(frozen=True)
class IssueChanges:
    """What became of the issues; with an estimate of the next one when none is new and papers wait."""

    added: tuple[IssueChange, ...]
    changed: tuple[IssueChange, ...]
    removed: tuple[Issue, ...]
    estimate: Estimate | None


def compare(before: Site, after: Site, today: date) -> IssueChanges:
    """What became of the issues between two states."""
    old = {issue.key: issue for issue in before.issues}
    new = {issue.key: issue for issue in after.issues}
    added = tuple(IssueChange(issue, size_of(after, issue)) for key, issue in new.items() if key not in old)
    return IssueChanges(
        added=added,
        changed=tuple(_changed(after, old, new)),
        removed=tuple(issue for key, issue in old.items() if key not in new),
        estimate=None if added else estimate(after, today),
    )


def _changed(after: Site, old: dict[str, Issue], new: dict[str, Issue]) -> Iterator[IssueChange]:
    for key, issue in new.items():
        if key in old and issue != old[key]:
            yield IssueChange(issue, size_of(after, issue), tuple(deltas(old[key], issue)))


def estimate(site: Site, today: date) -> Estimate | None:
    """The size of an issue made of the papers that wait first, with the latest issue's intro and no reasons."""
    first = site.queue[: site.catalog.digest.issues.size]
    if not first:
        return None
    return Estimate(first, len(site.queue), size_of(site, _next_issue(site, first, today)))


def _next_issue(site: Site, papers: tuple[Paper, ...], today: date) -> Issue:
    latest = site.issues[0] if site.issues else None
    return Issue(
        date=today,
        number=latest.number + 1 if latest else 1,
        title=latest.title if latest else "n" * 60,
        subject=latest.subject if latest else "n" * 60,
        preheader="n" * PREHEADER_LENGTH,
        intro=latest.intro if latest else "n" * USUAL_INTRO,
        entries=tuple(Entry(paper=paper.id) for paper in papers),
    )
