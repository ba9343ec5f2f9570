"""Claims: a run says in the ledger that it alone sends an issue, and afterwards that it told all it did.

Where a workflow sends, the claim is committed and pushed first. When that run dies, what it wrote dies with its disk,
but the claim stays, and keeps the next run from sending to everybody once more.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from paper_digest.catalog.records import Issue
from paper_digest.catalog.sent import fingerprint
from paper_digest.delivery.environment import CannotSend, ledger_key
from paper_digest.delivery.ledger import Entry, Ledger, Pseudonyms, Step, begun_via, opened, path_of
from paper_digest.delivery.orders import DONE, Order, Outcome, Surroundings
from paper_digest.delivery.smtp import VIA


def claim(root: Path, issue: Issue, order: Order, around: Surroundings) -> Outcome:
    """Write the claim of a run, for it to be committed and pushed before anything is sent."""
    assert order.claim
    pseudonyms = Pseudonyms(ledger_key(around.environment))
    with opened(root, issue.key, pseudonyms, around.now) as ledger:
        refuse_if_claimed(ledger.open_claims, order)
        refuse_another_way(ledger.entries, order)
        ledger.append(Step.CLAIM, via=order.via, run=order.claim, key=pseudonyms.mark, issue=fingerprint(issue))
    around.say(f"{issue.key} is claimed by {order.claim}. Commit and push {_shown(root, issue)} before sending.")
    return Outcome(DONE)


@contextmanager
def claimed(root: Path, issue: Issue, order: Order, around: Surroundings) -> Iterator[Ledger]:
    """The ledger, for a run that may send. When the run tells its end, the claim ends with it."""
    pseudonyms = Pseudonyms(ledger_key(around.environment))
    with opened(root, issue.key, pseudonyms, around.now) as ledger:
        if ledger.torn:
            around.say("The ledger's last line was cut short by a crash, and taken away.")
        claims = ledger.open_claims
        if order.claimed is not None and order.claimed not in {claim.run for claim in claims}:
            whose = f"it is claimed by {claims[0].run}" if claims else "nobody has claimed it"
            raise CannotSend(f"{order.claimed} has no claim to {issue.key}: {whose}. Claim it with --claim-only first.")
        refuse_if_claimed(claims, order)
        refuse_another_way(ledger.entries, order)
        said = [entry.issue for entry in ledger.entries if entry.key]
        if not said or said[-1] != fingerprint(issue):
            ledger.append(Step.CLAIM, via=order.via, key=pseudonyms.mark, issue=fingerprint(issue))
        try:
            yield ledger
        except CannotSend:
            ledger.fold()
            raise
        ledger.end(order.via, claims)


def release(root: Path, issue: Issue, order: Order, around: Surroundings) -> Outcome:
    """End the claim of a run that sent nothing, or whose ledger is here as it was at its end: the next one can begin.

    It needs no key: a run that had a wrong one gives its claim back, too.
    """
    run = order.release or order.claimed
    assert run
    with opened(root, issue.key, None, around.now) as ledger:
        claims = [claim for claim in ledger.open_claims if claim.run == run]
        ledger.end(order.via, claims)
    around.say(f"{run} has no claim to {issue.key} {'any more' if claims else 'that is open'}.")
    return Outcome(DONE)


def refuse_if_claimed(claims: Sequence[Entry], order: Order) -> None:
    """A claim without an end: of those the run sent to, nothing may be known here.

    A provider is asked what became of its message, so that the claim of another run stands in nobody's way there.
    """
    if order.take_over or order.via != VIA:
        return
    for claim in claims:
        if claim.run != order.claimed:
            raise CannotSend(
                f"{claim.run} claimed {order.issue} at {claim.at} and never told its end: who got the issue may not "
                f"be known here. Look what became of that run: if it sent nothing, --release {claim.run} ends its "
                "claim; --take-over sends to everybody of whom the ledger knows nothing."
            )


def refuse_another_way(entries: Sequence[Entry], order: Order) -> None:
    """Raises CannotSend when the issue was begun via something else: the ledger cannot compare who its readers are."""
    other = ", ".join(sorted(begun_via(entries) - {order.via}))
    if other and not order.take_over:
        raise CannotSend(
            f"{order.issue} was begun via {other}, and its readers there may get it. If they do not, --take-over "
            f"sends it via {order.via} all the same."
        )


def _shown(root: Path, issue: Issue) -> str:
    return path_of(root, issue.key).relative_to(root).as_posix()
