"""Everything that differs between a digest and an earlier state of it: the facts, not how they are told."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from paper_digest.catalog.promises import taken_back
from paper_digest.diff import duplicates, feeds, issues, papers, running, surroundings
from paper_digest.diff.base import config_of, read_base
from paper_digest.diff.duplicates import Duplicates
from paper_digest.diff.feeds import FeedChanges
from paper_digest.diff.issues import IssueChanges
from paper_digest.diff.papers import PaperChanges
from paper_digest.diff.running import Runs
from paper_digest.diff.surroundings import Around
from paper_digest.digest.opening import examine
from paper_digest.digest.site import Site
from paper_digest.problems import Problem, ProblemsFound, Severity


@dataclass(frozen=True)
class Changes:
    """What is different in a digest since `base`, and what to know about that base (`notes`)."""

    base: str
    today: date
    before: Site
    after: Site
    notes: tuple[str, ...]
    papers: PaperChanges
    feeds: FeedChanges
    issues: IssueChanges
    duplicates: Duplicates
    around: tuple[Around, ...]
    running: tuple[Runs, ...]
    taken_back: tuple[Problem, ...]
    """Promises that stood in the base's ledger, and stand in it no more."""
    warnings: tuple[Problem, ...]
    mended: int
    """How many warnings of the base are gone."""

    @property
    def is_empty(self) -> bool:
        """Whether nothing is different."""
        found = (self.papers, self.feeds)
        lists = [value for each in found for value in vars(each).values()]
        lists += [
            self.issues.added,
            self.issues.changed,
            self.issues.removed,
            self.around,
            self.running,
            self.taken_back,
            self.warnings,
        ]
        return not any(lists) and not self.mended


def changes_since(root: Path, base: str, today: date) -> Changes:
    """What changed in the digest of a folder since `base`: another folder, or a revision of the repository around it.

    Raises ProblemsFound when the digest has errors, and NoBase when there is nothing to compare it with.
    """
    examined = examine(root, today)
    if examined.site is None:
        raise ProblemsFound(examined.problems)
    after = examined.site
    earlier = read_base(root, base, after, today)
    before = earlier.site
    changed = papers.compare(before, after)
    return Changes(
        base=base,
        today=today,
        before=before,
        after=after,
        notes=earlier.notes,
        papers=changed,
        feeds=feeds.compare(before, after),
        issues=issues.compare(before, after, today),
        duplicates=duplicates.likely(after, changed.suspects),
        around=surroundings.compare(before, after, (earlier.config, config_of(root))),
        running=running.compare((earlier.config, config_of(root)), earlier.changed),
        taken_back=tuple(taken_back(before.catalog.ledger, after.catalog.ledger)),
        warnings=_only_in(examined.problems, earlier.problems),
        mended=len(_only_in(earlier.problems, examined.problems)),
    )


def _only_in(problems: Iterable[Problem], others: Iterable[Problem]) -> tuple[Problem, ...]:
    """The warnings that are not among the others, wherever in their file those stand."""
    left = Counter(_regardless_of_lines(problem) for problem in others)
    found: list[Problem] = []
    for problem in problems:
        key = _regardless_of_lines(problem)
        if problem.severity is Severity.WARNING and not left[key]:
            found.append(problem)
        left[key] -= left[key] > 0
    return tuple(found)


def _regardless_of_lines(problem: Problem) -> tuple[str, str]:
    return problem.where.path, re.sub(r":[0-9]+:[0-9]+", "", problem.what)
