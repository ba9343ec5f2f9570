"""Sending by SMTP (RFC 5321), a message to each reader, so that the ledger always knows what is certain.

The dialogue is held command by command: until the message itself was handed over, a broken connection means that it
certainly did not arrive; after that, nobody knows. Replies are known by their codes alone, since their words hold
addresses.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from enum import Enum, auto

from generator.delivery.environment import CannotSend, SmtpServer
from generator.delivery.ledger import Ledger, Step

VIA = "smtp"
PAUSES = (30.0, 120.0, 300.0)
"""Seconds before those who could not be reached are tried once more: greylisting lets through after some minutes."""
REFUSALS_IN_A_ROW = 10
"""After so many it is not the mailboxes that are wrong."""
_BROKEN = (OSError, smtplib.SMTPException)  # OSError holds timeouts, TLS and names that do not resolve


class Kind(Enum):
    """What an answer means for the message."""

    ACCEPTED = auto()
    LATER = auto()
    """Not now; it certainly did not arrive."""
    BROKEN = auto()
    """The connection broke before the message was handed over."""
    REFUSED = auto()
    """This mailbox takes nothing."""
    STOP = auto()
    """The server will take none of these messages, or nothing from us."""
    LOST = auto()
    """The message was handed over, and no answer came."""


STEPS = {
    Kind.ACCEPTED: Step.SENT,
    Kind.LATER: Step.DEFERRED,
    Kind.BROKEN: Step.DEFERRED,
    Kind.REFUSED: Step.REFUSED,
    Kind.STOP: Step.GIVEN_UP,
    Kind.LOST: Step.UNKNOWN,
}


@dataclass(frozen=True)
class Result:
    """What came of a message, and the server's code."""

    kind: Kind
    code: str = ""


@dataclass(frozen=True)
class Patience:
    """How long the server may take, in seconds. The last answer may take ten minutes (RFC 5321, 4.5.3.2.6)."""

    command: float = 60.0
    last: float = 600.0
    pauses: Sequence[float] = PAUSES


class NoConnection(Exception):  # noqa: N818 - it says what happened
    """The server could not be spoken to. `lasting` when another try would end the same way."""

    def __init__(self, sentence: str, *, lasting: bool) -> None:
        super().__init__(sentence)
        self.lasting = lasting


class Connection:
    """A connection to the server, encrypted and signed in. Raises NoConnection when there is to be none."""

    def __init__(self, server: SmtpServer, hello: str, patience: Patience) -> None:
        self.is_fresh = True
        self._patience = patience
        try:
            self._smtp = _greeted(server, hello, patience.command)
        except smtplib.SMTPResponseException as answer:
            # Words of the server may hold the user's name, so the code has to do.
            what = f"The server turned us away with {answer.smtp_code}."
            raise NoConnection(what, lasting=answer.smtp_code >= 500) from None
        except ssl.SSLCertVerificationError as error:
            raise NoConnection(
                f"The server's certificate does not hold: {error.verify_message}.", lasting=True
            ) from None
        except ssl.SSLError:
            what = "No encryption came about: do DIGEST_SMTP_PORT and DIGEST_SMTP_SECURITY go together?"
            raise NoConnection(what, lasting=True) from None
        except smtplib.SMTPServerDisconnected:
            raise NoConnection("The server broke off the greeting.", lasting=False) from None
        except smtplib.SMTPException:
            raise NoConnection("The server offers no STARTTLS, or no sign-in that we know.", lasting=True) from None
        except OSError:
            raise NoConnection("The server cannot be reached.", lasting=False) from None

    @property
    def is_open(self) -> bool:
        """Whether more can be sent over it."""
        return self._smtp.sock is not None

    def deliver(self, sender: str, address: str, message: bytes) -> Result:
        """Hand a message over to one mailbox, and tell what came of it. Never raises for what the server does."""
        self.is_fresh, smtp = False, self._smtp
        size = [f"size={len(message)}"] if smtp.has_extn("size") else []
        dialogue: tuple[tuple[str, Callable[[], tuple[int, bytes]]], ...] = (
            ("mail", lambda: smtp.mail(sender, size)),
            ("rcpt", lambda: smtp.rcpt(address)),
            ("data", lambda: smtp.docmd("DATA")),
        )
        try:
            for stage, command in dialogue:
                code, words = command()
                if not 200 <= code < 400:
                    return self._after(judged(stage, code, words))
        except _BROKEN:
            self.close()
            return Result(Kind.BROKEN)
        return self._after(self._handed_over(message))

    def _handed_over(self, message: bytes) -> Result:
        smtp = self._smtp
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(self._patience.last)
            smtp.send(re.sub(rb"(?m)^\.", b"..", message) + (b"" if message.endswith(b"\r\n") else b"\r\n") + b".\r\n")
            code, words = smtp.getreply()
            if smtp.sock is not None:
                smtp.sock.settimeout(self._patience.command)
        except _BROKEN:
            self.close()
            return Result(Kind.LOST)
        return judged("message", code, words)

    def _after(self, result: Result) -> Result:
        """Leave the connection ready for the next message, or closed."""
        if result.kind is Kind.LOST or result.code.startswith("421"):
            self.close()
        elif result.kind is not Kind.ACCEPTED:
            try:
                self._smtp.rset()
            except _BROKEN:
                self.close()
        return result

    def close(self) -> None:
        """End the dialogue."""
        with suppress(*_BROKEN):
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(5)
                self._smtp.quit()
        with suppress(*_BROKEN):
            self._smtp.close()


