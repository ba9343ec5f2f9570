"""Which files of a digest's folder hold its records, and what is wrong with their names."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from paper_digest import reading
from paper_digest.problems import Problem, Severity, SourceRef

CONTENT = "content"
SUFFIXES = (".yaml", ".yml", ".json")


def in_folder(root: Path, folder: str) -> tuple[list[Path], list[Problem]]:
    """The data files below a folder of `content/`, sorted, and the problems of those that cannot be read."""
    files: list[Path] = []
    problems: list[Problem] = []
    for path in sorted(_visible(root / CONTENT / folder, problems, root)):
        problem = _fault_of(path, root)
        if problem is None:
            files.append(path)
        else:
            problems.append(problem)
    return files, problems


def fixed(root: Path, name: str, *, required: bool) -> tuple[Path | None, list[Problem]]:
    """One of the fixed files of `content/`, and the problem when there is none, or more than one."""
    found = [path for suffix in SUFFIXES if reading.stands(path := root / CONTENT / f"{name}{suffix}")]
    if not found:
        where = SourceRef(f"{CONTENT}/{name}.yaml")
        missing = Problem(where, "the file is missing", "create it; CONTRIBUTING.md shows what it holds")
        return None, [missing] if required else []
    also = [
        Problem(SourceRef(shown(path, root)), f"stands beside {found[0].name}", "keep one of the two")
        for path in found[1:]
    ]
    if fault := _refused(found[0], root):
        return None, [fault, *also]
    return found[0], also


def shown(path: Path, root: Path) -> str:
    """A path as problems name it: relative to the root, with slashes, and readable whatever its bytes."""
    relative = os.fsencode(path.relative_to(root).as_posix()).decode("utf-8", "backslashreplace")
    return relative if relative.isprintable() else relative.encode("unicode_escape").decode()


def _visible(base: Path, problems: list[Problem], root: Path) -> Iterator[Path]:
    def note(error: OSError) -> None:
        if base.exists():
            where = SourceRef(shown(Path(error.filename), root))
            problems.append(Problem(where, f"cannot be read: {error.strerror}", "make the folder readable"))

    for parent, folders, names in os.walk(base, onerror=note):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for path in (Path(parent, name) for name in folders):
            if path.is_symlink():
                what = "is a link to a folder, and is not read"
                problems.append(Problem(SourceRef(shown(path, root)), what, "put the folder itself in its place"))
        yield from (Path(parent, name) for name in names if not name.startswith("."))


def _fault_of(path: Path, root: Path) -> Problem | None:
    where = SourceRef(shown(path, root))
    if not path.name.isprintable():
        return Problem(where, "the file's name holds signs that are no text", "rename the file")
    if path.suffix not in SUFFIXES:
        what = f"is not read: only {', '.join(SUFFIXES)} files are"
        return Problem(where, what, "rename it, or keep it elsewhere", Severity.WARNING)
    return _refused(path, root)


def _refused(path: Path, root: Path) -> Problem | None:
    reason = reading.refusal(path, root)
    return Problem(SourceRef(shown(path, root)), reason, "delete it, or put a file in its place") if reason else None
