"""What a digest is compared with: the Site of an earlier state, in a folder or at a git revision.

An earlier state need not be sound. What cannot be read of it is left out, and a note says so.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TypeVar

from paper_digest import reading
from paper_digest.catalog import files
from paper_digest.catalog.catalog import Catalog, load, read_shelf
from paper_digest.catalog.located import Names, Shelf
from paper_digest.catalog.records import Digest, Issue, Paper
from paper_digest.diff import revisions, running
from paper_digest.diff.revisions import NoBase
from paper_digest.digest.config import CONFIG
from paper_digest.digest.hand_written import read_pages
from paper_digest.digest.identity import Identity, read_identity
from paper_digest.digest.opening import stale
from paper_digest.digest.places import Places
from paper_digest.digest.site import Site
from paper_digest.problems import Problem, ProblemsFound, errors_of

__all__ = ["Base", "NoBase", "config_of", "read_base"]

V = TypeVar("V")


@dataclass(frozen=True)
class Base:
    """An earlier state of a digest: its site, its problems, its mkdocs.yml as it stands, and what to know about it."""

    site: Site
    problems: tuple[Problem, ...]
    config: bytes | None
    notes: tuple[str, ...]
    changed: tuple[str, ...] = ()
    """The files that are different now, or gone, from the digest's root on."""


def read_base(root: Path, base: str, head: Site, today: date) -> Base:
    """The state that `base` means: a folder with a digest, or else a revision of the repository around `root`.

    `head` is the site of today: its templates show both, and what the base cannot say is taken from it. Raises NoBase
    when `base` is neither, or nothing of its catalog can be read.
    """
    if _holds_digest(base):
        return replace(_read(Path(base), base, head, today), changed=running.differing(Path(base), root))
    with TemporaryDirectory(prefix="paper-digest-") as place:
        went_on = revisions.take_out(root, base, Path(place))
        found = replace(_read(Path(place), base, head, today), changed=revisions.changed(root, base))
    if went_on:
        return found
    note = (
        f"`{base}` has commits that this branch has not: what they brought counts as taken away here. "
        "Compare with the commit where the two parted, or merge first."
    )
    return replace(found, notes=(note, *found.notes))


def config_of(folder: Path) -> bytes | None:
    """The bytes of a digest's mkdocs.yml."""
    path = folder / CONFIG
    return _bytes(path)


def _bytes(path: Path) -> bytes | None:
    try:
        return reading.read_bytes(path)
    except OSError:
        return None


def _holds_digest(base: str) -> bool:
    try:
        return bool(base) and ((Path(base) / files.CONTENT).is_dir() or (Path(base) / CONFIG).is_file())
    except (OSError, ValueError):
        return False  # no path at all


def _read(folder: Path, base: str, head: Site, today: date) -> Base:
    identity, notes = _identity(folder, head)
    pages, problems = read_pages(Places(folder))
    if not _holds_catalog(folder):
        notes = [f"`{base}` holds no catalog yet: everything is new."]
        return Base(Site(_nothing(head), identity, head.templates, pages), (), config_of(folder), tuple(notes))
    loaded = load(folder, today)
    catalog = loaded.catalog
    if catalog is None:
        catalog = _catalog(_readable(folder, base), head.catalog.digest)
        notes.append(_warning(base, errors_of(loaded.problems)))
    site = Site(catalog, identity, head.templates, pages)
    return Base(
        site,
        tuple(sorted({*loaded.problems, *stale(folder, loaded.shelf), *problems})),
        config_of(folder),
        tuple(notes),
    )


def _identity(folder: Path, head: Site) -> tuple[Identity, list[str]]:
    try:
        return read_identity(folder), []
    except ProblemsFound:
        return head.identity, [f"The base has no {CONFIG} that can be read: its name and address are taken as today's."]


def _holds_catalog(folder: Path) -> bool:
    fixed = (files.fixed(folder, name, required=False)[0] for name in ("digest", "categories"))
    return any(fixed) or bool(files.in_folder(folder, "papers")[0])


def _nothing(head: Site) -> Catalog:
    return Catalog(head.catalog.digest, (), (), (), (), ())


def _warning(base: str, errors: list[Problem]) -> str:
    count = "an error" if len(errors) == 1 else f"{len(errors)} errors"
    return (
        f"The digest of `{base}` has {count} of its own, the first at {errors[0].where}: {errors[0].what}. "
        "It is compared as far as it can be read, and its settings are taken to be today's."
    )


# ---- what can be read of a digest with errors ------------------------------------------------------------------------


def _readable(folder: Path, base: str) -> Shelf:
    """The records of a digest, without the files that cannot be read. Raises NoBase when the lists are among them."""
    try:
        return read_shelf(folder)
    except ProblemsFound as found:
        faulty = {problem.where.path for problem in errors_of(found.problems)}
    with TemporaryDirectory(prefix="paper-digest-") as place:
        _copy_without(faulty, folder, Path(place))
        try:
            return read_shelf(Path(place))
        except ProblemsFound as found:
            first = errors_of(found.problems)[0]
            what = f"the catalog of `{base}` cannot be read: {first.where}: {first.what}"
            raise NoBase(what, "compare with a revision or folder whose catalog is sound") from None


def _copy_without(faulty: set[str], folder: Path, place: Path) -> None:
    def left_out(parent: str, names: list[str]) -> list[str]:
        return [name for name in names if files.shown(Path(parent, name), folder) in faulty]

    shutil.copytree(folder / files.CONTENT, place / files.CONTENT, symlinks=True, ignore=left_out)


def _catalog(shelf: Shelf, digest: Digest) -> Catalog:
    """The catalog of records that were not checked among each other: what refers to nothing is dropped."""
    names = Names(shelf)
    categories = _first_of_each((item.record.id, item.record) for item in shelf.categories)
    papers = _first_of_each((item.record.id, names.settle(item.record)) for item in shelf.papers)
    issues = _first_of_each((item.record.key, item.record) for item in shelf.issues)
    return Catalog(
        digest=digest,
        papers=tuple(_within(paper, categories) for paper in papers.values()),
        categories=tuple(categories.values()),
        tags=tuple(_first_of_each((item.record.id, item.record) for item in shelf.tags).values()),
        venues=tuple(_first_of_each((item.record.name, item.record) for item in shelf.venues).values()),
        issues=tuple(_of_known_papers(sorted(issues.values(), key=lambda issue: issue.date), papers)),
        refs={item.record.id: item.ref() for item in shelf.papers},
    )


def _first_of_each(pairs: Iterable[tuple[str, V]]) -> dict[str, V]:
    found: dict[str, V] = {}
    for key, value in pairs:
        found.setdefault(key, value)
    return found


def _within(paper: Paper, categories: Iterable[str]) -> Paper:
    return paper.model_copy(update={"categories": tuple(each for each in paper.categories if each in categories)})


def _of_known_papers(issues: Iterable[Issue], papers: Iterable[str]) -> Iterator[Issue]:
    for issue in issues:
        entries = tuple(entry for entry in issue.entries if entry.paper in papers)
        if entries:
            yield issue.model_copy(update={"entries": entries})