def _greeted(server: SmtpServer, hello: str, timeout: float) -> smtplib.SMTP:
    context = ssl.create_default_context()
    smtp: smtplib.SMTP
    if server.security == "tls":
        smtp = smtplib.SMTP_SSL(server.host, server.port, hello, timeout=timeout, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, hello, timeout=timeout)
    try:
        if server.security == "starttls":
            smtp.starttls(context=context)
        smtp.ehlo_or_helo_if_needed()
        if server.user is not None and server.password is not None:
            smtp.login(server.user, server.password)
        if smtp.sock is not None:
            # Otherwise the end of every message waits for the server to acknowledge what came before it.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        smtp.close()
        raise
    return smtp


def judged(stage: str, code: int, words: bytes) -> Result:
    """What an answer at a stage of the dialogue (`mail`, `rcpt`, `data`, `message`) means (RFC 5321, RFC 3463)."""
    detailed = re.match(rb"[245]\.[0-9]{1,3}\.[0-9]{1,3}\b", words)
    detail = detailed.group().decode() if detailed else ""
    told = f"{code} {detail}".strip()
    if 200 <= code < 300:
        return Result(Kind.ACCEPTED, told)
    if 400 <= code < 500:
        return Result(Kind.LATER, told)
    if not 500 <= code < 600:
        # No answer that SMTP knows: before the message was handed over nothing arrived, and after it nobody knows.
        return Result(Kind.LOST if stage == "message" else Kind.LATER)
    return Result(Kind.STOP if _concerns_all(stage, code, detail) else Kind.REFUSED, told)


def _concerns_all(stage: str, code: int, detail: str) -> bool:
    """Whether a lasting refusal is one of the message, the sender or us, and not of one mailbox."""
    if code == 552 or detail.startswith("5.7.") or stage in {"mail", "data"}:
        return True
    if detail.startswith(("5.1.", "5.2.")):
        return False
    return code in {503, 521, 530, 535, 538, 554}


@dataclass(frozen=True)
class Job:
    """A message to a reader: who it is in the ledger, where it goes, and what makes it."""

    who: str
    address: str
    line: int
    message: Callable[[], bytes]


@dataclass
class Tally:
    """What came of a run."""

    sent: int = 0
    refused: int = 0
    given_up: int = 0
    unknown: int = 0
    not_tried: int = 0
    stopped: str = ""
    """Why the run ended before its time."""


