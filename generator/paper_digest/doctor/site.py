"""The site: whether its content holds, who it is, and whether it is published."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from paper_digest.catalog.promises import FILE as LEDGER_FILE
from paper_digest.digest.identity import Identity
from paper_digest.digest.opening import examine
from paper_digest.doctor.findings import Finding, fine, missing, off, unseen
from paper_digest.doctor.repository import Repository
from paper_digest.problems import errors_of
from paper_digest.reports import counted

WORKFLOWS = ("check", "publish", "daily", "send")


def findings(root: Path, today: date, repository: Repository) -> Iterator[Finding]:
    """What is to be said of the site."""
    found = examine(root, today)
    if found.site is None:
        count = counted(len(errors_of(found.problems)), "errors")
        yield missing(f"The content has {count}.", "Run `paper-digest check`, which tells each with its line.")
        return
    papers, issues = len(found.site.papers), len(found.site.issues)
    yield fine(f"The content holds: {counted(papers, 'papers')}, {counted(issues, 'issues')}.")
    yield from _who(found.site.identity)
    yield from _workflows(root)
    yield from _switched_on(repository)
    yield from _published(root, repository)


def _who(identity: Identity) -> Iterator[Finding]:
    if identity.host.endswith(("example.org", "example.com", ".example")) or identity.host == "localhost":
        yield missing(f"The site's address is made up: {identity.url}", "Write its own in mkdocs.yml, as `site_url`.")
    else:
        yield fine(f"It stands at {identity.url}")
    if identity.repo_url is None:
        yield off("It has no repository to lead to.", "Write its address in mkdocs.yml, as `repo_url`, for edit links.")


def _workflows(root: Path) -> Iterator[Finding]:
    absent = [name for name in WORKFLOWS if not (root / f".github/workflows/{name}.yml").is_file()]
    if absent:
        yield off(
            f"Nothing runs by itself: {', '.join(absent)} is not in .github/workflows.",
            "Build it with `paper-digest build`, and put build/site where it is served from.",
        )


def _switched_on(repository: Repository) -> Iterator[Finding]:
    if not repository:
        return
    if "DIGEST_LIVE" in repository.variables:
        yield fine("The repository is live: its workflows run.")
    else:
        yield missing(
            "The repository is not live, so that its workflows do nothing.",
            "Settings → Secrets and variables → Actions → Variables: make DIGEST_LIVE, of any value.",
        )
    pages = repository.ask("/pages")
    if pages is None:
        yield missing("Pages are not switched on.", "Settings → Pages → Source: GitHub Actions.")
    elif pages.get("build_type") != "workflow":
        yield missing("Pages are not made by the workflow.", "Settings → Pages → Source: GitHub Actions.")
    else:
        yield fine(f"Pages are switched on, at {pages.get('html_url')}")
    yield from _may_push(repository)


def _may_push(repository: Repository) -> Iterator[Finding]:
    branch = repository.about.get("default_branch", "main")
    rules = repository.ask(f"/rules/branches/{branch}") or []
    is_protected = bool((repository.ask(f"/branches/{branch}") or {}).get("protected")) or bool(rules)
    if is_protected and "DIGEST_TOKEN" not in repository.secrets:
        yield missing(
            f"{branch} is protected, and the workflows have no token that may push there.",
            "README, “Where main is protected”: make a token, and the secret DIGEST_TOKEN of it.",
        )
    elif is_protected:
        yield fine(f"{branch} is protected, and DIGEST_TOKEN is there to push with.")


def _published(root: Path, repository: Repository) -> Iterator[Finding]:
    run = repository.last_run("publish") if repository else {}
    if run.get("conclusion") not in {None, "success", "skipped"}:
        yield missing(
            f"The last publication ended with {run['conclusion']}.", f"Look at its red step: {run.get('html_url')}"
        )
    if (root / LEDGER_FILE).is_file():
        yield fine(f"It was published: {LEDGER_FILE} holds what readers rely on.")
    else:
        yield unseen("It was never published by a workflow, as far as the files say.")
