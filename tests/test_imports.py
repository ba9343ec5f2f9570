"""The rooms of the house: imports run one way, files import in no circle, no kind of output knows another."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import paper_digest

PACKAGE = Path(paper_digest.__file__).parent
# A room may import from its own floor and from those above it in this list.
FLOORS = (
    {"problems", "reading", "urls"},
    {"words", "writing", "reports"},
    {"catalog"},
    {"editing"},
    {"digest", "importing"},
    {"shown"},
    {"outputs", "curating"},
    {"building", "diff", "delivery", "doctor"},
    {"commands"},
)
KINDS_OF_OUTPUT = ("pages", "feeds", "emails", "exports", "search")
WITHOUT_DISK = ("outputs.pages", "outputs.feeds", "outputs.emails", "outputs.exports", "shown.cards", "shown.related")


def _name(path: Path) -> str:
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}
"""Every file of the program, by its name within the package; the package itself has none."""


def _room(module: str) -> str:
    return module.split(".")[0]


def _imported(module: str) -> set[str]:
    """The modules that a file imports: at its top, within functions, or for its types alone."""
    return set(_imports(ast.parse(MODULES[module].read_text("utf-8"))))


def _imports(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are written out, from the package on"
            for alias in node.names:
                yield from _within(f"{node.module}.{alias.name}", node.module or "")
        elif isinstance(node, ast.Import):
            for alias in node.names:
                yield from _within(alias.name, alias.name)


def _within(*names: str) -> Iterator[str]:
    """The first of some names that is a module of the package."""
    inside = (name.removeprefix("paper_digest").removeprefix(".") for name in names if _room(name) == "paper_digest")
    yield from [name for name in inside if name in MODULES][:1]


IMPORTED = {module: _imported(module) for module in MODULES}


def _floor(module: str) -> int:
    return next(number for number, rooms in enumerate(FLOORS) if _room(module) in rooms)


def test_every_room_has_its_floor_and_no_floor_a_room_that_is_not_there() -> None:
    assert {_room(module) for module in MODULES} - {""} == set().union(*FLOORS)
    assert sum(map(len, FLOORS)) == len(set().union(*FLOORS))


@pytest.mark.parametrize("module", [module for module in MODULES if module])
def test_a_file_imports_only_from_its_own_floor_and_those_before_it(module: str) -> None:
    later = {name for name in IMPORTED[module] if name and _floor(name) > _floor(module)}
    assert not later, f"{module} must not import {later}"


def _circles(arrows: dict[str, set[str]]) -> list[set[str]]:
    """The nodes that reach each other, for each such group of several."""
    reached = {start: _reached(arrows, start) for start in arrows}
    groups = ({other for other in reached[start] if start in reached.get(other, ())} | {start} for start in arrows)
    return [set(group) for group in {frozenset(group) for group in groups} if len(group) > 1]


def _reached(arrows: dict[str, set[str]], start: str) -> set[str]:
    found: set[str] = set()
    waiting = [*arrows[start]]
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting += arrows.get(name, ())
    return found


def test_circles_are_found() -> None:
    assert _circles({"a": {"b"}, "b": {"c"}, "c": {"b"}, "d": {"a"}}) == [{"b", "c"}]


def test_no_files_import_each_other_in_a_circle() -> None:
    assert _circles(IMPORTED) == []


def test_no_rooms_import_each_other_in_a_circle() -> None:
    arrows: dict[str, set[str]] = {}
    for module, names in IMPORTED.items():
        arrows.setdefault(_room(module), set()).update(_room(name) for name in names if _room(name) != _room(module))
    assert _circles(arrows) == []


def _kind(module: str) -> str:
    room, *inner = module.split(".")
    return inner[0] if room == "outputs" and inner and inner[0] in KINDS_OF_OUTPUT else ""


@pytest.mark.parametrize("module", [module for module in MODULES if _kind(module)])
def test_kinds_of_output_never_import_each_other(module: str) -> None:
    assert {_kind(name) for name in IMPORTED[module]} <= {"", _kind(module)}


@pytest.mark.parametrize(
    "module", [module for module in MODULES if f"{module}.".startswith(tuple(f"{each}." for each in WITHOUT_DISK))]
)
def test_kinds_of_output_read_neither_clock_nor_disk(module: str) -> None:
    source = MODULES[module].read_text("utf-8")
    for forbidden in (
        "datetime.now",
        "date.today",
        "time.time",
        "open(",
        ".read_text",
        ".read_bytes",
        ".write_text",
        ".write_bytes",
    ):
        assert forbidden not in source
