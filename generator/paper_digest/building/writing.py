"""The one writer of what is made: what changed is written, and what is left over removed."""

from __future__ import annotations

import re
from collections.abc import Callable
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from pathlib import Path

from paper_digest import urls
from paper_digest.outputs.artifact import DOCS, EMAIL, SEARCH, Artifact
from paper_digest.writing.folder import MARK, MARKED, Contents, Folder, refuse, shown

FOLDERS = (DOCS, EMAIL, SEARCH)


@dataclass(frozen=True)
class Written:
    """What the writer did, in numbers of files."""

    total: int
    changed: int
    removed: int


def write(build: Path, artifacts: list[Artifact]) -> Written:
    """Write the artifacts below the build folder, and remove what earlier runs left there.

    Raises ProblemsFound, before anything is touched, when a link is in the way, or a folder that is not ours.
    """
    with Folder(build.parent) as folder:
        wanted = {f"{build.name}/{artifact.path}": artifact.content for artifact in artifacts}
        present = judged(folder, build.name)
        marks = {f"{build.name}/{name}/{MARK}" for name in FOLDERS}
        removed = sum(_prune(folder, contents, wanted.keys() | marks) for contents in present)
        for name in dict.fromkeys(artifact.path.partition("/")[0] for artifact in artifacts):
            folder.write(f"{build.name}/{name}/{MARK}", MARKED)
        changed = sum(folder.write(place, content) for place, content in wanted.items())
    return Written(len(wanted), changed, removed)


def judged(folder: Folder, build: str) -> list[Contents]:
    """What is in the folders that are written and emptied. Raises ProblemsFound when a link, or somebody, is there."""
    return [_ours(folder, f"{build}/{name}") for name in FOLDERS]


def _ours(folder: Folder, place: str) -> Contents:
    """What is in a folder that may be emptied. Raises ProblemsFound when somebody else made it."""
    contents = folder.contents(place)
    inside = [path.removeprefix(f"{place}/") for path in contents.files]
    if inside and MARK not in inside and not _BEFORE_MARKS[place.rpartition("/")[2]](inside):
        what = f"holds what paper-digest did not make, such as `{shown(inside[0])}`, and would be emptied"
        refuse(place, what, "move it elsewhere, or delete it: the next run makes this folder anew")
    return contents


def _all(pattern: str) -> Callable[[list[str]], bool]:
    return lambda names: all(re.fullmatch(pattern, name) for name in names)


_BEFORE_MARKS: dict[str, Callable[[list[str]], bool]] = {
    DOCS: lambda names: {"index.md", urls.CARDS} <= set(names),
    EMAIL: _all(r"\d{4}-\d\d-\d\d\.(html|txt|eml)"),
    SEARCH: _all(r"papers/[^/]+/index\.html"),
}
"""How a folder looks that was made before folders were marked."""


def _prune(folder: Folder, contents: Contents, wanted: AbstractSet[str]) -> int:
    """Remove the files that are not wanted, and then the folders that are empty, but for the first."""
    unwanted = [place for place in contents.files if place not in wanted]
    for place in unwanted:
        folder.remove(place)
    for place in reversed(contents.folders[1:]):
        folder.remove_if_empty(place)
    return len(unwanted)
