"""What the doctor says of one thing."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum


class State(Enum):
    """How one thing stands. The values are what a terminal shows, all of one width."""

    FINE = "ok  "
    MISSING = "todo"
    CHOICE = "off "
    """It need not be: somebody may want it."""
    UNSEEN = "?   "


@dataclass(frozen=True)
class Finding:
    """One thing: how it stands, in a sentence, and what to do about it."""

    state: State
    what: str
    todo: str = ""


def fine(what: str) -> Finding:
    """It is as it should be."""
    return Finding(State.FINE, what)


def missing(what: str, todo: str) -> Finding:
    """Something has to be done."""
    return Finding(State.MISSING, what, todo)


def off(what: str, todo: str) -> Finding:
    """Something could be done."""
    return Finding(State.CHOICE, what, todo)


def unseen(what: str, todo: str = "") -> Finding:
    """It cannot be seen from here."""
    return Finding(State.UNSEEN, what, todo)
