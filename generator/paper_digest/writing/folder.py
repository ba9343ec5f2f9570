"""A digest's folder, held open: whatever is written, replaced or removed below it is reached from there, step by step.

A pull request can carry a link, and whoever checks it out and builds must not lose files to it. So no step goes through
a link, whatever it leads to. The digest's folder itself may be one, or lie below some: it is resolved once.

Places are relative to that folder, with slashes. Where the system cannot open a file from the handle of its folder,
each step is looked at before it is taken.
"""

from __future__ import annotations

import errno
import os
import secrets
import shutil
import stat
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import NoReturn, Self

from paper_digest.problems import Problem, ProblemsFound, SourceRef

HAS_HANDLES = {os.open, os.stat, os.mkdir, os.rename, os.unlink, os.link} <= os.supports_dir_fd
CACHE = "build/.cache"
MARK = ".paper-digest"
"""The file that says who made a folder: no other one is ever emptied. MkDocs publishes no file with such a name."""
MARKED = b"paper-digest made this folder, and replaces and removes what is in it. Keep nothing of your own here.\n"
TEMPORARY = (".paper-digest-", ".new")
"""How the names of files begin and end that are written beside the one they are to replace."""

_NO_LINK = getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)
_AS_FOLDER = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | _NO_LINK
# A FIFO in the place of a file must not hold up the run.
_AT_ONCE = getattr(os, "O_NONBLOCK", 0)
_JUNCTION = 0xA0000003


