"""A digest's folder in; a Catalog or Problems out.

Every file is read, whatever the others hold, so that all problems are told at once; an unreadable one gives one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from pydantic import ValidationError

from paper_digest.catalog import checks, files, wording
from paper_digest.catalog.located import Located, Names, R, Shelf
from paper_digest.catalog.promises import LEDGER, Ledger, broken_promises, missing_of_sent
from paper_digest.catalog.records import (
    ID_RULE,
    Category,
    Digest,
    Gone,
    Issue,
    Paper,
    Tag,
    Venue,
    is_day,
    is_identifier,
)
from paper_digest.catalog.sent import changed_since, read_sent, unreadable
from paper_digest.catalog.snapshots import Snapshot, read_snapshots, settled
from paper_digest.catalog.source import Mapping, Node, Scalar, Source, Value, plain, read_source
from paper_digest.catalog.source import Sequence as SequenceNode
from paper_digest.problems import Problem, ProblemsFound, SourceRef, errors_of


@dataclass(frozen=True)
class Catalog:
    """All validated records of a digest."""

    digest: Digest
    papers: tuple[Paper, ...]
    categories: tuple[Category, ...]
    tags: tuple[Tag, ...]
    venues: tuple[Venue, ...]
    issues: tuple[Issue, ...]
    gone: tuple[Gone, ...] = ()
    refs: dict[str, SourceRef] = field(default_factory=dict, repr=False)
    """Where each paper stands, by its id."""
    ledger: Ledger | None = None
    """What was published before."""
    metrics: tuple[Snapshot, ...] = ()
    """What papers counted on some days, the oldest first."""


@dataclass
class Loaded:
    """What loading found: the catalog, unless there are errors, and all problems, sorted by place."""

    catalog: Catalog | None
    problems: list[Problem]
    counts: dict[str, int]
    shelf: Shelf
    """The records by themselves, with their places."""


def load(root: Path, today: date) -> Loaded:
    """Read and check the digest in a folder. `today` is the day after which an `added` is doubtful."""
    reader = _Reader(root)
    digest = reader.single(Digest, "digest")
    shelf = reader.shelf()
    published = reader.ledger()
    snapshots, faults = read_snapshots(root, today)
    problems = sorted({*reader.problems, *faults, *checks.run(shelf, today)})
    sent = changed_since(read_sent(root), shelf.issues, _records(shelf.papers), _records(shelf.gone))
    problems = sorted({*problems, *sent, *unreadable(root)})
    if digest:
        problems = sorted({*problems, *checks.provider_is_complete(digest)})
    if published and digest:
        lost = missing_of_sent(published, read_sent(root), digest.record.key)
        problems = sorted({*problems, *broken_promises(published, shelf, digest.record.key), *lost})
    counts = {
        "papers": len(shelf.papers),
        "categories": len(shelf.categories),
        "tags": len(shelf.tags),
        "issues": len(shelf.issues),
    }
    if errors_of(problems) or digest is None:
        return Loaded(None, problems, counts, shelf)
    names = Names(shelf)
    catalog = Catalog(
        digest=digest.record,
        papers=tuple(names.settle(located.record) for located in shelf.papers),
        categories=tuple(map(names.settle_category, _records(shelf.categories))),
        tags=_records(shelf.tags),
        venues=_records(shelf.venues),
        issues=tuple(sorted(map(names.settle_issue, _records(shelf.issues)), key=lambda issue: issue.date)),
        gone=_records(shelf.gone),
        refs={located.record.id: _place(located) for located in shelf.papers},
        ledger=published.record if published else None,
        metrics=settled(snapshots, names.former),
    )
    return Loaded(catalog, problems, counts, shelf)


def read_shelf(root: Path) -> Shelf:
    """A digest's records without the checks among them. Raises ProblemsFound when one is unreadable."""
    reader = _Reader(root)
    shelf = reader.shelf()
    if errors_of(reader.problems):
        raise ProblemsFound(reader.problems)
    return shelf


