"""A finished folder in the place of another one: in one step where the system can exchange two names, in two elsewhere.

Between those two there is no folder at the place. A run that is killed there leaves the old one beside it, and the next
command, whichever it is, puts it back.
"""

from __future__ import annotations

import ctypes
import os
import re
import secrets
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from paper_digest.problems import ProblemsFound
from paper_digest.writing.folder import MARK, MARKED, Folder, refuse
from paper_digest.writing.locks import Busy, Work, alone

SITE = "build/site"
PREVIEW = "build/preview"
_OF_EVERY_SITE = "papers/cards.json"
_SIDE = re.compile(r"\.run-[0-9a-f]{12}")
_EXCHANGE = 2


def swap_in(folder: Folder, fresh: str, place: str) -> None:
    """Put a finished site at a place. The old one is afterwards where the fresh one was, or gone."""
    put_back(folder, place)
    refuse_foreign(folder, place)
    if folder.status(place) is None:
        folder.move(fresh, place)
    elif not _exchanged(folder, fresh, place):
        _swapped_in_two_steps(folder, fresh, place)


def refuse_foreign(folder: Folder, place: str) -> None:
    """Raises ProblemsFound when something is at a site's place that is no site of ours: it would be deleted."""
    if folder.status(place) is None or folder.status(f"{place}/{_OF_EVERY_SITE}") or not folder.contents(place).files:
        return
    what = "holds what paper-digest did not make, and would be replaced"
    refuse(place, what, "move it elsewhere, or delete it: the next build makes this folder anew")


def put_back(folder: Folder, place: str) -> None:
    """Mend a swap that was cut short between its two steps: the old folder is still the last good one."""
    if folder.status(place) is None and folder.status(_old(place)) is not None:
        folder.move(_old(place), place)


def mend(root: Path) -> None:
    """Mend what a run that was killed left half done, and clean up after it. What is in the way is told by others.

    Such a run leaves the file of its lock. That of a run at work cannot be taken, and so it is left alone.
    """
    for work in Work:
        if (root / work).is_file() or (work is Work.SITE and _is_half_done(root)):
            with suppress(Busy, ProblemsFound, OSError), alone(root, work, str, patience=0) as folder:
                if work is Work.SITE:
                    _clear_dead_runs(folder)
                    for place in (SITE, PREVIEW):
                        put_back(folder, place)


def _is_half_done(root: Path) -> bool:
    return any((root / _old(place)).is_dir() and not os.path.lexists(root / place) for place in (SITE, PREVIEW))


@contextmanager
def side_folder(folder: Folder) -> Iterator[str]:
    """A folder of this run's own, for what other programs write. Whoever asks for it is alone."""
    _clear_dead_runs(folder)
    side = f"build/.run-{secrets.token_hex(6)}"
    folder.write(f"{side}/{MARK}", MARKED)
    try:
        yield side
    finally:
        folder.remove_tree(side)


def _clear_dead_runs(folder: Folder) -> None:
    """Remove the side folders of runs that were killed.

    MkDocs may outlive such a run, and write on: then the mark is gone, and only what it makes is there.
    """
    for name in folder.names("build"):
        if _SIDE.fullmatch(name):
            others = {inner for inner in folder.names(f"build/{name}") if not inner.startswith(MARK)}
            if others <= {"site", "search"}:
                folder.remove_tree(f"build/{name}")


def _old(place: str) -> str:
    folder, _, name = place.rpartition("/")
    return f"{folder}/.{name}.old"


def _exchanged(folder: Folder, one: str, other: str) -> bool:
    """Exchange two names in one step; whether the system could. Python itself cannot ask for that."""
    if sys.platform != "linux":
        return False
    exchange = getattr(ctypes.CDLL(None), "renameat2", None)
    if exchange is None:
        return False
    with folder.spot(one) as first, folder.spot(other) as second:
        names = os.fsencode(first.name), os.fsencode(second.name)
        return bool(exchange(first.handle, names[0], second.handle, names[1], _EXCHANGE) == 0)


def _swapped_in_two_steps(folder: Folder, fresh: str, place: str) -> None:
    old = _old(place)
    refuse_foreign(folder, old)
    folder.remove_tree(old)
    folder.move(place, old)
    try:
        folder.move(fresh, place)
    except BaseException:
        folder.move(old, place)
        raise
    folder.remove_tree(old)
