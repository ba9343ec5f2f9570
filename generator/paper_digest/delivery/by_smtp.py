"""An issue by SMTP: who gets it, what would happen, and sending it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import partial
from pathlib import Path

from paper_digest import urls
from paper_digest.catalog.records import Issue
from paper_digest.delivery import environment as env
from paper_digest.delivery import recipients, reporting, smtp
from paper_digest.delivery.answers import Kind, is_gone, what_stops
from paper_digest.delivery.claims import claimed, refuse_another_way, refuse_if_claimed
from paper_digest.delivery.environment import CannotSend, Environment
from paper_digest.delivery.ledger import (
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
from paper_digest.delivery.letters import Stencil, as_test
from paper_digest.delivery.orders import DONE, NOT_SENT, UNCERTAIN, Order, Outcome, Say, Surroundings, gathering
from paper_digest.delivery.recipients import Recipient, Unsubscribing
from paper_digest.delivery.runs import Job, Pace, Run, Tally
from paper_digest.digest.site import Site
from paper_digest.reports import counted

DAYS_GIVEN_UP = 3
"""Who could not be reached on so many days is not tried again for this issue."""
_UNCERTAIN_STEPS = {Step.INTENT, Step.UNKNOWN}
_NOT_REACHED = {Step.DEFERRED, Step.GIVEN_UP}


@dataclass(frozen=True)
class _Reader:
    """A reader, and how it stands with them in the ledger."""

    who: str
    recipient: Recipient
    last: Entry | None

    @property
    def step(self) -> Step | None:
        return self.last.step if self.last else None

    @property
    def line(self) -> int:
        return self.recipient.line

    @property
    def reply(self) -> str:
        return self.last.reply if self.last else ""

    def days_before(self, today: str) -> int:
        """On how many days before this one the reader was given up."""
        if self.last is None or self.step is not Step.GIVEN_UP or not self.last.days.isdecimal():
            return 0
        return int(self.last.days) - (self.last.at[:10] == today)


@dataclass(frozen=True)
class _Plan:
    """Who gets the issue, and who does not, and why."""

    readers: tuple[_Reader, ...]
    to_send: tuple[_Reader, ...]
    refused_before: tuple[_Reader, ...]
    unknown: tuple[_Reader, ...]
    unknown_elsewhere: tuple[str, ...]
    """Those of whom nobody knows, and who are not in the file any more."""

    def count(self, step: Step) -> int:
        """How many readers stand at a step."""
        return sum(reader.step is step for reader in self.readers)

    @property
    def given_up(self) -> dict[int, str]:
        """The lines of those who are not tried any more."""
        return {reader.line: reader.reply for reader in self.readers if _is_given_up(reader)}


def _is_given_up(reader: _Reader) -> bool:
    last = reader.last
    return (
        reader.step is Step.GIVEN_UP and last is not None and last.days.isdecimal() and int(last.days) >= DAYS_GIVEN_UP
    )


def _planned(
    found: Sequence[Recipient], entries: Sequence[Entry], bounced: Mapping[str, str], order: Order, of: Pseudonyms
) -> _Plan:
    last = standing(entries)
    readers = [_Reader(who, each, last.get(who)) for each in found for who in [of.of(each.address)]]
    unknown = [reader for reader in readers if reader.step in _UNCERTAIN_STEPS and not order.unknown_too]
    before = [reader for reader in readers if reader.step is None and reader.who in bounced and not order.refused_too]
    left_out = {reader.who for reader in (*unknown, *before)}
    waiting = [
        reader
        for reader in readers
        if reader.step not in {Step.SENT, Step.REFUSED} and reader.who not in left_out and not _is_given_up(reader)
    ]
    # Those who could not be reached come last: what stops the run again then stops it for nobody else.
    waiting.sort(key=lambda reader: reader.step in _NOT_REACHED)
    listed = {reader.who for reader in readers} | {EVERYBODY}
    elsewhere = sorted(who for who, entry in last.items() if entry.step in _UNCERTAIN_STEPS and who not in listed)
    return _Plan(tuple(readers), tuple(waiting), tuple(before), tuple(unknown), tuple(elsewhere))


def by_smtp(root: Path, site: Site, issue: Issue, order: Order, around: Surroundings) -> Outcome:
    """Send an issue to the recipients in a file; or tell what would happen, when it is not to be live.

    Raises CannotSend when nothing was sent.
    """
    if order.to is None:
        raise CannotSend("--via smtp needs --to FILE: the recipients, an address a line.")
    if order.gone:
        recipients.stays_outside(order.gone, root)
    found = recipients.read(order.to, root)
    if order.dry or not order.live:
        return _tell_of_smtp(root, site, issue, order, around, found)
    post = _Post(site, issue, around.environment, around.now)
    post.check(found)
    with claimed(root, issue, order, around) as ledger:
        bounced = refused_before(root, issue.key, post.pseudonyms)
        plan = _planned(found, ledger.entries, bounced, order, post.pseudonyms)
        _tell_plan(plan, around.say)
        connect = smtp.connecting(post.server, site.identity.host, around.patience)
        run = Run(
            connect, ledger, post.sender, around.say, around.sleep, around.now, _pace(site), around.patience.pauses
        )
        tally = run.send([post.job(reader) for reader in plan.to_send])
        if tally.stopped and not (tally.sent or tally.refused or tally.unknown):
            raise CannotSend(tally.stopped)
        after = _planned(found, ledger.entries, bounced, replace(order, unknown_too=False), post.pseudonyms)
        ledger.is_complete = not after.to_send
    if order.gone:
        _write_gone(order.gone, after)
    return _ended(plan, after, tally, order, around.say)


def _pace(site: Site) -> Pace:
    settings = site.catalog.digest.email
    return Pace(settings.per_minute, settings.per_connection)


def test(site: Site, issue: Issue, address: str, around: Surroundings) -> Outcome:
    """Send the letter to one address, marked as a test. Nothing is remembered of it.

    Raises CannotSend when it certainly did not arrive.
    """
    reader = recipients.parsed(address)
    if reader is None:
        raise CannotSend("What --test names is no address.")
    key = around.environment.get(env.LEDGER_KEY, "").strip()
    environment = around.environment if key else {**around.environment, env.LEDGER_KEY: secrets.token_urlsafe(32)}
    if not key:
        around.say(f"{env.LEDGER_KEY} is not set, so the letter's unsubscribe address has a token that nobody knows.")
    post = _Post(site, as_test(issue), environment, around.now)
    try:
        connection = smtp.connecting(post.server, site.identity.host, around.patience)()
    except smtp.NoConnection as none:
        raise CannotSend(str(none)) from None
    message = post.message(f"test-{secrets.token_hex(8)}", reader)
    result = connection.deliver(post.sender, reader.address, message)
    connection.close()
    if result.kind is Kind.ACCEPTED:
        around.say(f"The server took the test letter ({result.code}). Nothing was used up.")
        return Outcome(DONE)
    if result.kind is Kind.LOST:
        around.say("The server gave no answer after the test letter: it may have arrived.")
        return Outcome(UNCERTAIN)
    if result.kind is Kind.STOP:
        raise CannotSend(f"The server said {result.code}: {what_stops(result.code)}.")
    raise CannotSend(
        f"The server refused the test letter's reader with {result.code}."
        if result.kind is Kind.REFUSED
        else f"The server put the test letter off ({result.code or 'no answer'}): try again in some minutes."
    )


class _Post:
    """What is needed to send by SMTP; making it finds what is missing. Raises CannotSend with all of that."""

    def __init__(self, site: Site, issue: Issue, environment: Environment, now: Callable[[], datetime]) -> None:
        settings = site.catalog.digest.email
        self._site, self._issue, self._now = site, issue, now
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

    def check(self, found: Sequence[Recipient]) -> None:
        """Make what may fail for a reader before anything is sent. Raises CannotSend when it does."""
        assert self._unsubscribing
        for reader in found:
            self._unsubscribing.address(reader)
        self.message(self.pseudonyms.of(found[0].address), found[0])

    def job(self, reader: _Reader) -> Job:
        """The message to a reader."""
        return Job(
            reader.who,
            reader.recipient.address,
            reader.line,
            partial(self.message, reader.who, reader.recipient),
            is_known=reader.step in _NOT_REACHED,
            days=reader.days_before(self._now().date().isoformat()),
        )

    def message(self, who: str, reader: Recipient) -> bytes:
        """The message itself, with the time at which it is asked for."""
        from paper_digest.delivery.signing import signed

        assert self._unsubscribing
        site = self._site
        message_id = urls.message_id(site.catalog.digest.key, f"{self._issue.key}:{who}", site.identity.host)
        message = self._stencil.message(reader, self._unsubscribing.address(reader), message_id, self._now())
        return signed(message, self._dkim) if self._dkim else message

    def described(self) -> list[str]:
        """What a message is like, and where it goes."""
        server, letter = self.server, self._stencil.letter
        example = self.message("0" * 32, Recipient("reader@example.org"))
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
    root: Path, site: Site, issue: Issue, order: Order, around: Surroundings, found: Sequence[Recipient]
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
        around.say(f"In the file: {counted(len(found), 'readers')}.")
    with gathering(faults):
        for line in _Post(site, issue, around.environment, around.now).described():
            around.say(line)
    with gathering(faults):
        refuse_if_claimed(open_claims(entries), order)
        refuse_another_way(entries, order)
    for fault in dict.fromkeys(faults):
        around.say(f"It would stop, and send nothing: {fault}")
    already, unknown = (plan.count(Step.SENT), len(plan.unknown) + len(plan.unknown_elsewhere)) if plan else (0, 0)
    return Outcome(NOT_SENT if faults else DONE, already=already, unknown=unknown)


def _tell_plan(plan: _Plan, say: Say) -> None:
    already, refused = plan.count(Step.SENT), plan.count(Step.REFUSED)
    say(f"{len(plan.to_send)} get it; {already} got it already; {refused} were refused.")
    if plan.refused_before:
        lines = _lines(plan.refused_before)
        say(f"Left out, since their mailboxes were gone in an earlier issue (--refused-too tries again): {lines}.")
    if plan.unknown or plan.unknown_elsewhere:
        elsewhere = [f"{who} (not in the file any more)" for who in plan.unknown_elsewhere]
        told = ", ".join([*([_lines(plan.unknown)] if plan.unknown else []), *elsewhere])
        say(f"May or may not have got it, and are not sent it again (--unknown-too does that): {told}.")


def _lines(readers: Sequence[_Reader]) -> str:
    """Readers by their lines in the file and their hashes: who has the file knows who is meant, and nobody else."""
    return ", ".join(f"line {reader.line} ({reader.who})" for reader in readers)


def _ended(before: _Plan, after: _Plan, tally: Tally, order: Order, say: Say) -> Outcome:
    unknown = len(after.unknown) + len(after.unknown_elsewhere)
    refused, already = before.count(Step.REFUSED) + len(tally.refused), before.count(Step.SENT)
    if tally.stopped:
        say(f"Stopped. {tally.stopped}")
    say(
        f"Sent to {tally.sent}; {already} had it before; {refused} refused; {len(tally.given_up)} not reached; "
        f"{tally.not_tried} not tried; {unknown} unknown."
    )
    if tally.given_up or tally.not_tried:
        say("Those not reached and not tried certainly did not get it: run the same again to send it to them.")
    return Outcome(
        UNCERTAIN if unknown or tally.stopped else DONE,
        sent=tally.sent,
        already=already,
        refused=refused,
        given_up=len(tally.given_up),
        unknown=unknown,
        not_tried=tally.not_tried,
        report=_report(after, tally, order),
    )


def _report(after: _Plan, tally: Tally, order: Order) -> str:
    """For a person: what this run left to do. What former runs told of is not told again."""
    ended = {line: code for line, code in after.given_up.items() if line in tally.given_up}
    return reporting.of_readers(
        order,
        reached=after.count(Step.SENT),
        readers=len(after.readers),
        sent=tally.sent,
        stopped=tally.stopped,
        left=tally.not_tried,
        unreached={line: code for line, code in tally.given_up.items() if line not in ended},
        given_up=ended,
        gone={line: code for line, code in tally.refused.items() if is_gone(code)},
        refused={line: code for line, code in tally.refused.items() if not is_gone(code)},
        unknown=[reader.line for reader in after.unknown],
        unknown_elsewhere=len(after.unknown_elsewhere),
    )


def _write_gone(path: Path, plan: _Plan) -> None:
    """The addresses of all in the file whose mailboxes are gone, by this issue or an earlier one, for nobody else."""
    gone = [
        each
        for each in plan.readers
        if each in plan.refused_before or (each.step is Step.REFUSED and is_gone(each.reply))
    ]
    handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w", encoding="utf-8") as file:
        file.writelines(f"{reader.recipient.address}\n" for reader in gone)
