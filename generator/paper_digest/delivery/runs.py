"""One run over the readers by SMTP: each is tried until it is certain what came of it, within bounds.

What a single reader's mailbox says is that reader's alone. What says that it is us, or the server, stops the run: the
rest is for the next one, and nobody is thought to be gone for it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from paper_digest.delivery.answers import Kind, Result, is_hanging_up, is_of_an_address, what_stops
from paper_digest.delivery.ledger import Ledger, Step
from paper_digest.delivery.smtp import PAUSES, VIA, Connection, NoConnection

REFUSED_IN_A_ROW = 10
"""After so many it is not the mailboxes that are wrong."""
PUT_OFF_IN_A_ROW = 10
"""After so many it is not the readers that are greylisted, and the run waits to see; at first."""
LOST_IN_A_ROW = 3
"""After so many nobody else is to become one of whom nobody knows."""
SHORT = 60.0
"""A pause that a single reader is worth; a longer one is for several, or for when nobody was reached yet."""
SEVERAL = 3
_STEPS = {
    Kind.ACCEPTED: Step.SENT,
    Kind.LATER: Step.DEFERRED,
    Kind.BROKEN: Step.DEFERRED,
    Kind.REFUSED: Step.REFUSED,
    Kind.STOP: Step.DEFERRED,
    Kind.LOST: Step.UNKNOWN,
}
_PUT_OFF = {Kind.LATER, Kind.BROKEN}


@dataclass(frozen=True)
class Job:
    """A message to a reader: who it is in the ledger, where it goes, and what makes it."""

    who: str
    address: str = field(repr=False)
    line: int
    message: Callable[[], bytes] = field(repr=False)
    is_known: bool = False
    """An earlier run could not reach this reader: it is no sign for anything else when this one cannot."""
    days: int = 0
    """On how many days before this one the reader was given up."""


@dataclass(frozen=True)
class Pace:
    """How much a server takes: messages in a minute, and over a connection; without a bound, as fast as it goes."""

    per_minute: int | None = None
    per_connection: int | None = None


@dataclass
class Tally:
    """What came of a run: those who got it, and by their lines those who did not, with the server's codes."""

    sent: int = 0
    refused: dict[int, str] = field(default_factory=dict)
    given_up: dict[int, str] = field(default_factory=dict)
    unknown: list[int] = field(default_factory=list)
    not_tried: int = 0
    stopped: str = ""
    """Why the run ended before its time."""


class _Stopped(Exception):  # noqa: N818 - it says what happened
    """Nobody else is to be tried, for this reason."""