class _Reader:
    """Reads files into located records, and collects the problems."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []
        self.broken: set[str] = set()

    def shelf(self) -> Shelf:
        """Everything but the settings, each record with its place."""
        with self._noting("categories"):
            categories = self._listed(Category, "categories", required=True)
        with self._noting("tags"):
            tags = self._listed(Tag, "tags", required=False)
        with self._noting("venues"):
            venues = self._listed(Venue, "venues", required=False)
        with self._noting("papers"):
            papers = list(self._papers())
        with self._noting("issues"):
            issues = list(self._issues())
        with self._noting("gone"):
            gone = self._listed(Gone, "gone", required=False)
        return Shelf(papers, categories, tags, venues, issues, gone, broken=frozenset(self.broken))

    def single(self, model: type[R], name: str) -> Located[R] | None:
        """The record in one of the fixed files of `content/`."""
        source = self._fixed(name, required=True)
        return self._record(model, source, source.root) if source else None

    def ledger(self) -> Located[Ledger] | None:
        """What was published, if anything was."""
        source = self._fixed(LEDGER, required=False)
        located = self._record(Ledger, source, source.root) if source else None
        return located if located and not located.faulty else None

    @contextmanager
    def _noting(self, part: str) -> Iterator[None]:
        """Remember that a part could not be read whole: what refers to it is then not at fault."""
        before = len(errors_of(self.problems))
        yield
        if len(errors_of(self.problems)) > before:
            self.broken.add(part)

    def _papers(self) -> Iterator[Located[Paper]]:
        for path, source in self._sources("papers"):
            if isinstance(source.root, SequenceNode):
                yield from self._items(Paper, source)
            elif not is_identifier(path.stem):
                self._misnamed(source, f"`{path.stem}` cannot be a paper's id", f"rename the file: {ID_RULE}")
            elif located := self._record(Paper, source, source.root, {"id": path.stem}):
                self._compare_with_name(located, "id", located.record.id, path)
                yield located

    def _issues(self) -> Iterator[Located[Issue]]:
        for path, source in self._sources("issues"):
            if not is_day(path.stem):
                self._misnamed(
                    source, f"`{path.stem}` is not a day", "rename the file to its date, like 2026-11-24.yaml"
                )
            elif located := self._record(Issue, source, source.root, {"date": path.stem}):
                self._compare_with_name(located, "date", located.record.key, path)
                yield located

    def _compare_with_name(self, located: Located[R], field: str, value: str, path: Path) -> None:
        """A file's name says a paper's id or an issue's date; the file may repeat it, but not say otherwise."""
        if value != path.stem and field not in located.faulty:
            what = f"the {field} `{value}` is not the file's name"
            remedy = f"delete the line, or name the file {value}{path.suffix}"
            self.problems.append(Problem(located.ref(field), what, remedy))

    def _misnamed(self, source: Source, what: str, remedy: str) -> None:
        self.problems.append(Problem(SourceRef(source.path), what, remedy))

    def _sources(self, folder: str) -> Iterator[tuple[Path, Source]]:
        paths, problems = files.in_folder(self.root, folder)
        self.problems += problems
        for path in paths:
            if source := self._source(path):
                yield path, source

    def _listed(self, model: type[R], name: str, *, required: bool) -> list[Located[R]]:
        """The records in one of the controlled lists of `content/`."""
        source = self._fixed(name, required=required)
        return list(self._items(model, source)) if source else []

    def _fixed(self, name: str, *, required: bool) -> Source | None:
        path, problems = files.fixed(self.root, name, required=required)
        self.problems += problems
        return self._source(path) if path else None

    def _source(self, path: Path) -> Source | None:
        try:
            source = read_source(path, files.shown(path, self.root))
        except ProblemsFound as found:
            self.problems += found.problems
            return None
        self.problems += source.faults
        return source

    def _items(self, model: type[R], source: Source) -> Iterator[Located[R]]:
        if not isinstance(source.root, SequenceNode):
            what = f"the file must be a list, and it is {_name_of(source.root)}"
            self.problems.append(Problem(source.ref(source.root.mark), what, "begin every record with `- `"))
            return
        if not source.root.items:
            self.problems.append(
                Problem(source.ref(source.root.mark), "the list is empty", "add a record, or delete the file")
            )
        for node in source.root.items:
            if located := self._record(model, source, node):
                yield located

    def _record(
        self, model: type[R], source: Source, node: Node, given: dict[str, str] | None = None
    ) -> Located[R] | None:
        """One record from a mapping; `given` are the values that the file's name gives."""
        if not isinstance(node, Mapping):
            kind = model.__name__.lower()
            what = f"a mapping with the keys of one {kind} belongs here, and here stands {_name_of(node)}"
            remedy = "write `key: value` lines, like those of its neighbours"
            self.problems.append(Problem(source.ref(node.mark), what, remedy))
            return None
        values = plain(node)
        assert isinstance(values, dict)
        try:
            named = {key: value for key, value in (given or {}).items() if values.get(key) is None}
            record = model.model_validate({**values, **named})
        except ValidationError as error:
            details = error.errors(include_url=False)
            self.problems += wording.problems(details, model, source, node)
            return _salvaged(
                model, source, node, {**values, **named}, {str(each["loc"][0]) for each in details if each["loc"]}
            )
        return Located(record, source, node)


_STAND_INS = {"title": "untitled"}


def _salvaged(
    model: type[R], source: Source, node: Node, values: dict[str, Value], faulty: set[str]
) -> Located[R] | None:
    """What remains of a record without its faulty fields, so that the other checks can tell their problems too."""
    sound = {key: value for key, value in values.items() if key not in faulty}
    needed = {key: text for key, text in _STAND_INS.items() if key in faulty and key in model.model_fields}
    try:
        return Located(model.model_validate({**sound, **needed}), source, node, frozenset(faulty))
    except ValidationError:
        return None


def _place(located: Located[Paper]) -> SourceRef:
    """Where a paper stands: its file, or within a list the line of its record."""
    is_alone = located.node is located.source.root
    return SourceRef(located.source.path) if is_alone else located.ref()


def _records(located: Sequence[Located[R]]) -> tuple[R, ...]:
    return tuple(item.record for item in located)


def _name_of(node: Node) -> str:
    if isinstance(node, Scalar):
        return "nothing" if node.text is None else "a text"
    return "a list" if isinstance(node, SequenceNode) else "a mapping"
