"""Output files before they are written, and the one writer: gather everything, then write only what changed."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from generator import urls

DOCS = "docs"
EMAIL = "email"
SEARCH = "search"
FOLDERS = (DOCS, EMAIL, SEARCH)


@dataclass(frozen=True)
class Artifact:
    """One output file: its path below the build folder, and its bytes."""

    path: str
    content: bytes

    @classmethod
    def doc(cls, path: str, content: str | bytes) -> Artifact:
        """A file of the docs folder, which MkDocs reads."""
        return cls(f"{DOCS}/{path}", content.encode() if isinstance(content, str) else content)

    @classmethod
    def mail(cls, path: str, content: str | bytes) -> Artifact:
        """A file of the email folder."""
        return cls(f"{EMAIL}/{path}", content.encode() if isinstance(content, str) else content)

    @classmethod
    def search(cls, path: str, content: str) -> Artifact:
        """A file of the search folder, of which the search index is made."""
        return cls(f"{SEARCH}/{path}", content.encode())


@dataclass(frozen=True)
class Written:
    """What the writer did, in numbers of files."""

    total: int
    changed: int
    removed: int


def gather(groups: Iterable[Iterable[Artifact]]) -> list[Artifact]:
    """All artifacts of all groups. Two for one place, or one address of the site, are a fault of the program."""
    owners: dict[str, str] = {}
    gathered: list[Artifact] = []
    for group in groups:
        for artifact in group:
            place = _place(artifact.path)
            if place in owners:
                raise ValueError(f"two artifacts for one place: {owners[place]} and {artifact.path}")
            owners[place] = artifact.path
            gathered.append(artifact)
    return gathered


def _place(path: str) -> str:
    folder, _, rest = path.partition("/")
    return f"site:{urls.published_at(rest).casefold()}" if folder == DOCS else path


def write(build: Path, artifacts: list[Artifact]) -> Written:
    """Write the artifacts below the build folder, and remove what earlier runs left there."""
    wanted = {build / artifact.path: artifact.content for artifact in artifacts}
    changed = sum(_write_if_changed(path, content) for path, content in wanted.items())
    removed = sum(_prune(build / folder, wanted) for folder in FOLDERS)
    return Written(len(wanted), changed, removed)


def write_new(path: Path, content: str) -> None:
    """Write a file that must not exist yet. Raises FileExistsError when it does."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("x", encoding="utf-8", newline="\n") as file:
        file.write(content)


def write_over(path: Path, content: str) -> bool:
    """Write a file whole, in place of an old one; whether that changed anything."""
    return _write_if_changed(path, content.encode())


def put_back(path: Path, content: bytes | None) -> None:
    """Give a file the content that it had before, if there was one."""
    if content is None:
        path.unlink(missing_ok=True)
    else:
        _write_if_changed(path, content)


def _write_if_changed(path: Path, content: bytes) -> bool:
    if path.is_file() and path.read_bytes() == content:
        return False
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.new")
    fresh.write_bytes(content)
    fresh.replace(path)
    return True


def _prune(folder: Path, wanted: dict[Path, bytes]) -> int:
    """Remove the files that are not wanted, and then the folders that are empty."""
    removed = 0
    for parent, _, names in os.walk(folder, topdown=False):
        for name in names:
            path = Path(parent, name)
            if path not in wanted:
                path.unlink()
                removed += 1
        if Path(parent) != folder and not any(Path(parent).iterdir()):
            Path(parent).rmdir()
    return removed
