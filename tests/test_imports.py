"""The rooms of the house: imports run one way, and kinds of output do not know each other."""

import ast
from pathlib import Path

import pytest

import generator

PACKAGE = Path(generator.__file__).parent
# A module may import from its own layer's row and the rows above it.
LAYERS = (
    {
        "problems",
        "reading",
        "config",
        "bounds",
        "signs",
        "urls",
        "mathml",
        "text",
        "terms",
        "latex",
        "markup",
        "leftovers",
        "prose",
        "reports",
    },
    {"writing"},
    {"settings"},
    {"catalog"},
    {"site"},
    {
        "cards",
        "artifacts",
        "formatting",
        "render",
        "related",
        "citations",
        "channels",
        "shelves",
        "trends",
        "trending",
        "charts",
        "structured",
        "share",
        "versions",
    },
    {"pages", "feeds", "emails", "exports", "search", "importers"},
    {"indexing", "build", "mkdocs_process", "policy"},
    {"composing", "delivery"},
    {"issuing"},
    {"serve", "diff", "asking", "intake", "doctor"},
    {"cli"},
)
APART = ("pages", "feeds", "emails", "exports", "search", "importers")
MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


def room(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    rooms = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module == "generator":
            rooms |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and node.module.startswith("generator."):
            rooms.add(node.module.split(".")[1])
        elif isinstance(node, ast.Import):
            rooms |= {alias.name.split(".")[1] for alias in node.names if alias.name.startswith("generator.")}
    return rooms - {"__doc__"}


def layer(name: str) -> int:
    return next(number for number, names in enumerate(LAYERS) if name in names)


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_a_module_imports_only_from_its_own_layer_and_those_before_it(path: Path) -> None:
    own = room(path)
    later = {name for name in imported_rooms(path) if layer(name) > layer(own)}
    assert not later, f"{own} must not import {later}"


@pytest.mark.parametrize("path", [path for path in MODULES if room(path) in APART], ids=lambda path: path.stem)
def test_kinds_of_output_never_import_each_other(path: Path) -> None:
    assert not (imported_rooms(path) & set(APART)) - {room(path)}


def test_every_module_has_its_layer() -> None:
    assert {room(path) for path in MODULES} == set().union(*LAYERS)


@pytest.mark.parametrize(
    "path",
    [path for path in MODULES if room(path) in {"pages", "feeds", "emails", "exports", "cards", "related"}],
    ids=lambda path: path.stem,
)
def test_kinds_of_output_read_neither_clock_nor_disk(path: Path) -> None:
    source = path.read_text("utf-8")
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
