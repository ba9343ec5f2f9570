"""One run at a time: a lock for what is written into content/, and one for what is made of it below build/.

The system gives a lock back when its process ends, however that happens. Its file says who holds it, and is there only
as long. Where the file system knows no locks, a site is still checked before it is swapped in.
"""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from paper_digest.writing.folder import TEMPORARY, Folder, write_whole

PATIENCE = 90.0
"""Seconds for which a run waits for another one."""
_PAUSE = 0.1

Say = Callable[[str], object]


class Work(StrEnum):
    """What two runs must not do at once. The value is the place of the lock's file."""

    CONTENT = "build/.lock-content"
    SITE = "build/.lock-site"


class Busy(Exception):  # noqa: N818 - it says what is the matter
    """Another run is at work in this digest; the message says which, and what to do."""


@contextmanager
def alone(root: Path, work: Work, say: Say, patience: float | None = None) -> Iterator[Folder]:
    """The digest's folder, in which nobody else does such work for as long as this lasts.

    Waits for another run, and says so. Raises Busy when that takes too long.
    """
    with Folder(root) as folder:
        handle = _waited_for(folder, work, say, PATIENCE if patience is None else patience)
        try:
            if work is Work.CONTENT:
                _clear_temporaries(folder)
            yield folder
        finally:
            # Removed first, closed then: whoever waits for the removed file looks for the one that is there.
            with suppress(OSError):
                folder.remove(work)
            os.close(handle)
            for place in reversed(folder.made):
                folder.remove_if_empty(place)


def _waited_for(folder: Folder, work: Work, say: Say, patience: float) -> int:
    has_told = False
    for _ in range(int(patience / _PAUSE) + 1):
        handle, holder = _tried(folder, work)
        if handle is not None:
            return handle
        if not has_told and patience:
            say(f"Waiting for {holder}.")
            has_told = True
        time.sleep(_PAUSE if patience else 0)
    raise Busy(f"{holder} is at work in this digest. Nothing was changed: run this again when it is done, or end it.")


def _tried(folder: Folder, work: Work) -> tuple[int | None, str]:
    """The lock, or who holds it."""
    try:
        handle = folder.opened(work, os.O_RDWR | os.O_CREAT)
    except FileNotFoundError:
        return None, "another run"  # which has just ended, and taken the empty folder away
    is_ours = False
    try:
        is_ours = _locked(handle) and _is_at(folder, work, handle)
        if is_ours:
            _sign(handle)
            return handle, ""
        return None, _holder(handle)
    finally:
        if not is_ours:
            os.close(handle)


def _locked(handle: int) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            os.lseek(handle, 1 << 20, os.SEEK_SET)
            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except (BlockingIOError, PermissionError):
        return False
    except OSError:
        return True  # no locks here
    return True


def _is_at(folder: Folder, work: Work, handle: int) -> bool:
    """Whether the file that is locked is the one at its place: its last holder removed it, perhaps, meanwhile."""
    status = folder.status(work)
    return status is not None and os.path.samestat(status, os.fstat(handle))


def _sign(handle: int) -> None:
    """Say who holds the lock. On a full disk it holds without that."""
    command = " ".join([Path(sys.argv[0]).name, *sys.argv[1:2]])
    with suppress(OSError):
        os.ftruncate(handle, 0)
        os.lseek(handle, 0, os.SEEK_SET)
        write_whole(handle, f"{os.getpid()} {command}\n".encode("utf-8", "replace"))


def _holder(handle: int) -> str:
    """Who wrote the file of a lock, and when."""
    with suppress(OSError):
        os.lseek(handle, 0, os.SEEK_SET)
        process, _, command = os.read(handle, 200).decode("utf-8", "replace").strip().partition(" ")
        if process.isdigit() and command.isprintable():
            since = datetime.fromtimestamp(os.fstat(handle).st_mtime, UTC)
            return f"`{command}` (process {process}, since {since:%H:%M:%S} UTC)"
    return "another run"


def _clear_temporaries(folder: Folder) -> None:
    """Remove what runs that were killed left beside the files they wrote. Whoever holds the lock is alone here."""
    first, last = TEMPORARY
    top = folder.root / "content"
    for parent, _, names in os.walk(top) if not top.is_symlink() else ():
        for name in names:
            if name.startswith(first) and name.endswith(last):
                with suppress(OSError):
                    folder.remove(Path(parent, name).relative_to(folder.root).as_posix())