class Run:
    """One run over the readers."""

    def __init__(
        self,
        connect: Callable[[], Connection],
        ledger: Ledger,
        sender: str,
        say: Callable[[str], None],
        sleep: Callable[[float], object],
        now: Callable[[], datetime],
        pace: Pace,
        pauses: Sequence[float] = PAUSES,
    ) -> None:
        self._connect, self._ledger, self._sender = connect, ledger, sender
        self._say, self._sleep, self._now, self._pauses = say, sleep, now, pauses
        self._per_connection = pace.per_connection
        self._interval = 60.0 / pace.per_minute if pace.per_minute else 0.0
        self._last_at: datetime | None = None
        self._connection: Connection | None = None
        self._open: dict[str, Job] = {}
        self._replies: dict[str, str] = {}
        self._refused: list[Job] = []
        self._put_off: list[Job] = []
        self._lost = 0
        self._most_put_off = PUT_OFF_IN_A_ROW
        self._is_taken = any(entry.step is Step.SENT for entry in ledger.standing().values())
        self.tally = Tally()

    def send(self, jobs: Sequence[Job]) -> Tally:
        """Send to all of them; what came of each is in the ledger."""
        self._open = {job.who: job for job in jobs}
        try:
            for pause in (0.0, *self._pauses):
                self._round(pause)
            if self._open and not self._is_taken:
                raise _Stopped(
                    f"The server took the issue for nobody ({self._shown(next(iter(self._open.values())))})."
                )
            self._give_up()
        except _Stopped as stopped:
            self.tally.stopped = str(stopped)
            self.tally.not_tried = len(self._open)
        finally:
            self._hang_up()
        return self.tally

    def _round(self, pause: float) -> None:
        """Try once all who were not reached so far."""
        waiting = list(self._open.values())
        if pause:
            if not self._is_waited_for(pause, waiting):
                return
            self._say(f"{len(waiting)} could not be reached; trying them again in {pause:.0f} seconds.")
            self._sleep(pause)
            self._put_off = []
            self._most_put_off = max(self._most_put_off, 10 * PUT_OFF_IN_A_ROW)
        for job in waiting:
            # A probe may have reached them meanwhile.
            if job.who in self._open:
                self._carry_out(job)
                self._look_at_the_row()

    def _is_waited_for(self, pause: float, waiting: Sequence[Job]) -> bool:
        """A minute is for everybody; more is for greylisting, and not for one reader when the rest is done."""
        if pause <= SHORT:
            return bool(waiting)
        maybe = [job for job in waiting if not is_of_an_address(self._replies.get(job.who, ""))]
        return len(maybe) >= SEVERAL or (bool(maybe) and not self._is_taken)

    def _give_up(self) -> None:
        for job in self._open.values():
            self._ledger.append(Step.GIVEN_UP, via=VIA, who=job.who, reply=self._reply(job), days=str(job.days + 1))
            self.tally.given_up[job.line] = self._reply(job)

    def _reply(self, job: Job) -> str:
        return self._replies.get(job.who, "")

    def _shown(self, job: Job) -> str:
        return self._reply(job) or "no answer"

    # ---- one reader ----

    def _carry_out(self, job: Job) -> Result:
        """Try once, or twice when the server ended the connection that carried others before."""
        self._keep_pace()
        connection = self._ready()
        has_carried = connection.used > 0
        result = self._attempt(connection, job)
        if is_hanging_up(result) and has_carried:
            result = self._attempt(self._ready(), job)
        self._replies[job.who] = result.code
        self._note(job, result)
        return result

    def _attempt(self, connection: Connection, job: Job) -> Result:
        """The intent is on disk before the first word, and the result before anything else is done."""
        message = job.message()
        self._ledger.append(Step.INTENT, via=VIA, who=job.who)
        result = connection.deliver(self._sender, job.address, message)
        self._ledger.append(_STEPS[result.kind], via=VIA, who=job.who, reply=result.code)
        return result

    def _note(self, job: Job, result: Result) -> None:
        tally, kind = self.tally, result.kind
        if kind is Kind.STOP:
            raise _Stopped(f"The server said {result.code}: {what_stops(result.code)}.")
        if kind not in _PUT_OFF:
            del self._open[job.who]
            self._put_off = []
        elif not job.is_known:
            self._put_off.append(job)
        if kind is Kind.ACCEPTED:
            tally.sent += 1
            self._is_taken, self._refused, self._lost = True, [], 0
        elif kind is Kind.REFUSED:
            tally.refused[job.line] = result.code
            self._refused += [] if job.is_known else [job]
            self._say(f"Refused with {result.code}: line {job.line} of the recipients ({job.who}).")
        elif kind is Kind.LOST:
            tally.unknown.append(job.line)
            self._lost += 1
            self._say(f"No answer after the message: line {job.line} of the recipients ({job.who}) may have got it.")

    # ---- many in a row ----

    def _look_at_the_row(self) -> None:
        """When the same befalls many in a row, it is hardly the readers."""
        if self._lost >= LOST_IN_A_ROW:
            raise _Stopped(f"The server gave no answer after {self._lost} messages in a row.")
        if len(self._refused) >= REFUSED_IN_A_ROW:
            self._take_back_refusals()
        if len(self._put_off) >= self._most_put_off:
            self._wait_out()

    def _take_back_refusals(self) -> None:
        """Nobody is thought to be gone for what a server says to everybody."""
        for job in self._refused:
            self._ledger.append(Step.DEFERRED, via=VIA, who=job.who, reply=self._reply(job))
            self._open[job.who] = job
            del self.tally.refused[job.line]
        codes = ", ".join(dict.fromkeys(self._shown(job) for job in self._refused))
        raise _Stopped(
            f"The server refused {len(self._refused)} readers in a row ({codes}): it is hardly their mailboxes."
        )

    def _wait_out(self) -> None:
        """Wait, and see with the first of them whether the server takes something again."""
        many, first = len(self._put_off), self._put_off[0]
        self._hang_up()
        for pause in self._pauses:
            self._say(f"{many} in a row were put off ({self._shown(first)}); waiting {pause:.0f} seconds.")
            self._sleep(pause)
            if self._carry_out(first).kind not in _PUT_OFF:
                self._most_put_off *= 10
                return
        raise _Stopped(f"The server puts everybody off for now ({self._shown(first)}).")

    # ---- the connection ----

    def _ready(self) -> Connection:
        """A connection that takes another message."""
        connection = self._connection
        if connection and (not connection.is_open or connection.used >= (self._per_connection or connection.used + 1)):
            self._hang_up()
        self._connection = self._connection or self._connected()
        return self._connection

    def _connected(self) -> Connection:
        for pause in (*self._pauses, None):
            try:
                return self._connect()
            except NoConnection as none:
                if none.lasting or pause is None:
                    raise _Stopped(str(none)) from None
                self._say(f"{none} Trying again in {pause:.0f} seconds.")
            self._sleep(pause)
        raise AssertionError("the last try ends the loop")

    def _hang_up(self) -> None:
        if self._connection:
            self._connection.close()
        self._connection = None

    def _keep_pace(self) -> None:
        """Wait until the next message may leave."""
        if self._interval and self._last_at:
            passed = (self._now() - self._last_at).total_seconds()
            self._sleep(self._interval - min(max(passed, 0.0), self._interval))
        self._last_at = self._now()
