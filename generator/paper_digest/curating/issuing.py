"""The next issue as a file: composed, written, and never over another one."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from paper_digest.catalog.files import CONTENT
from paper_digest.catalog.records import Issue
from paper_digest.catalog.sent import fingerprint, read_begun, read_claims, read_finished
from paper_digest.curating import composing
from paper_digest.digest.opening import examine
from paper_digest.digest.site import Site
from paper_digest.editing.schema import modeline
from paper_digest.problems import ProblemsFound
from paper_digest.shown.trending import Window, trending
from paper_digest.writing.changes import Change, carry_out

TOLD_FOR = timedelta(days=30)
"""For so long it is told that an issue was never mailed."""


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
    carry_out(root, [Change.new(issued.place, issued.content)])


@dataclass(frozen=True)
class Due:
    """What is to be done today. Issues are named by their keys; the oldest come first."""

    comes: str
    """Whether an issue comes today, as `next_issue` tells it when none does; empty when one does."""
    delivery: str
    """Whether somebody reads an issue before it is published: `review`, or `auto`."""
    to_send: tuple[str, ...]
    """Nobody has them, or not everybody has: they are mailed now."""
    claimed: tuple[tuple[str, str, str], ...]
    """Issue, run, and what it sends by: claims of runs that never told their end."""
    not_online: tuple[str, ...]
    """They are not on the site as they are in the catalog: the next publication puts them there."""
    passed_over: tuple[str, ...]
    """Too old to be mailed by themselves, though not everybody has them."""


def due(root: Path, site: Site, today: date) -> Due:
    """What is to be done today; mailed by itself is every issue of these days that is online and not finished.

    An issue is passed over only where an earlier one, or itself, was begun: those from before there was mail are not.
    """
    finished, claims, begun = read_finished(root), read_claims(root), read_begun(root)
    within = timedelta(days=site.catalog.digest.issues.mail_within)
    unfinished = [issue for issue in reversed(site.issues) if issue.key not in finished and issue.date <= today]
    current = [issue for issue in unfinished if today - issue.date <= within]
    online = {issue.key: is_online(site, issue) for issue in current}
    return Due(
        comes=_refused(site, today, is_given=False) or "",
        delivery=site.catalog.digest.issues.delivery,
        to_send=tuple(key for key, is_there in online.items() if is_there),
        claimed=tuple(claim for claim in claims if claim[0] not in finished),
        not_online=tuple(key for key, is_there in online.items() if not is_there),
        passed_over=tuple(
            issue.key
            for issue in unfinished
            if within < today - issue.date <= TOLD_FOR and any(key <= issue.key for key in begun)
        ),
    )


def lines_of(due: Due, part: str) -> list[str]:
    """One part of what is due, for a script: a line for each thing, whose words have a space between them."""
    parts: dict[str, Sequence[str]] = {
        "issue": () if due.comes else ("yes",),
        "delivery": (due.delivery,),
        "send": due.to_send,
        "claimed": tuple(" ".join(claim) for claim in due.claimed),
        "not-online": due.not_online,
        "passed-over": due.passed_over,
    }
    return list(parts[part])


def told_of(due: Due) -> Iterator[str]:
    """What is due, for people."""
    read = {"review": "somebody reads it before it is published", "auto": "it is published as it is"}
    yield due.comes or f"An issue comes today, and {read[due.delivery]}."
    yield f"To be mailed: {', '.join(due.to_send) or 'none'}."
    if due.not_online:
        yield f"Mailed once the site holds them as they are now: {', '.join(due.not_online)}."
    for issue, run, via in due.claimed:
        yield f"{issue} was claimed by the run {run}, which never told its end: who got it by {via} may not be known."
    if due.passed_over:
        yield f"Too old to be mailed by themselves: {', '.join(due.passed_over)}. `send` mails them if they are named."


def is_online(site: Site, issue: Issue) -> bool:
    """Whether the site that was published last holds an issue as it is now."""
    ledger = site.catalog.ledger
    promise = ledger.issues.get(issue.key) if ledger else None
    return promise is not None and promise.content == fingerprint(issue)


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
