"""`paper-digest doctor`: what is set up, what is missing, and what to do next: site, feeds, day and mail.

It looks at the files, and, where GitHub's command `gh` is there and signed in, at the settings of the repository. It
changes nothing. What it cannot see, it says it cannot see.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from paper_digest.doctor import daily, feeds, mail, site
from paper_digest.doctor.findings import Finding, State
from paper_digest.doctor.repository import Repository, look

__all__ = ["Report", "examined", "told"]

AREAS = {"Site": site.findings, "Feeds": feeds.findings, "Daily": daily.findings, "Mail": mail.findings}


@dataclass(frozen=True)
class Report:
    """What was found, by area, and whether the repository's settings could be looked at."""

    areas: dict[str, tuple[Finding, ...]]
    repository: Repository


def examined(root: Path, today: date) -> Report:
    """Look at a digest's folder, and at its repository if that can be."""
    repository = look(root)
    return Report({name: tuple(find(root, today, repository)) for name, find in AREAS.items()}, repository)


def told(report: Report) -> Iterator[str]:
    """The report for a terminal: a line for each finding, what to do below it, and at the end the next step."""
    for name, found in report.areas.items():
        yield name
        for finding in found:
            yield f"  {finding.state.value}  {finding.what}"
            if finding.todo:
                yield f"        {finding.todo}"
        yield ""
    if report.repository.unseen:
        yield report.repository.unseen
    yield next_step(report)


def next_step(report: Report) -> str:
    """The first thing that is missing, in the order of the areas."""
    missing = [each for found in report.areas.values() for each in found if each.state is State.MISSING]
    if not missing:
        return "Nothing is missing."
    return f"Next: {missing[0].todo or missing[0].what}"
