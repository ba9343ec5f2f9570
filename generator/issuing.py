"""The next issue as a file: composed, written, and never over another one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from generator import composing
from generator.artifacts import write_new
from generator.build import examine
from generator.catalog.files import CONTENT
from generator.catalog.models import Issue
from generator.catalog.schema import modeline
from generator.catalog.sent import read_claimed, read_sent
from generator.problems import ProblemsFound
from generator.site import Site
from generator.trending import Window, trending

NEWS_FOR = timedelta(days=3)
"""So long after its day an issue is sent: a weekend may pass before somebody has read it."""


@dataclass(frozen=True)
class Issued:
    """What became of the wish for an issue: a file, and its text, or the reason why there is none."""

    told: str
    place: str | None = None
    content: str = ""


def next_issue(root: Path, today: date, given: date | None = None) -> Issued:
    """The issue of a day that is given, or of today if one is due; nothing is written yet.

    Asked again for the same day it says that there is one. Raises ProblemsFound when the catalog has errors.
    """
    examined = examine(root, today)
    if examined.site is None:
        raise ProblemsFound(examined.problems)
    site, day = examined.site, given or today
    if refused := _refused(site, day, is_given=given is not None):
        return Issued(refused)
    issue = compose(site, day)
    if issue is None:
        return Issued("There is nothing to tell: no new paper, none that trends, none in the queue, and no news.")
    place = f"{CONTENT}/issues/{issue.key}.yaml"
    papers = f"{len(issue.entries)} {'paper' if len(issue.entries) == 1 else 'papers'}"
    return Issued(f"{place}: No. {issue.number}, {papers}", place, composing.issue_yaml(issue, f"{modeline(place)}\n"))


def compose(site: Site, day: date) -> Issue | None:
    """The issue of a day, with what trends by the catalog's snapshots."""
    found = [(trend.paper, trend.badge) for trend in trending(site, site.catalog.metrics, Window.WEEK)]
    return composing.composed(site, day, found)


def write(root: Path, issued: Issued) -> None:
    """Write the file. Raises FileExistsError when there is one already."""
    assert issued.place is not None
    write_new(root / issued.place, issued.content)


def due_to_be_sent(root: Path, site: Site, today: date, say: Callable[[str], None]) -> str | None:
    """The latest issue, if it is of these days and nobody has it, or may have it. What stands in the way is told."""
    latest = site.issues[0] if site.issues else None
    if latest is None or latest.date > today or latest.key in read_sent(root):
        return None
    if latest.key in read_claimed(root):
        say(f"{latest.key} was claimed by a run that never told its end: look what became of it, then --take-over.")
        return None
    if today - latest.date > NEWS_FOR:
        say(f"{latest.key} was not sent within {NEWS_FOR.days} days of its date, and is not sent by itself any more.")
        return None
    return latest.key


def _refused(site: Site, day: date, *, is_given: bool) -> str | None:
    last = site.issues[0] if site.issues else None
    if any(issue.date == day for issue in site.issues):
        return f"There is an issue of {day} already: {CONTENT}/issues/{day}.yaml. Nothing was changed."
    if last and day < last.date:
        return f"The issue of {last.date} is later than {day}: issues are made in their order. Nothing was written."
    if not is_given and not composing.is_due(site, day):
        comes = _WORDS[site.catalog.digest.issues.cadence]
        before = f", and the last one is of {last.date}" if last else ""
        return f"No issue is due on {day}: they come {comes}{before}."
    return None


_WORDS = {"daily": "daily", "weekdays": "on weekdays", "weekly": "every week", "monthly": "every month"}
