"""The ledger of what was sent: `content/sent/<issue>.jsonl`, one step a line, on disk before the next thing is done.

It is why nobody gets an issue twice. Before a message leaves, the intent is written; after it, what came of it. Whoever
has an intent and no result may or may not have got the message, and is told, not asked to read it again.

Readers stand in it as keyed hashes (HMAC-SHA256 of the address, under a secret that is kept elsewhere): whoever reads
the repository learns nobody's address, and cannot check whether one is among them.
"""

from __future__ import annotations

import hmac
import json
import os
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, fields, replace
from datetime import UTC, datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from paper_digest import reading
from paper_digest.catalog.sent import LARGEST
from paper_digest.delivery.answers import is_gone
from paper_digest.delivery.environment import LEDGER_KEY, CannotSend
from paper_digest.writing.folder import Folder, append_whole, named

FOLDER = "content/sent"
EVERYBODY = "everybody"
"""Who a message to a provider's whole list is for."""

Clock = Callable[[], datetime]


class Step(StrEnum):
    """What a line says."""

    CLAIM = "claim"
    """A run says that it alone will send."""
    INTENT = "intent"
    """A message is about to leave."""
    DRAFTED = "drafted"
    """A provider holds the message, and sends it when told to."""
    SENT = "sent"
    """It was accepted: whoever it is for gets it."""
    DEFERRED = "deferred"
    """It certainly did not arrive, and is tried again: within the run, or by the next one when this one stopped."""
    GIVEN_UP = "given-up"
    """It certainly did not arrive: it was tried within the run as often as it is sensible."""
    REFUSED = "refused"
    """The server takes nothing for this mailbox: a bounce if the reply says that it is gone."""
    UNKNOWN = "unknown"
    """Nobody knows whether it arrived."""
    CLOSED = "closed"
    """The run that had the claim ended, and told all it did."""
    DONE = "done"
    """All that can be done for the issue is done: whoever has not got it is not written to again unasked."""


@dataclass(frozen=True)
class Entry:
    """A line of the ledger."""

    at: str
    step: Step
    via: str = ""
    who: str = ""
    """A keyed hash, or EVERYBODY."""
    reply: str = ""
    """The code of an answer, never its words: they hold addresses."""
    run: str = ""
    """The run that claims or closes."""
    ref: str = ""
    """A provider's id of the message."""
    key: str = ""
    """By which secret the hashes were made: a hash itself."""
    letter: str = ""
    """A fingerprint of what the message says."""
    issue: str = ""
    """A fingerprint of the issue's file: `check` holds it to that once it was sent."""
    days: str = ""
    """On how many days a reader was given up."""

    def as_line(self) -> bytes:
        """The line, with its end."""
        data = {each.name: value for each in fields(self) if (value := str(getattr(self, each.name)))}
        return json.dumps(data, ensure_ascii=True, separators=(", ", ": ")).encode() + b"\n"

    @classmethod
    def of_line(cls, line: bytes) -> Entry:
        """The entry on a line. Raises ValueError."""
        data = json.loads(line)
        known = {each.name for each in fields(cls)}
        if not isinstance(data, dict) or not all(isinstance(value, str) for value in data.values()):
            raise ValueError("not an entry")
        values = {name: value for name, value in data.items() if name in known}
        return cls(**{"at": "", **values, "step": Step(data.get("step", ""))})


@dataclass(frozen=True)
class Read:
    """What is in a ledger, and how long it is without a last line that was cut short."""

    entries: tuple[Entry, ...]
    sound: int
    torn: bool


class Pseudonyms:
    """Readers' addresses as keyed hashes."""

    def __init__(self, key: bytes) -> None:
        self._key = key

    def of(self, address: str) -> str:
        """The hash that stands for an address, however its letters are cased."""
        return self._hash(f"reader:{address.strip().lower()}", 32)

    @property
    def mark(self) -> str:
        """What tells this key from another one, and nothing more."""
        return self._hash("key", 12)

    def _hash(self, text: str, length: int) -> str:
        return hmac.new(self._key, text.encode(), sha256).hexdigest()[:length]


def path_of(root: Path, issue_key: str) -> Path:
    """Where the ledger of an issue is."""
    return root / FOLDER / f"{issue_key}.jsonl"


def read(path: Path) -> Read:
    """What a ledger says; nothing when there is none.

    A last line without its end was cut short by a crash: what it was to say had not happened yet, or is not known.
    Raises CannotSend when any other line cannot be read, since who got the issue is then not known.
    """
    content = _content(path)
    whole, _, rest = content.rpartition(b"\n")
    sound = len(content) - len(rest)
    return Read(tuple(_entries(whole.split(b"\n") if whole else [], path)), sound, bool(rest))


