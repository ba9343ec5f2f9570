"""Mail: whether it is switched on, what it lacks, and what would be sent."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

from paper_digest.curating import issuing
from paper_digest.delivery.environment import LEDGER_KEY
from paper_digest.delivery.recipients import template_faults
from paper_digest.digest.opening import examine
from paper_digest.digest.site import Site
from paper_digest.doctor.findings import Finding, fine, missing, off, unseen
from paper_digest.doctor.repository import Repository
from paper_digest.reports import counted

NEEDED = {
    "smtp": (("DIGEST_SMTP_HOST",), (LEDGER_KEY, "DIGEST_RECIPIENTS")),
    "buttondown": ((), (LEDGER_KEY, "BUTTONDOWN_API_KEY")),
    "listmonk": (("LISTMONK_USER",), (LEDGER_KEY, "LISTMONK_TOKEN")),
}
"""The variables and the secrets without which a way cannot send."""
WHERE = "Settings → Environments → mail"


def findings(root: Path, today: date, repository: Repository) -> Iterator[Finding]:
    """What is to be said of mail."""
    site = examine(root, today).site
    if site is None:
        return
    via = repository.variables.get("DIGEST_SEND_VIA", "") if repository else ""
    yield from _switch(repository, via)
    yield from _letters(site, via)
    if via in NEEDED:
        yield from _needed(repository, via)
    if via:
        yield from _due(root, site, today)


def _switch(repository: Repository, via: str) -> Iterator[Finding]:
    if not repository:
        yield unseen("Whether mail is switched on is a variable of the repository, DIGEST_SEND_VIA.")
    elif not via:
        yield off(
            "No issue is mailed.",
            "To mail them, make the repository variable DIGEST_SEND_VIA: smtp, buttondown or listmonk (README).",
        )
    elif via not in NEEDED:
        yield missing(f"DIGEST_SEND_VIA is “{via}”.", "Write smtp, buttondown or listmonk.")
    else:
        yield fine(f"Issues are mailed by {via}.")


def _letters(site: Site, via: str) -> Iterator[Finding]:
    email = site.catalog.digest.email
    if via == "smtp":
        if email.sender is None:
            yield missing("Letters have no sender.", "Write `email: {from: Name <name@your-domain>}` in digest.yaml.")
        for fault in template_faults(email.unsubscribe_url):
            yield missing(fault, "README, “Sending issues”, says what has to stand behind that address.")
    elif via in NEEDED and email.provider != via:
        yield missing(
            f"digest.yaml does not name {via}, so that the site has no form to subscribe.",
            f"Write `email: {{provider: {via}, …}}` in content/digest.yaml.",
        )
    if via and email.address is None:
        yield off("Letters show no postal address.", "Where the law wants one, write it as `email.address`.")


def _needed(repository: Repository, via: str) -> Iterator[Finding]:
    variables, secrets = NEEDED[via]
    absent = [name for name in variables if name not in repository.variables]
    absent += [name for name in secrets if name not in repository.secrets]
    for name in absent:
        kind = "variable" if name in variables else "secret"
        yield missing(f"{name} is not set.", f"{WHERE}: make it, as a {kind}; README has the table.")
    if not absent:
        yield fine(f"All that {via} needs is set. Whether it is right a test letter shows: Actions → send.")


def _due(root: Path, site: Site, today: date) -> Iterator[Finding]:
    due = issuing.due(root, site, today)
    if due.to_send:
        yield fine(f"The next run mails {counted(len(due.to_send), 'issues')}: {', '.join(due.to_send)}.")
    for issue, run, via in due.claimed:
        yield missing(
            f"{issue} was claimed by the run {run}, which never told its end.",
            f"See what became of that run. It sent by {via}; Actions → send → take over one issue sends what is left.",
        )
    for issue in due.passed_over:
        yield off(f"{issue} is too old to be mailed by itself.", "Actions → send → mail one issue.")