class Run:
    """One run over the readers: each is tried until it is certain what came of it, within bounds."""

    def __init__(
        self,
        connect: Callable[[], Connection],
        ledger: Ledger,
        sender: str,
        say: Callable[[str], None],
        sleep: Callable[[float], object],
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._connect, self._ledger, self._sender = connect, ledger, sender
        self._say, self._sleep, self._pauses = say, sleep, pauses
        self._connection: Connection | None = None
        self._in_a_row = 0
        self._rounds_lost = 0
        self.tally = Tally()

    def send(self, jobs: Sequence[Job]) -> Tally:
        """Send to all of them; what came of each is in the ledger."""
        waiting = list(jobs)
        try:
            for pause in (0.0, *self._pauses):
                if pause and waiting and not self.tally.stopped:
                    self._say(f"{len(waiting)} could not be reached; trying them again in {pause:.0f} seconds.")
                    self._sleep(pause)
                if waiting and not self.tally.stopped:
                    waiting = self._round(waiting)
        finally:
            if self._connection:
                self._connection.close()
        if self.tally.stopped:
            self.tally.not_tried = len(waiting)
        else:
            self._give_up(waiting)
        return self.tally

    def _give_up(self, waiting: Sequence[Job]) -> None:
        for job in waiting:
            self._ledger.append(Step.GIVEN_UP, via=VIA, who=job.who)
            self.tally.given_up += 1

    def _round(self, waiting: list[Job]) -> list[Job]:
        """Try each once; those to try again. When the run is to stop, `tally.stopped` says why."""
        later: list[Job] = []
        for done, job in enumerate(waiting):
            try:
                result = self._try(job)
            except NoConnection as none:
                self._rounds_lost += 1
                if none.lasting or self._rounds_lost > len(self._pauses):
                    self.tally.stopped = str(none)
                return later + waiting[done:]
            if result.kind in {Kind.LATER, Kind.BROKEN}:
                later.append(job)
            self._count(job, result)
            if self.tally.stopped:
                return later + waiting[done + 1 :]
        return later

    def _try(self, job: Job) -> Result:
        """Try once, or twice when the server had hung up since the message before."""
        connection = self._open()
        was_fresh = connection.is_fresh
        result = self._attempt(connection, job)
        if result.kind is Kind.BROKEN and not was_fresh:
            result = self._attempt(self._open(), job)
        return result

    def _open(self) -> Connection:
        if self._connection is None or not self._connection.is_open:
            self._connection = self._connect()
        return self._connection

    def _attempt(self, connection: Connection, job: Job) -> Result:
        """The intent is on disk before the first word, and the result before anything else is done."""
        message = job.message()
        self._ledger.append(Step.INTENT, via=VIA, who=job.who)
        result = connection.deliver(self._sender, job.address, message)
        self._ledger.append(STEPS[result.kind], via=VIA, who=job.who, reply=result.code)
        return result

    def _count(self, job: Job, result: Result) -> None:
        tally = self.tally
        self._in_a_row = self._in_a_row + 1 if result.kind is Kind.REFUSED else 0
        if result.kind is Kind.ACCEPTED:
            tally.sent += 1
        elif result.kind is Kind.REFUSED:
            tally.refused += 1
            self._say(f"Refused with {result.code}: line {job.line} of the recipients ({job.who}).")
        elif result.kind is Kind.LOST:
            tally.unknown += 1
            self._say(f"No answer after the message: line {job.line} of the recipients ({job.who}) may have got it.")
        elif result.kind is Kind.STOP:
            tally.given_up += 1
            tally.stopped = f"The server said {result.code}, which holds for all messages."
        if self._in_a_row >= REFUSALS_IN_A_ROW:
            tally.stopped = f"The server refused {REFUSALS_IN_A_ROW} readers in a row: it is hardly their mailboxes."


def connecting(server: SmtpServer, hello: str, patience: Patience) -> Callable[[], Connection]:
    """What opens a connection, when there is something to send."""
    if not hello:
        raise CannotSend("The site's address names no host.")
    return lambda: Connection(server, hello, patience)
