"""The day: whether counts and issues come by themselves, and what waits for a person."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path

from paper_digest.curating import issuing
from paper_digest.digest.opening import examine
from paper_digest.digest.site import Site
from paper_digest.doctor.findings import Finding, fine, missing, off, unseen
from paper_digest.doctor.repository import Repository
from paper_digest.reports import counted

STALE = 3
"""So many days a snapshot may be old before something is wrong."""


def findings(root: Path, today: date, repository: Repository) -> Iterator[Finding]:
    """What is to be said of the day."""
    site = examine(root, today).site
    if site is None:
        return
    yield from _issues(root, site, today)
    yield from _counts(site, today)
    if repository:
        yield from _allowed(repository)
        yield from _waiting(repository)
        yield from _runs(repository)


def _issues(root: Path, site: Site, today: date) -> Iterator[Finding]:
    due = issuing.due(root, site, today)
    queue = counted(len(site.queue), "papers")
    yield fine(f"{due.comes or 'An issue is due today.'} In no issue yet: {queue}.")
    if due.delivery == "review":
        yield fine("Each issue is a pull request that somebody reads and merges (`issues.delivery: review`).")
    else:
        yield fine("Each issue is published as it is composed (`issues.delivery: auto`).")


def _counts(site: Site, today: date) -> Iterator[Finding]:
    days = [snapshot.date for snapshot in site.catalog.metrics]
    if not days:
        yield off("Nothing was counted yet, so that nothing trends.", "The workflow `daily` counts; so does `metrics`.")
    elif (today - max(days)).days > STALE:
        yield missing(f"Nothing was counted since {max(days)}.", "See whether the workflow `daily` runs.")
    else:
        yield fine(f"Last counted on {max(days)}.")


def _allowed(repository: Repository) -> Iterator[Finding]:
    rules = repository.ask("/actions/permissions/workflow")
    if rules is None:
        yield unseen("Whether workflows may open pull requests: only an owner may see that.")
    elif not rules.get("can_approve_pull_request_reviews"):
        yield missing(
            "Workflows may not open pull requests, and leave a link by which a person does.",
            "Settings → Actions → General: Allow GitHub Actions to create and approve pull requests.",
        )
    if not repository.about.get("has_issues", True):
        yield missing(
            "Issues are switched off: there are no forms, and nobody is told what needs a person.",
            "Settings → General → Features: Issues.",
        )


def _waiting(repository: Repository) -> Iterator[Finding]:
    for pull in repository.ask("/pulls?state=open&per_page=100") or []:
        if re.fullmatch(r"issue-\d{4}-\d\d-\d\d", pull["head"]["ref"]):
            yield missing(f"A draft waits: “{pull['title']}”.", f"Read it, and merge or close it: {pull['html_url']}")
    for issue in repository.ask("/issues?state=open&creator=github-actions%5Bbot%5D&per_page=100") or []:
        if str(issue.get("body")).startswith("<!-- paper-digest: tell"):
            yield missing(issue["title"], f"What to do stands in {issue['html_url']}")


def _runs(repository: Repository) -> Iterator[Finding]:
    state = repository.workflows.get("daily")
    if state is None:
        yield missing("The workflow `daily` is not on GitHub.", "Push .github/workflows to the repository.")
    elif state != "active":
        yield missing(
            f"The workflow `daily` is switched off ({state}).",
            "Actions → daily → Enable workflow. GitHub switches it off in forks, and after 60 days without a push.",
        )
    run = repository.last_run("daily")
    if run.get("conclusion") == "failure":
        yield missing("The last daily run did not come to its end.", f"Look at its red step: {run.get('html_url')}")
    elif run:
        yield fine(f"The last daily run was on {str(run.get('created_at'))[:10]}.")
