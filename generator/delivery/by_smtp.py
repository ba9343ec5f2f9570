"""An issue by SMTP: who gets it, what would happen, and sending it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from generator import urls
from generator.catalog.models import Issue
from generator.delivery import environment as env
from generator.delivery import recipients, smtp
from generator.delivery.claims import claimed, refuse_another_way, refuse_if_claimed
from generator.delivery.environment import CannotSend, Environment
from generator.delivery.ledger import (
    EVERYBODY,
    Entry,
    Pseudonyms,
    Step,
    check_key,
    open_claims,
    path_of,
    read,
    refused_before,
    standing,
)
from generator.delivery.letters import Stencil
from generator.delivery.orders import DONE, NOT_SENT, UNCERTAIN, Order, Outcome, Say, Surroundings, gathering
from generator.delivery.recipients import Recipient, Recipients, Unsubscribing
from generator.reports import counted
from generator.site import Site

_UNCERTAIN_STEPS = {Step.INTENT, Step.UNKNOWN}


@dataclass(frozen=True)
class _Plan:
    """Who gets the issue, and who does not, and why."""

    to_send: tuple[tuple[str, Recipient], ...]
    already: int
    refused: int
    refused_before: tuple[tuple[str, Recipient], ...]
    unknown: tuple[tuple[str, Recipient], ...]
    unknown_elsewhere: tuple[str, ...]
    """Those of whom nobody knows, and who are not in the file any more."""


def _planned(
    found: Recipients, entries: Sequence[Entry], bounced: dict[str, str], order: Order, of: Pseudonyms
) -> _Plan:
    last = standing(entries)
    readers = [(of.of(reader.address), reader) for reader in found.readers]
    steps = {who: last[who].step if who in last else None for who, _ in readers}
    unknown = [pair for pair in readers if steps[pair[0]] in _UNCERTAIN_STEPS]
    before = [pair for pair in readers if steps[pair[0]] is None and pair[0] in bounced and not order.refused_too]
    left_out = {who for who, _ in before} | (set() if order.unknown_too else {who for who, _ in unknown})
    waiting = [pair for pair in readers if steps[pair[0]] not in {Step.SENT, Step.REFUSED} and pair[0] not in left_out]
    # Those who could not be reached come last: what stops the run again then stops it for nobody else.
    waiting.sort(key=lambda pair: steps[pair[0]] in {Step.GIVEN_UP, Step.DEFERRED})
    listed = set(steps) | {EVERYBODY}
    return _Plan(
        tuple(waiting),
        sum(step is Step.SENT for step in steps.values()),
        sum(step is Step.REFUSED for step in steps.values()),
        tuple(before),
        () if order.unknown_too else tuple(unknown),
        tuple(who for who, entry in last.items() if entry.step in _UNCERTAIN_STEPS and who not in listed),
    )


def by_smtp(root: Path, site: Site, issue: Issue, order: Order, around: Surroundings) -> Outcome:
    """Send an issue to the recipients in a file; or tell what would happen, when it is not to be live.

    Raises CannotSend when nothing was begun.
    """
    if order.to is None:
        raise CannotSend("--via smtp needs --to FILE: the recipients, an address a line.")
    found = recipients.read(order.to, root)
    for fault in found.faults:
        around.say(fault)
    if not found.readers:
        raise CannotSend("There is no recipient in the file.")
    if order.dry or not order.live:
        return _tell_of_smtp(root, site, issue, order, around, found)
    post = _Post(site, issue, around.environment)
    post.check(found)
    with claimed(root, issue, order, around) as ledger:
        bounced = refused_before(root, issue.key, post.pseudonyms)
        plan = _planned(found, ledger.entries, bounced, order, post.pseudonyms)
        _tell_plan(plan, around.say)
        connect = smtp.connecting(post.server, site.identity.host, around.patience)
        run = smtp.Run(connect, ledger, post.sender, around.say, around.sleep, around.patience.pauses)
        tally = run.send([post.job(who, reader) for who, reader in plan.to_send])
    return _ended(plan, tally, around.say)


class _Post:
    """What is needed to send by SMTP; making it finds what is missing. Raises CannotSend with all of that."""

    def __init__(self, site: Site, issue: Issue, environment: Environment) -> None:
        settings = site.catalog.digest.email
        self._site, self._issue = site, issue
        self._stencil = Stencil(site, issue)
        self.sender = self._stencil.letter.sender_address
        template = str(settings.unsubscribe_url) if settings.unsubscribe_url else None
        faults = list(recipients.template_faults(template))
        if settings.sender is None:
            faults.append(
                "email.from is missing in digest.yaml: letters come from an address that is the digest's own."
            )
        with gathering(faults):
            self.pseudonyms = Pseudonyms(env.ledger_key(environment))
        with gathering(faults):
            self.server = env.smtp_server(environment)
        with gathering(faults):
            self._dkim = env.dkim_key(environment, self.sender)
        with gathering(faults):
            self._unsubscribing = (
                Unsubscribing(template or "", env.unsubscribe_key(environment)) if not faults else None
            )
        if faults:
            raise CannotSend(*faults)

    def check(self, found: Recipients) -> None:
        """Make what may fail for a reader before anything is sent. Raises CannotSend when it does."""
        assert self._unsubscribing
        for reader in found.readers:
            self._unsubscribing.address(reader)
        for reader in found.readers[:1]:
            self._message(self.pseudonyms.of(reader.address), reader)

    def job(self, who: str, reader: Recipient) -> smtp.Job:
        """The message to a reader."""
        return smtp.Job(who, reader.address, reader.line, partial(self._message, who, reader))

    def _message(self, who: str, reader: Recipient) -> bytes:
        from generator.delivery.signing import signed

        assert self._unsubscribing
        site = self._site
        message_id = urls.message_id(site.catalog.digest.key, f"{self._issue.key}:{who}", site.identity.host)
        message = self._stencil.message(reader, self._unsubscribing.address(reader), message_id)
        return signed(message, self._dkim) if self._dkim else message

    def described(self) -> list[str]:
        """What a message is like, and where it goes."""
        server, letter = self.server, self._stencil.letter
        example = self._message("0" * 32, Recipient("reader@example.org"))
        signature = f"signed by {self._dkim.domain} (DKIM)" if self._dkim else "without a DKIM signature of our own"
        safety = {"starttls": "encrypted by STARTTLS", "tls": "encrypted", "none": "not encrypted"}[server.security]
        return [
            f"Server: {server.host}:{server.port}, {safety}, {'signed in' if server.user else 'without signing in'}",
            f"From: {letter.sender_name} <{letter.sender_address}>, {signature}",
            f"Subject: {letter.subject}",
            f"Each message: {len(example):,} bytes. HTML: {len(letter.html.encode()):,} bytes; "
            f"text: {len(letter.text.encode()):,} bytes",
            f"Unsubscribe, with one click: {self._site.catalog.digest.email.unsubscribe_url}",
        ]


def _tell_of_smtp(
    root: Path, site: Site, issue: Issue, order: Order, around: Surroundings, found: Recipients
) -> Outcome:
    """What would happen. Nothing is connected to, and nothing is written."""
    around.say(
        f"Nothing is sent{'' if order.dry else ' without --live'}. `send {issue.key} --via smtp --live` would do this:"
    )
    entries = read(path_of(root, issue.key)).entries
    faults: list[str] = []
    plan = None
    with gathering(faults):
        pseudonyms = Pseudonyms(env.ledger_key(around.environment))
        check_key(entries, pseudonyms)
        plan = _planned(found, entries, refused_before(root, issue.key, pseudonyms), order, pseudonyms)
        _tell_plan(plan, around.say)
    if plan is None:
        around.say(f"In the file: {counted(len(found.readers), 'readers')}.")
    with gathering(faults):
        for line in _Post(site, issue, around.environment).described():
            around.say(line)
    with gathering(faults):
        if order.claimed is None:
            refuse_if_claimed([each for each in open_claims(entries) if each.run != order.claimed], order)
        refuse_another_way(entries, order)
    for fault in dict.fromkeys(faults):
        around.say(f"It would stop, and send nothing: {fault}")
    already, unknown = (plan.already, len(plan.unknown) + len(plan.unknown_elsewhere)) if plan else (0, 0)
    return Outcome(NOT_SENT if faults else DONE, already=already, unknown=unknown)


def _tell_plan(plan: _Plan, say: Say) -> None:
    say(f"{len(plan.to_send)} get it; {plan.already} got it already; {plan.refused} were refused.")
    if plan.refused_before:
        lines = _lines(plan.refused_before)
        say(f"Left out, since the server refused them in an earlier issue (--refused-too tries again): {lines}.")
    if plan.unknown or plan.unknown_elsewhere:
        elsewhere = [f"{who} (not in the file any more)" for who in plan.unknown_elsewhere]
        told = ", ".join([*([_lines(plan.unknown)] if plan.unknown else []), *elsewhere])
        say(f"May or may not have got it, and are not sent it again (--unknown-too does that): {told}.")


def _lines(readers: Sequence[tuple[str, Recipient]]) -> str:
    """Readers by their lines in the file and their hashes: who has the file knows who is meant, and nobody else."""
    return ", ".join(f"line {reader.line} ({who})" for who, reader in readers)


def _ended(plan: _Plan, tally: smtp.Tally, say: Say) -> Outcome:
    unknown = len(plan.unknown) + len(plan.unknown_elsewhere) + tally.unknown
    if tally.stopped:
        say(f"Stopped. {tally.stopped}")
    say(
        f"Sent to {tally.sent}; {plan.already} had it before; {tally.refused + plan.refused} refused; "
        f"{tally.given_up} not reached; {tally.not_tried} not tried; {unknown} unknown."
    )
    if tally.given_up or tally.not_tried:
        say("Those not reached and not tried certainly did not get it: run the same again to send it to them.")
    is_done = not (unknown or tally.given_up or tally.not_tried or tally.stopped)
    return Outcome(
        DONE if is_done else UNCERTAIN,
        sent=tally.sent,
        already=plan.already,
        refused=tally.refused + plan.refused,
        given_up=tally.given_up,
        unknown=unknown,
        not_tried=tally.not_tried,
    )