@dataclass(frozen=True)
class Spot:
    """A name in a folder that is held open. `place` is what people are told."""

    handle: int | None
    folder: Path
    name: str
    place: str

    def at(self, name: str | None = None) -> str:
        """The spot, or another name beside it, for a call that gets the handle too."""
        name = self.name if name is None else name
        return os.fspath(self.folder / name) if self.handle is None else name

    def status(self) -> os.stat_result | None:
        """What is there: None for nothing. Raises ProblemsFound for a link."""
        try:
            found = os.stat(self.at(), dir_fd=self.handle, follow_symlinks=False)
        except FileNotFoundError:
            return None
        if stat.S_ISLNK(found.st_mode) or getattr(found, "st_reparse_tag", 0) == _JUNCTION:
            _refuse_link(self)
        return found

    def open(self, flags: int) -> int:
        """A handle of the regular file here. Raises ProblemsFound for anything else."""
        status = self.status()
        if status and not stat.S_ISREG(status.st_mode):
            refuse(self.place, "is not a regular file", "delete it: what belongs here is a file")
        return os.open(self.at(), flags | _NO_LINK | _AT_ONCE, 0o666, dir_fd=self.handle)

    def read(self) -> bytes | None:
        """The bytes of the regular file here; None when there is none. Raises ProblemsFound for anything else."""
        try:
            with named(self.place), os.fdopen(self.open(os.O_RDONLY), "rb") as file:
                return file.read()
        except FileNotFoundError:
            return None

    def staged(self, content: bytes, mode: int | None = None, *, durable: bool = True) -> str:
        """Write a temporary file beside this spot, and return its name. When it cannot be written whole, it is gone."""
        name = secrets.token_hex(6).join(TEMPORARY)
        with named(self.place):
            handle = os.open(self.at(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL | _NO_LINK, 0o666, dir_fd=self.handle)
            try:
                if mode is not None and hasattr(os, "fchmod"):
                    os.fchmod(handle, mode)
                write_whole(handle, content)
                if durable:
                    os.fsync(handle)
            except BaseException:
                self.drop(name)
                raise
            finally:
                os.close(handle)
        return name

    def take(self, name: str) -> None:
        """Put the file of another name beside it here, in the place of what there was."""
        with named(self.place):
            os.replace(self.at(name), self.at(), src_dir_fd=self.handle, dst_dir_fd=self.handle)

    def drop(self, name: str) -> None:
        """Remove the file of another name beside it, if there is one."""
        with suppress(FileNotFoundError):
            os.unlink(self.at(name), dir_fd=self.handle)

    def sync(self) -> None:
        """What was renamed is on disk when its folder is."""
        if self.handle is not None:
            os.fsync(self.handle)


@dataclass(frozen=True)
class Contents:
    """What is below a folder: the places of its files, and of its folders, those within others after these."""

    files: list[str] = field(default_factory=list)
    folders: list[str] = field(default_factory=list)


class Folder:
    """A digest's folder. A context manager, since it is held open."""

    def __init__(self, root: Path) -> None:
        self.root = root.resolve()
        self.made: list[str] = []
        """The folders that had to be made on the way to a file."""
        self._handle = os.open(self.root, _AS_FOLDER) if HAS_HANDLES else None

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, raised: BaseException | None, traceback: TracebackType | None
    ) -> None:
        if self._handle is not None:
            os.close(self._handle)

    @contextmanager
    def spot(self, place: str, *, make: bool = False) -> Iterator[Spot]:
        """The spot of a place, its folder made if need be. Raises FileNotFoundError when that is missing."""
        *folders, name = _steps(place)
        held, path = None if self._handle is None else os.dup(self._handle), self.root
        try:
            for depth, step in enumerate(folders, 1):
                inner = self._entered(Spot(held, path, step, "/".join(folders[:depth])), make=make)
                if held is not None:
                    os.close(held)
                held, path = inner, path / step
            yield Spot(held, path, name, place)
        finally:
            if held is not None:
                os.close(held)

    def _entered(self, spot: Spot, *, make: bool) -> int | None:
        """A handle of the folder at a spot, which is made if need be."""
        status = spot.status()
        with named(spot.place):
            if status is None and make:
                with suppress(FileExistsError):
                    os.mkdir(spot.at(), dir_fd=spot.handle)
                    self.made.append(spot.place)
            elif status and not stat.S_ISDIR(status.st_mode):
                refuse(spot.place, "is not a folder", "delete it, or move it elsewhere: what belongs here is a folder")
            if spot.handle is None:
                (spot.folder / spot.name).stat()
                return None
            return os.open(spot.at(), _AS_FOLDER, dir_fd=spot.handle)

    # ---- looking ----

    def status(self, place: str) -> os.stat_result | None:
        """What is at a place: None for nothing. Raises ProblemsFound when the way there, or its end, is a link."""
        try:
            with self.spot(place) as spot:
                return spot.status()
        except FileNotFoundError:
            return None

    def read(self, place: str) -> bytes | None:
        """The bytes of a regular file; None when there is none. Raises ProblemsFound for anything else."""
        try:
            with self.spot(place) as spot:
                return spot.read()
        except FileNotFoundError:
            return None

    def contents(self, place: str) -> Contents:
        """All that is below a folder. Raises ProblemsFound for links, and for what is neither file nor folder."""
        found = Contents()
        waiting = [place] if self.status(place) else []
        while waiting:
            folder = waiting.pop()
            found.folders.append(folder)
            for spot in self._inside(folder):
                status = spot.status()
                if status and stat.S_ISDIR(status.st_mode):
                    waiting.append(spot.place)
                elif status and stat.S_ISREG(status.st_mode):
                    found.files.append(spot.place)
                elif status:
                    refuse(spot.place, "is neither a file nor a folder", "delete it")
        return found

    def _inside(self, place: str) -> Iterator[Spot]:
        """The spots of all that is in a folder, sorted by their names."""
        with self.spot(f"{place}/-") as inside, named(place):
            names = os.listdir(inside.folder if inside.handle is None else inside.handle)  # noqa: PTH208 - a handle
            for name in sorted(names):
                yield Spot(inside.handle, inside.folder, name, f"{place}/{name}")

    # ---- writing ----

    def write(self, place: str, content: bytes) -> bool:
        """Write a file that can be made again, whole, if that changes anything. What cannot goes through `changes`."""
        with self.spot(place, make=True) as spot:
            if spot.read() == content:
                return False
            name = spot.staged(content, durable=False)
            try:
                spot.take(name)
            except BaseException:
                spot.drop(name)
                raise
        return True

    def opened(self, place: str, flags: int) -> int:
        """A handle of a regular file, which is made if `flags` say so. Raises ProblemsFound for anything else."""
        with self.spot(place, make=bool(flags & os.O_CREAT)) as spot, named(place):
            return spot.open(flags)

    def remove(self, place: str) -> None:
        """Remove a file, if there is one."""
        with suppress(FileNotFoundError), self.spot(place) as spot, named(place):
            spot.status()
            os.unlink(spot.at(), dir_fd=spot.handle)

    # ---- folders ----

    def make(self, place: str) -> Path:
        """Make sure that there is a folder; its path, for programs that know no handles."""
        with self.spot(f"{place}/-", make=True):
            return self.root / place

    def remove_if_empty(self, place: str) -> bool:
        """Remove a folder that holds nothing; whether that was so."""
        try:
            with self.spot(place) as spot:
                os.rmdir(spot.at(), dir_fd=spot.handle)
        except OSError:
            return False
        return True

    def names(self, place: str) -> list[str]:
        """What is in a folder, sorted; nothing when there is none."""
        return [spot.name for spot in self._inside(place)] if self.status(place) else []

    def remove_tree(self, place: str) -> None:
        """Remove a folder with all that is in it, as far as that can be done."""
        if self.status(place) is not None:
            with self.spot(place) as spot:
                shutil.rmtree(spot.at(), ignore_errors=True, dir_fd=spot.handle)

    def move(self, place: str, to: str) -> None:
        """Give a folder another name, which must not be taken."""
        with self.spot(place) as spot, self.spot(to) as other, named(to):
            if other.status() is not None:
                raise FileExistsError(errno.EEXIST, os.strerror(errno.EEXIST), to)
            os.rename(spot.at(), other.at(), src_dir_fd=spot.handle, dst_dir_fd=other.handle)


