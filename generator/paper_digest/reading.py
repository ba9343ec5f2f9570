"""The one reader of files that people and programs give: judged before a byte of it is read.

What stands at a place may be a pipe that never speaks, a device that never ends, a file of the kernel's, or forty
gigabytes of nothing. Opening must not wait, and only a regular file of a bounded size is read.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path

MEGABYTE = 1024 * 1024
MOST = 32 * MEGABYTE
_KERNELS_OWN = ("/proc", "/sys", "/dev")
_KINDS = {
    stat.S_IFDIR: "it is a folder",
    stat.S_IFIFO: "it is a pipe",
    stat.S_IFSOCK: "it is a socket",
    stat.S_IFCHR: "it is a device",
    stat.S_IFBLK: "it is a device",
}


class Unreadable(OSError):  # noqa: N818 - it says what is the matter
    """What stands at a place is no file to read; `strerror` says why, in words."""


def read_bytes(path: Path, most: int = MOST) -> bytes:
    """The content of a regular file of at most so many bytes. Raises OSError, whose `strerror` says why not."""
    handle = _opened(path)
    try:
        _judge(os.fstat(handle), path, most)
        content = _content(handle, most)
    finally:
        os.close(handle)
    if len(content) > most:
        raise _too_large(most)
    return content


def read_text(path: Path, most: int = MOST, encoding: str = "utf-8") -> str:
    """The text of a regular file. Raises OSError, or UnicodeDecodeError. Line ends become `\\n`."""
    return read_bytes(path, most).decode(encoding).replace("\r\n", "\n").replace("\r", "\n")


def refusal(path: Path, home: Path) -> str | None:
    """Why a path below the folder `home` is not read, without opening it: its kind, or where a link leads.

    A link may stay within the folder. One that leads out of it would publish what is elsewhere on this machine.
    """
    try:
        kind = path.stat().st_mode
    except OSError as error:
        return f"cannot be read: {_words(error)}"
    if not stat.S_ISREG(kind):
        return f"is not a regular file: {_KINDS.get(stat.S_IFMT(kind), 'it is of an unknown kind')}"
    if not path.resolve().is_relative_to(home.resolve()):
        link = next(step for step in (*reversed(path.parents), path) if step.is_relative_to(home) and step.is_symlink())
        what = "is a link" if link == path else f"lies behind the link `{link.relative_to(home).as_posix()}`"
        return f"{what} that leads out of the digest's folder"
    return None


def stands(path: Path) -> bool:
    """Whether anything stands at a place, be it a link to nothing."""
    try:
        return os.path.lexists(path)
    except ValueError:
        return False


def _opened(path: Path) -> int:
    try:
        return os.open(path, os.O_RDONLY | os.O_CLOEXEC | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_NOCTTY", 0))
    except ValueError as error:  # a NUL in its name
        raise Unreadable(errno.EINVAL, str(error)) from None
    except OSError as error:
        raise Unreadable(error.errno or errno.EIO, _words(error)) from None


def _words(error: OSError) -> str:
    if error.errno == errno.ENXIO:  # what opening a socket says
        return _KINDS[stat.S_IFSOCK]
    return "the link leads round in a circle" if error.errno == errno.ELOOP else error.strerror or str(error)


def _judge(found: os.stat_result, path: Path, most: int) -> None:
    if not stat.S_ISREG(found.st_mode):
        raise Unreadable(errno.EINVAL, _KINDS.get(stat.S_IFMT(found.st_mode), "it is no regular file"))
    if any(path.resolve().is_relative_to(folder) for folder in _KERNELS_OWN):
        raise Unreadable(errno.EINVAL, "it is no file of a disk, but the system's own")
    if found.st_size > most:
        raise _too_large(most)


def _content(handle: int, most: int) -> bytes:
    """All of a file, and never more than one byte over the bound: it may grow while it is read."""
    parts: list[bytes] = []
    left = most + 1
    while left > 0 and (part := os.read(handle, min(left, MEGABYTE))):
        parts.append(part)
        left -= len(part)
    return b"".join(parts)


def _too_large(most: int) -> Unreadable:
    size = f"{most // MEGABYTE} MB" if most >= MEGABYTE else f"{most // 1024} kB"
    return Unreadable(errno.EFBIG, f"it is larger than {size}")
