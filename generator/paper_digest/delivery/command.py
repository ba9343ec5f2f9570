"""The command `send`, without its arguments: what would happen, what is claimed, and what is sent.

It refuses with CannotSend before anything left, and tells of everything else in sentences and an Outcome.
"""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from pathlib import Path

from paper_digest.catalog.records import Issue
from paper_digest.delivery import environment as env
from paper_digest.delivery.claims import claim, release
from paper_digest.delivery.environment import CannotSend
from paper_digest.delivery.orders import WAYS, Order, Outcome, Surroundings, Via
from paper_digest.delivery.smtp import VIA as SMTP
from paper_digest.digest.site import Site

__all__ = ["WAYS", "CannotSend", "Order", "Outcome", "Surroundings", "Via", "send"]

_RUN = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")


def send(root: Path, site: Site, order: Order, around: Surroundings) -> Outcome:
    """Carry out an order. Raises CannotSend when nothing was begun, with the reasons in words."""
    around = replace(around, say=env.silenced(around.say, around.environment))
    issue = _issue(site, order)
    if order.claim is not None:
        return claim(root, issue, order, around)
    if order.release is not None:
        return release(root, issue, order, around)
    try:
        return _carried_out(root, site, issue, order, around)
    except CannotSend as cannot:
        if order.claimed and not order.dry:
            with suppress(CannotSend):
                release(root, issue, order, around)
        told: list[str] = []
        for reason in cannot.reasons:
            env.silenced(told.append, around.environment)(reason)
        raise CannotSend(*told) from None


def _carried_out(root: Path, site: Site, issue: Issue, order: Order, around: Surroundings) -> Outcome:
    if order.via == SMTP:
        from paper_digest.delivery import by_smtp

        return (
            by_smtp.test(site, issue, order.test, around)
            if order.test
            else by_smtp.by_smtp(root, site, issue, order, around)
        )
    from paper_digest.delivery import by_provider

    if order.test:
        return by_provider.test(site, issue, order.via, order.test, around)
    return by_provider.by_provider(root, site, issue, order, around)


def _issue(site: Site, order: Order) -> Issue:
    found = next((issue for issue in site.catalog.issues if issue.key == order.issue), None)
    if found is None:
        latest = ", ".join(issue.key for issue in site.issues[:3]) or "none"
        raise CannotSend(f"There is no issue {order.issue}. The latest are: {latest}.")
    alone = {"--claim-only": order.claim, "--release": order.release, "--test": order.test}
    given = [name for name, value in alone.items() if value is not None]
    given += ["--live"] if order.live and given else []
    given += ["--dry-run"] if order.dry and given else []
    if len(given) > 1:
        raise CannotSend(f"{' and '.join(given)} do not go together: each of {', '.join(alone)} is all that is done.")
    for run in (order.claim, order.claimed, order.release):
        if run is not None and not _RUN.fullmatch(run):
            raise CannotSend("The name of a run is of letters, digits, dots and hyphens, as 7812345-1.")
    return found
