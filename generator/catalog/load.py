"""A digest's folder in; a Catalog or Problems out.

Every file is read, whatever the others hold, so that all problems are told at once; an unreadable one gives one.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any, Generic, TypeVar

from pydantic import BaseModel, ValidationError
from pydantic_core import ErrorDetails

from generator.catalog import checks
from generator.catalog.models import Category, Digest, Issue, Paper, Record, Tag, Venue
from generator.catalog.source import Mapping, Node, Scalar, Source, locate, plain, read_source
from generator.catalog.source import Sequence as SequenceNode
from generator.problems import Problem, ProblemsFound, SourceRef, errors_of

SUFFIXES = frozenset({".yaml", ".yml", ".json"})
CONTENT = "content"

R = TypeVar("R", bound=Record)


@dataclass(frozen=True)
class Located(Generic[R]):
    """A record with the node it was read from, so that later checks can name the place of any of its fields."""

    record: R
    source: Source
    node: Node

    def ref(self, *route: str | int, key: bool = False) -> SourceRef:
        """The place of a field, named by its keys and positions; of the record itself without any."""
        return self.source.ref(locate(self.node, route, key=key))


@dataclass(frozen=True)
class Catalog:
    """All validated records of a digest."""

    digest: Digest
    papers: tuple[Paper, ...]
    categories: tuple[Category, ...]
    tags: tuple[Tag, ...]
    venues: tuple[Venue, ...]
    issues: tuple[Issue, ...]
    refs: dict[str, SourceRef] = field(default_factory=dict, repr=False)
    """Where each paper stands, by its id."""


@dataclass
class Loaded:
    """What loading found: the catalog, unless there are errors, and all problems, sorted by place."""

    catalog: Catalog | None
    problems: list[Problem]
    counts: dict[str, int]


class _Reader:
    """Reads files into located records and collects the problems."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.problems: list[Problem] = []

    def files(self, folder: str) -> list[Path]:
        base = self.root / CONTENT / folder
        return sorted(path for path in base.rglob("*") if path.suffix in SUFFIXES and path.is_file())

    def source(self, path: Path) -> Source | None:
        try:
            return read_source(path, path.relative_to(self.root).as_posix())
        except ProblemsFound as found:
            self.problems += found.problems
            return None

    def record(
        self, model: type[R], source: Source, node: Node, given: dict[str, str] | None = None
    ) -> Located[R] | None:
        """One record from a mapping; `given` are the values that the file's name gives."""
        if not isinstance(node, Mapping):
            what = f"a {model.__name__.lower()} is a mapping, and here stands {_name_of(node)}"
            self.problems.append(
                Problem(source.ref(node.mark), what, "write `key: value` lines, like those of its neighbours")
            )
            return None
        values = plain(node)
        assert isinstance(values, dict)
        try:
            record = model.model_validate({**(given or {}), **values})
        except ValidationError as error:
            self.problems += [_told(details, model, source, node) for details in error.errors(include_url=False)]
            return None
        return Located(record, source, node)

    def single(self, model: type[R], name: str) -> Located[R] | None:
        """The record in one of the fixed files of `content/`."""
        path = self._fixed(name)
        source = self.source(path) if path else None
        return self.record(model, source, source.root) if source else None

    def listed(self, model: type[R], name: str, *, required: bool) -> list[Located[R]]:
        """The records in one of the controlled lists of `content/`."""
        path = self._fixed(name, required=required)
        source = self.source(path) if path else None
        return list(self._items(model, source)) if source else []

    def shelf(self) -> checks.Shelf:
        """Everything but the settings, each record with its place."""
        categories = self.listed(Category, "categories", required=True)
        tags = self.listed(Tag, "tags", required=False)
        venues = self.listed(Venue, "venues", required=False)
        papers = list(self.papers())
        issues = list(self.issues())
        return checks.Shelf(papers, categories, tags, venues, issues, complete=not errors_of(self.problems))

    def papers(self) -> Iterator[Located[Paper]]:
        for path in self.files("papers"):
            source = self.source(path)
            if source is None:
                continue
            if isinstance(source.root, SequenceNode):
                yield from self._items(Paper, source)
            elif located := self.record(Paper, source, source.root, {"id": path.stem}):
                if located.record.id != path.stem:
                    what = f"the id `{located.record.id}` is not the file's name"
                    remedy = f"delete the line, or name the file {located.record.id}{path.suffix}"
                    self.problems.append(Problem(located.ref("id"), what, remedy))
                yield located

    def issues(self) -> Iterator[Located[Issue]]:
        for path in self.files("issues"):
            source = self.source(path)
            if source is None:
                continue
            if located := self.record(Issue, source, source.root, {"date": path.stem}):
                if located.record.key != path.stem:
                    what = f"the date {located.record.key} is not the file's name"
                    self.problems.append(
                        Problem(located.ref("date"), what, f"name the file {located.record.key}{path.suffix}")
                    )
                yield located

    def _items(self, model: type[R], source: Source) -> Iterator[Located[R]]:
        if not isinstance(source.root, SequenceNode):
            what = f"the file must be a list, and it is {_name_of(source.root)}"
            self.problems.append(Problem(source.ref(source.root.mark), what, "begin every record with `- `"))
            return
        for node in source.root.items:
            if located := self.record(model, source, node):
                yield located

    def _fixed(self, name: str, *, required: bool = True) -> Path | None:
        for suffix in sorted(SUFFIXES, reverse=True):
            path = self.root / CONTENT / f"{name}{suffix}"
            if path.is_file():
                return path
        if required:
            where = SourceRef(f"{CONTENT}/{name}.yaml")
            self.problems.append(
                Problem(where, "the file is missing", "create it; CONTRIBUTING.md shows what it holds")
            )
        return None


