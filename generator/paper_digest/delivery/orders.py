"""What can be asked of `send`, what it needs of the world, and what came of it."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Literal

from paper_digest.delivery.environment import CannotSend, Environment
from paper_digest.delivery.ledger import Clock
from paper_digest.delivery.smtp import Patience

Via = Literal["smtp", "buttondown", "listmonk"]
WAYS: tuple[Via, ...] = ("smtp", "buttondown", "listmonk")
Say = Callable[[str], None]

DONE, NOT_SENT, UNCERTAIN = 0, 1, 3


@dataclass(frozen=True)
class Outcome:
    """What came of a run, in numbers of readers, and how the process should end.

    `exit_code` is 0 when everything asked for is done, or what is left is some readers' own affair and is tried again
    by the next run; 1 when nothing was sent; and 3 when the run stopped, or somebody may or may not have got the issue.
    """

    exit_code: int
    sent: int = 0
    already: int = 0
    refused: int = 0
    given_up: int = 0
    unknown: int = 0
    not_tried: int = 0
    report: str = ""
    """What a person is to do or to know, as Markdown; empty when there is nothing."""


@dataclass(frozen=True)
class Order:
    """What was asked for."""

    issue: str
    via: Via
    live: bool = False
    """Send. Without it, a provider gets a draft, and SMTP nothing."""
    dry: bool = False
    """Tell what would happen, and do nothing."""
    to: Path | None = None
    """The file with the recipients, for SMTP."""
    claim: str | None = None
    """Claim the issue for the run of this name, and do no more."""
    claimed: str | None = None
    """Send only if the run of this name has claimed the issue."""
    unknown_too: bool = False
    """Send to those, too, who may have got it already."""
    refused_too: bool = False
    """Send to those, too, whom the server refused in an earlier issue."""
    take_over: bool = False
    """Send although another run claimed the issue and never told its end, or another way was begun."""
    release: str | None = None
    """End the claim of the run of this name, and do no more."""
    test: str | None = field(default=None, repr=False)
    """Send the letter to this address alone, marked as a test, and use nothing up."""
    gone: Path | None = None
    """The file for the addresses of readers whose mailboxes are gone, for SMTP."""


@dataclass(frozen=True)
class Surroundings:
    """What a run needs of the world."""

    environment: Environment = field(repr=False)
    now: Clock
    say: Say
    sleep: Callable[[float], object] = time.sleep
    patience: Patience = field(default_factory=Patience)
    timeout: float = 30.0
    """Seconds that a provider may take for an answer."""


@contextmanager
def gathering(faults: list[str]) -> Iterator[None]:
    """Faults are told all at once."""
    try:
        yield
    except CannotSend as cannot:
        faults += [reason for reason in cannot.reasons if reason not in faults]