def _content(path: Path) -> bytes:
    try:
        return reading.read_bytes(path, LARGEST) if reading.stands(path) else b""
    except OSError as error:
        raise CannotSend(
            f"{FOLDER}/{path.name} cannot be read: {error.strerror}. Nobody knows who got the issue, until it can be."
        ) from None


def _entries(lines: Iterable[bytes], path: Path) -> Iterator[Entry]:
    for number, line in enumerate(lines, 1):
        try:
            yield Entry.of_line(line)
        except (ValueError, TypeError, RecursionError):
            raise CannotSend(
                f"{FOLDER}/{path.name}:{number}: the line cannot be read, so that nobody knows who got the issue. "
                "Bring it back from the repository's history."
            ) from None


class Ledger:
    """An issue's ledger, held by one process. Made by `opened`."""

    def __init__(
        self, root: Path, place: str, handle: int, entries: Iterable[Entry], *, now: Clock, torn: bool
    ) -> None:
        self.handle = handle
        self._root, self._place = root, place
        self._now = now
        self.entries = list(entries)
        self.torn = torn
        """Whether its last line was cut short by a crash."""
        self.is_complete = False
        """Whether the run that holds it has nothing left to do for the issue."""

    def append(
        self,
        step: Step,
        *,
        via: str,
        who: str = "",
        reply: str = "",
        run: str = "",
        ref: str = "",
        key: str = "",
        letter: str = "",
        issue: str = "",
        days: str = "",
    ) -> None:
        """Write a step. When this returns, it is on disk. Raises OSError, and leaves no part of it, on a full disk."""
        at = self._now().astimezone(UTC).isoformat(timespec="milliseconds")
        entry = Entry(at, step, via, who, reply, run, ref, key, letter, issue, days)
        with named(self._place):
            _write_all(self.handle, entry.as_line())
            os.fsync(self.handle)
        self.entries.append(entry)

    def end(self, via: str, claims: Iterable[Entry]) -> None:
        """Close the claims of a run that told all it did, say whether the issue is done, and leave what lasts."""
        for claim in claims:
            self.append(Step.CLOSED, via=via, run=claim.run)
        if self.is_complete and not is_finished(self.entries):
            self.append(Step.DONE, via=via)
        self.fold()

    def fold(self) -> None:
        """Leave what lasts. Whenever this process dies, the long ledger is there, or the folded one.

        The new file is held before it takes the old one's place, so that no other process can come between.
        """
        lasting = folded(self.entries)
        if lasting == self.entries or sys.platform == "win32":  # where a file that is open cannot be replaced
            return
        with Folder(self._root) as folder, folder.spot(self._place) as spot:
            handle = folder.opened(_beside(self._place), os.O_RDWR | os.O_APPEND | os.O_CREAT | os.O_TRUNC)
            try:
                _hold(handle)
                with named(self._place):
                    _write_all(handle, b"".join(entry.as_line() for entry in lasting))
                    os.fsync(handle)
                spot.take(_beside(self._place).rpartition("/")[2])
                spot.sync()
            except BaseException:
                os.close(handle)
                raise
        os.close(self.handle)
        self.handle, self.entries = handle, lasting

    def standing(self) -> dict[str, Entry]:
        """The entry that says how it stands with each reader."""
        return standing(self.entries)

    @property
    def open_claims(self) -> list[Entry]:
        """The claims of named runs that have not told their end."""
        return open_claims(self.entries)


def standing(entries: Iterable[Entry]) -> dict[str, Entry]:
    """The last entry of each reader. What was sent stays sent, whatever follows it."""
    last: dict[str, Entry] = {}
    for entry in entries:
        if entry.who and not (entry.who in last and last[entry.who].step is Step.SENT):
            last[entry.who] = entry
    return last


def open_claims(entries: Iterable[Entry]) -> list[Entry]:
    """The claims that no end followed, in their order: a later one does not undo those before it."""
    claims: dict[str, Entry] = {}
    for entry in entries:
        if entry.step is Step.CLAIM and entry.run:
            claims.setdefault(entry.run, entry)
        elif entry.step is Step.CLOSED:
            claims.pop(entry.run, None)
    return list(claims.values())


def is_finished(entries: Iterable[Entry]) -> bool:
    """Whether all was done for the issue, and nothing was begun for anybody since."""
    finished = False
    for entry in entries:
        finished = not entry.who and (finished or entry.step is Step.DONE)
    return finished


def begun_via(entries: Iterable[Entry]) -> set[str]:
    """By which ways somebody got the issue, or may yet get it."""
    begun = {Step.INTENT, Step.DRAFTED, Step.SENT, Step.UNKNOWN}
    return {entry.via for entry in standing(entries).values() if entry.step in begun}


