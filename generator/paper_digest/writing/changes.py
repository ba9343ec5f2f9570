"""What a command writes into content/: every file is the old one or the new one, whole, and all of them change or none.

All are written beside their places first, and are on disk, before the first takes its place. When something fails, what
was changed is put back. Only a run that is killed between two renames leaves some changed and others not, each whole.
"""

from __future__ import annotations

import errno
import os
import stat
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from paper_digest.writing.folder import Folder, Spot, named, refuse

_KNOWS_NO_SECOND_NAMES = frozenset({errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS, errno.EMLINK, errno.ENOTSUP})


@dataclass(frozen=True)
class Change:
    """A file with the content that it gets, or that goes. A new one must not be there yet."""

    place: str
    content: bytes | None
    is_new: bool = False

    @classmethod
    def over(cls, place: str, text: str) -> Change:
        """A file written, in the place of an old one if there is one."""
        return cls(place, text.encode())

    @classmethod
    def new(cls, place: str, text: str) -> Change:
        """A file that must not be there yet."""
        return cls(place, text.encode(), is_new=True)

    @classmethod
    def gone(cls, place: str) -> Change:
        """A file removed."""
        return cls(place, None)


@dataclass
class _Step:
    """A change under way: the temporary files beside its place with the new content and the old."""

    change: Change
    fresh: str | None = None
    old: str | None = None
    is_done: bool = False


def carry_out(root: Path, changes: Iterable[Change]) -> list[str]:
    """Write and remove files below a digest's folder, all or none; the places of those that really changed.

    Raises ProblemsFound when one of them lies behind a link, FileExistsError when a new one is there, and OSError with
    the file's name when the system cannot write it.
    """
    changes = list(changes)
    with Folder(root) as folder:
        asked = [change for change in changes if _changes_something(folder, change)]
        steps: list[_Step] = []
        try:
            with _undone_on_failure(folder, steps):
                for change in asked:
                    steps.append(_Step(change))
                    _stage(folder, steps[-1])
                for step in steps:
                    _settle(folder, step)
                _sync(folder, steps)
        finally:
            _clean(folder, steps)
    return [change.place for change in asked]


def anchored(root: Path, path: Path) -> tuple[Path, str]:
    """A file that somebody named, as a folder and the place in it: below a digest, nothing on the way may be a link."""
    whole = Path(os.path.abspath(path))  # noqa: PTH100 - resolving would follow the links
    if whole.is_relative_to(root):
        return root, whole.relative_to(root).as_posix()
    return whole.parent, whole.name


def _changes_something(folder: Folder, change: Change) -> bool:
    """Whether a change is one, looked at before anything is touched."""
    status = folder.status(change.place)
    if status and not stat.S_ISREG(status.st_mode):
        refuse(change.place, "is not a regular file", "delete it: what belongs here is a file")
    if change.is_new and status:
        raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), change.place)
    return (status is not None) if change.content is None else folder.read(change.place) != change.content


def _stage(folder: Folder, step: _Step) -> None:
    """Write the new content beside the place, and the old one too, to come back to it when the disk is full."""
    change = step.change
    with folder.spot(change.place, make=change.content is not None) as spot:
        status = spot.status()
        mode = stat.S_IMODE(status.st_mode) if status else None
        if change.content is not None:
            step.fresh = spot.staged(change.content, mode)
        if status and not change.is_new:
            step.old = spot.staged(folder.read(change.place) or b"", mode, durable=False)


def _settle(folder: Folder, step: _Step) -> None:
    with folder.spot(step.change.place) as spot, named(step.change.place):
        spot.status()
        if step.fresh is None:
            os.unlink(spot.at(), dir_fd=spot.handle)
        elif step.change.is_new:
            _appear(spot, step.fresh)
        else:
            spot.take(step.fresh)
            step.fresh = None
        step.is_done = True


def _appear(spot: Spot, fresh: str) -> None:
    """Give a file its name, unless that is taken: by a second name, which never replaces anything."""
    try:
        os.link(spot.at(fresh), spot.at(), src_dir_fd=spot.handle, dst_dir_fd=spot.handle)
    except OSError as error:
        if error.errno not in _KNOWS_NO_SECOND_NAMES:
            raise
        # This file system knows no second names. The lock keeps other commands from taking this one meanwhile.
        if spot.status() is not None:
            raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), spot.place) from None
        spot.take(fresh)


@contextmanager
def _undone_on_failure(folder: Folder, steps: Sequence[_Step]) -> Iterator[None]:
    try:
        yield
    except BaseException:
        for step in reversed(steps):
            with suppress(OSError):
                _undo(folder, step)
        for place in reversed(folder.made):
            folder.remove_if_empty(place)
        raise


def _undo(folder: Folder, step: _Step) -> None:
    with folder.spot(step.change.place) as spot:
        if step.is_done and step.old is not None:
            spot.take(step.old)
            step.old = None
        elif step.is_done:
            spot.drop(spot.name)
        for name in (step.fresh, step.old):
            if name:
                spot.drop(name)


def _sync(folder: Folder, steps: Sequence[_Step]) -> None:
    for place in {step.change.place.rpartition("/")[0]: step.change.place for step in steps}.values():
        with folder.spot(place) as spot, named(place):
            spot.sync()


def _clean(folder: Folder, steps: Sequence[_Step]) -> None:
    for step in steps:
        with suppress(OSError), folder.spot(step.change.place) as spot:
            for name in (step.fresh, step.old):
                if name:
                    spot.drop(name)