def cache_of(root: Path) -> Path:
    """The folder for what the web answered, looked at: another library writes there, by its path."""
    with Folder(root) as folder:
        path = folder.make(CACHE)
        folder.contents(CACHE)
        return path


def _steps(place: str) -> list[str]:
    steps = place.split("/")
    if not all(steps) or {".", ".."} & set(steps) or (os.name == "nt" and set(place) & {"\\", ":"}):
        raise ValueError(f"not a place within a folder: {place!r}")
    return steps


def write_whole(handle: int, content: bytes) -> None:
    """Write all bytes: the system may take them in parts."""
    rest = memoryview(content)
    while rest:
        rest = rest[os.write(handle, rest) :]


def append_whole(handle: int, line: bytes) -> None:
    """Add a line to a file that is opened for appending: all of it, or on a full disk nothing."""
    before = os.fstat(handle).st_size
    try:
        write_whole(handle, line)
    except OSError:
        os.ftruncate(handle, before)
        raise


@contextmanager
def named(place: str) -> Iterator[None]:
    """An error of the system names the file as people know it, and not a temporary one."""
    try:
        yield
    except OSError as error:
        error.filename, error.filename2 = place, None
        raise


def refuse(place: str, what: str, remedy: str) -> NoReturn:
    """Raise ProblemsFound with one problem of a place."""
    raise ProblemsFound([Problem(SourceRef(shown(place)), what, remedy)])


def shown(text: str) -> str:
    """A path in words, readable whatever its bytes."""
    readable = os.fsencode(text).decode("utf-8", "backslashreplace")
    return readable if readable.isprintable() else readable.encode("unicode_escape").decode()


def _refuse_link(spot: Spot) -> NoReturn:
    target = "elsewhere"
    with suppress(OSError):
        target = f"to {shown(os.readlink(spot.at(), dir_fd=spot.handle))}"
    what = f"is a link ({target}), and nothing is written, replaced or emptied through links"
    how = "rm" if sys.platform != "win32" else "del"
    refuse(spot.place, what, f"delete the link ({how} {shown(spot.place)}), and run this again")