def draft_of(entries: Iterable[Entry], ref: str) -> Entry | None:
    """The line that says what a provider's message was made of."""
    return next((entry for entry in entries if ref and entry.ref == ref and entry.letter), None)


def folded(entries: Sequence[Entry]) -> list[Entry]:
    """What lasts of a ledger, a line a reader: all questions to it have the answers that they had before.

    Besides how it stands with each reader these are the open claims, the key and the issue's fingerprint as they were
    said last, what a provider's message was made of, and whether all is done.
    """
    last = standing(entries)
    drafts = [draft_of(entries, entry.ref) for entry in last.values()]
    whole = {id(entry) for entry in (*open_claims(entries), *last.values(), *drafts)}
    whole |= {id(entry) for entry in entries if not entry.who and entry.step not in _OF_RUNS}
    if is_finished(entries):
        whole.add(next(id(entry) for entry in reversed(entries) if entry.step is Step.DONE))
    marks = {id(entry) for entry in {entry.key: entry for entry in entries if entry.key}.values()}
    marks |= {id(entry) for entry in [entry for entry in entries if entry.issue][-1:]}
    kept = (entry for entry in entries if id(entry) in whole | marks)
    return [entry if id(entry) in whole else replace(entry, run="") for entry in kept]


_OF_RUNS = {Step.CLAIM, Step.CLOSED, Step.DONE}


@contextmanager
def opened(root: Path, issue_key: str, pseudonyms: Pseudonyms | None, now: Clock) -> Iterator[Ledger]:
    """Hold the ledger of an issue. Raises CannotSend when another process does, or when its hashes have another key.

    Without pseudonyms nobody can be looked up in it; claims can.

    A line that was cut short is taken away: what it was to say stands before it as an intent, or never began.
    """
    path, place = path_of(root, issue_key), f"{FOLDER}/{issue_key}.jsonl"
    root.mkdir(parents=True, exist_ok=True)
    with Folder(root) as folder:
        handle = folder.opened(place, os.O_RDWR | os.O_APPEND | os.O_CREAT)
    ledger = Ledger(root, place, handle, (), now=now, torn=False)
    is_held = False
    try:
        _lock(handle, path, issue_key)
        is_held = True
        with Folder(root) as folder, folder.spot(place) as spot:
            spot.drop(_beside(place).rpartition("/")[2])
            spot.sync()
        found = read(path)
        if found.torn:
            os.ftruncate(handle, found.sound)
            os.fsync(handle)
        if pseudonyms:
            check_key(found.entries, pseudonyms)
        ledger.entries, ledger.torn = list(found.entries), found.torn
        yield ledger
    finally:
        if is_held and os.fstat(ledger.handle).st_size == 0:
            path.unlink(missing_ok=True)
        # Closing gives the lock back.
        os.close(ledger.handle)


def check_key(entries: Iterable[Entry], pseudonyms: Pseudonyms) -> None:
    """Raises CannotSend when the ledger's hashes were made with another key: everybody in it would look new."""
    if any(entry.key and entry.key != pseudonyms.mark for entry in entries):
        raise CannotSend(
            f"{LEDGER_KEY} is not the key by which this issue's ledger knows its readers: with another one, all of "
            "them would get the issue again. Set the former key."
        )


def refused_before(root: Path, issue_key: str, pseudonyms: Pseudonyms) -> dict[str, str]:
    """Whose mailbox was gone in an earlier issue, and has not accepted one since: hash and issue."""
    refused: dict[str, str] = {}
    for path in sorted((root / FOLDER).glob("*.jsonl")):
        if path.stem >= issue_key:
            continue
        entries = read(path).entries
        if any(entry.key and entry.key != pseudonyms.mark for entry in entries):
            continue
        for who, entry in standing(entries).items():
            if entry.step is Step.REFUSED and is_gone(entry.reply):
                refused[who] = path.stem
            elif entry.step is Step.SENT:
                refused.pop(who, None)
    return refused


def _write_all(handle: int, line: bytes) -> None:
    append_whole(handle, line)


def _lock(handle: int, path: Path, issue_key: str) -> None:
    """Hold the file, and make sure that it is the one at its place: an empty one may have been taken away meanwhile."""
    try:
        _hold(handle)
        if not os.path.samestat(os.fstat(handle), path.stat()):
            raise OSError
    except OSError:
        raise CannotSend(
            f"Another process is sending {issue_key} at this moment. Nothing was sent by this one."
        ) from None


def _hold(handle: int) -> None:
    """Hold a file against other processes. Raises OSError when one of them does."""
    if sys.platform == "win32":
        import msvcrt

        msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
    else:
        import fcntl

        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)


def _beside(place: str) -> str:
    """Where a ledger is written that is to take the place of another one."""
    folder, _, name = place.rpartition("/")
    return f"{folder}/.{name}.new"