def load(root: Path, today: date) -> Loaded:
    """Read and check the digest in a folder. `today` is the day after which an `added` is doubtful."""
    reader = _Reader(root)
    digest = reader.single(Digest, "digest")
    shelf = reader.shelf()
    problems = sorted({*reader.problems, *checks.run(shelf, today)})
    counts = {
        "papers": len(shelf.papers),
        "categories": len(shelf.categories),
        "tags": len(shelf.tags),
        "issues": len(shelf.issues),
    }
    if errors_of(problems) or digest is None:
        return Loaded(None, problems, counts)
    names = checks.Names(shelf)
    catalog = Catalog(
        digest=digest.record,
        papers=tuple(names.settle(located.record) for located in shelf.papers),
        categories=_records(shelf.categories),
        tags=_records(shelf.tags),
        venues=_records(shelf.venues),
        issues=tuple(sorted(_records(shelf.issues), key=lambda issue: issue.date)),
        refs={located.record.id: located.ref() for located in shelf.papers},
    )
    return Loaded(catalog, problems, counts)


def read_shelf(root: Path) -> checks.Shelf:
    """A digest's records without the checks among them. Raises ProblemsFound when one is unreadable."""
    reader = _Reader(root)
    shelf = reader.shelf()
    if errors_of(reader.problems):
        raise ProblemsFound(reader.problems)
    return shelf


def load_or_raise(root: Path, today: date) -> tuple[Catalog, list[Problem]]:
    """The catalog and its warnings. Raises ProblemsFound, with every problem, when there are errors."""
    loaded = load(root, today)
    if loaded.catalog is None:
        raise ProblemsFound(loaded.problems)
    return loaded.catalog, loaded.problems


def _records(located: Sequence[Located[R]]) -> tuple[R, ...]:
    return tuple(item.record for item in located)


def _name_of(node: Node) -> str:
    if isinstance(node, Scalar):
        return "nothing" if node.text is None else "a text"
    return "a list" if isinstance(node, SequenceNode) else "a mapping"


# ---- pydantic's errors, in words a contributor can act on ------------------------------------------------------------

_EXAMPLES = {
    "title": 'title: "A title"',
    "authors": "authors: [Ada Lovelace, Alan Turing]",
    "categories": "categories: [segmentation]",
    "tags": "tags: [mri, diffusion]",
    "summary": 'summary: {text: "One sentence.", by: human}',
    "venue": "venue: {name: ICLR, year: 2025}",
    "links": "links: {code: https://…}",
    "entries": '- {paper: mmed-rag, reason: "Why it is in this issue."}',
    "news": 'news: [{date: 2026-12-01, kind: note, text: "…"}]',
    "start_here": 'start_here: [{paper: mmed-rag, why: "One sentence."}]',
    "aliases": "aliases: [former-name]",
}


def _told(details: ErrorDetails, model: type[BaseModel], source: Source, node: Node) -> Problem:
    route = tuple(details["loc"])
    at = source.ref(locate(node, route))
    kind = details["type"]
    name = _field_name(route)
    context: dict[str, Any] = details.get("ctx", {})
    if kind == "fault":
        return Problem(at, f"{name}: {context['what']}", context["remedy"])
    if kind == "missing":
        example = _EXAMPLES.get(str(route[-1]), f"{route[-1]}: …")
        return Problem(at, f"`{route[-1]}` is missing", f"add it: {example}")
    if kind == "extra_forbidden":
        at = source.ref(locate(node, route, key=True))
        return Problem(at, f"unknown key `{route[-1]}`", _known_keys(model, route))
    what, remedy = _EXPECTED.get(kind, (details["msg"], "correct the value"))
    return Problem(at, f"{name}: {what.format(**context)}", _example(route, remedy.format(**context)))


_EXPECTED = {
    "string_type": ("a text belongs here", "write one text, in quotes if it holds `: ` or begins with a sign"),
    "tuple_type": ("a list belongs here", "write a list in brackets, or lines that begin with `- `"),
    "model_type": ("a mapping belongs here", "write `key: value` pairs"),
    "int_parsing": ("a whole number belongs here", "write digits only"),
    "int_type": ("a whole number belongs here", "write digits only"),
    "enum": ("the value is not one of those known", "write {expected}"),
    "literal_error": ("the value is not one of those known", "write {expected}"),
    "too_short": ("the list is empty", "add at least one"),
    "greater_than_equal": ("the number is too small", "write {ge} or more"),
    "less_than_equal": ("the number is too large", "write {le} or less"),
}


def _field_name(route: tuple[str | int, ...]) -> str:
    keys = [str(step) for step in route if isinstance(step, str)]
    return ".".join(keys) or "the record"


def _example(route: tuple[str | int, ...], remedy: str) -> str:
    example = _EXAMPLES.get(str(route[-1])) if route else None
    return f"{remedy}, like {example}" if example else remedy


def _known_keys(model: type[BaseModel], route: tuple[str | int, ...]) -> str:
    keys = _keys_at(model, route[:-1])
    close = difflib.get_close_matches(str(route[-1]), keys, n=1)
    if close:
        return f"did you mean `{close[0]}`? A key of your own begins with `x-`"
    return f"known are {', '.join(keys)}; a key of your own begins with `x-`"


def _keys_at(model: type[BaseModel], route: tuple[str | int, ...]) -> list[str]:
    """The keys that the model at the end of a route knows."""
    for step in route:
        if isinstance(step, str) and step in model.model_fields:
            nested = next(iter(_models_in(model.model_fields[step].annotation)), None)
            model = nested or model
    return [info.alias or name for name, info in model.model_fields.items()]


def _models_in(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for part in getattr(annotation, "__args__", ()):
        yield from _models_in(part)
