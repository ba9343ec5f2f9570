"""`paper-digest fmt` and `schema`: which files of a digest are not as they should be, and what belongs there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import ValidationError

from paper_digest.catalog import files
from paper_digest.catalog.catalog import read_shelf
from paper_digest.catalog.located import Located
from paper_digest.catalog.records import Paper, record_data
from paper_digest.catalog.source import Mark, fail, read_text
from paper_digest.editing.house_style import Layout, amended, formatted
from paper_digest.editing.schema import FOLDER, NAMED_BY_FILE, RECORDS, Known, kind_of, modeline, outdated
from paper_digest.problems import Problem, ProblemsFound, errors_of
from paper_digest.writing.changes import Change


@dataclass(frozen=True)
class Rewrite:
    """A file of a digest, and the text that belongs into it."""

    path: Path
    shown_as: str
    fresh: str

    def change(self, root: Path) -> Change:
        """What is to be carried out."""
        return Change.over(self.path.relative_to(root).as_posix(), self.fresh)


def layout_of(path: Path, root: Path) -> Layout | None:
    """How a YAML file of a digest is laid out; None for JSON, which has no style, and for files of no kind."""
    shown = files.shown(path, root)
    kind = kind_of(shown)
    if kind is None or path.suffix == ".json":
        return None
    given = {NAMED_BY_FILE[kind]: path.stem} if kind in NAMED_BY_FILE else {}
    return Layout(shown, RECORDS[kind], given, modeline(shown) if (root / FOLDER).is_dir() else "")


def out_of_style(root: Path, only: tuple[Path, ...] = ()) -> tuple[list[Rewrite], list[Problem]]:
    """The content files that are not in house style, all or those named, and the problems of those that cannot be."""
    rewrites: list[Rewrite] = []
    problems: list[Problem] = []
    for path in only or _content_files(root):
        layout = layout_of(path, root)
        try:
            if layout and (fresh := formatted(text := read_text(path, layout.path), layout)) != text:
                rewrites.append(Rewrite(path, layout.path, fresh))
        except ProblemsFound as found:
            problems += found.problems
    return rewrites, problems


def differs(item: Located[Paper], changes: Mapping[str, Any]) -> bool:
    """Whether new plain values of some keys change what a paper says."""
    data = record_data(item.record)
    try:
        return Paper.model_validate({**data, **changes}) != item.record
    except ValidationError:
        return True  # what is wrong with it is told when it is written


def rewritten(root: Path, item: Located[Paper], changes: Mapping[str, Any]) -> Rewrite:
    """The file of a paper with new plain values of some keys. Raises ProblemsFound when a program cannot write it."""
    path = root / item.source.path
    layout = layout_of(path, root)
    if layout is None:
        fail(item.source.path, Mark(1, 1), "a JSON file is not changed by a program", "change it by hand")
    record = item.record.id if item.node is not item.source.root else None
    return Rewrite(path, layout.path, amended(read_text(path, layout.path), layout, changes, record=record))


def _content_files(root: Path) -> list[Path]:
    """The files of a digest. Raises ProblemsFound when there is something else in the place of one: a link, a pipe."""
    fixed = [files.fixed(root, name, required=False) for name in RECORDS]
    found = [path for path, _ in fixed if path]
    problems = [problem for _, told in fixed for problem in told]
    for folder in ("papers", "issues"):
        paths, told = files.in_folder(root, folder)
        found += paths
        problems += told
    if refused := errors_of(problems):
        raise ProblemsFound(refused)
    return found


def stale_schemas(root: Path) -> list[Rewrite]:
    """The schemas that are missing or no longer say what `check` does. Raises ProblemsFound."""
    stale = outdated(root, Known.on(read_shelf(root)))
    return [Rewrite(path, files.shown(path, root), text) for path, text in stale]
