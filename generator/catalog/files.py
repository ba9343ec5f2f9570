"""Which files of a digest's folder hold its records, and what is wrong with their names."""

from __future__ import annotations

import os
import stat
from collections.abc import Iterator
from pathlib import Path

from generator.problems import Problem, Severity, SourceRef

CONTENT = "content"
SUFFIXES = (".yaml", ".yml", ".json")


def in_folder(root: Path, folder: str) -> tuple[list[Path], list[Problem]]:
    """The data files below a folder of `content/`, sorted, and the problems of those that cannot be read."""
    files: list[Path] = []
    problems: list[Problem] = []
    for path in sorted(_visible(root / CONTENT / folder)):
        problem = _fault_of(path, root)
        if problem is None:
            files.append(path)
        else:
            problems.append(problem)
    return files, problems


def fixed(root: Path, name: str, *, required: bool) -> tuple[Path | None, list[Problem]]:
    """One of the fixed files of `content/`, and the problem when there is none, or more than one."""
    found = [path for suffix in SUFFIXES if (path := root / CONTENT / f"{name}{suffix}").is_file()]
    if not found:
        where = SourceRef(f"{CONTENT}/{name}.yaml")
        missing = Problem(where, "the file is missing", "create it; CONTRIBUTING.md shows what it holds")
        return None, [missing] if required else []
    also = [
        Problem(SourceRef(shown(path, root)), f"stands beside {found[0].name}", "keep one of the two")
        for path in found[1:]
    ]
    return found[0], also


def shown(path: Path, root: Path) -> str:
    """A path as problems name it: relative to the root, with slashes, and readable whatever its bytes."""
    relative = os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "backslashreplace")
    return relative if relative.isprintable() else relative.encode("unicode_escape").decode()


def _visible(base: Path) -> Iterator[Path]:
    for parent, folders, names in os.walk(base):
        folders[:] = [name for name in folders if not name.startswith(".")]
        yield from (Path(parent, name) for name in names if not name.startswith("."))


def _fault_of(path: Path, root: Path) -> Problem | None:
    where = SourceRef(shown(path, root))
    if not path.name.isprintable():
        return Problem(where, "the file's name holds signs that are no text", "rename the file")
    if path.suffix not in SUFFIXES:
        what = f"is not read: only {', '.join(SUFFIXES)} files are"
        return Problem(where, what, "rename it, or keep it elsewhere", Severity.WARNING)
    try:
        is_regular = stat.S_ISREG(path.stat().st_mode)
    except OSError as error:
        return Problem(where, f"cannot be read: {error.strerror}", "make it a readable file, or delete it")
    return None if is_regular else Problem(where, "is not a regular file", "delete it, or put a file in its place")
