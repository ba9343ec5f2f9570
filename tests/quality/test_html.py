"""Every page of both sites, read by two strict readers: the specification's parser, and the Nu checker."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

import html5lib
import pytest

from tests.conftest import REPOSITORY
from tests.sound.made import Built
from tests.tools import java, module

pytestmark = pytest.mark.real
ASSETS = REPOSITORY / "theme/overrides/assets"


@dataclass(frozen=True)
class Message:
    """What the Nu checker says of a place."""

    kind: str
    says: str
    of: str

    @classmethod
    def read(cls, raw: dict[str, str | int]) -> Message:
        extract, start, length = str(raw.get("extract", "")), int(raw.get("hiliteStart", 0)), raw.get("hiliteLength")
        of = extract[start:][: int(length) if length is not None else None]
        return cls(str(raw.get("subType", raw["type"])), str(raw["message"]), of)


AUTOCOMPLETE = (
    "Attribute “autocomplete” is only allowed when the input type is “color”, “date”, “datetime-local”, “email”, "
    "“hidden”, “month”, “number”, “password”, “range”, “search”, “tel”, “text”, “time”, “url”, or “week”."
)


def toggle(name: str) -> str:
    return f'<input class="md-toggle" data-md-toggle="{name}" type="checkbox" id="__{name}" autocomplete="off">'


# What Material's base template makes in places that no block of it lets us change, with the line there that makes it.
# Each goes by its element too, so that the same fault in a template of ours is told.
EXCUSED = {
    Message("error", AUTOCOMPLETE, toggle("drawer")): 99,
    Message("error", AUTOCOMPLETE, toggle("search")): 100,
}


def parse_errors(file: Path) -> list[str]:
    parser = html5lib.HTMLParser()
    parser.parse(file.read_bytes())
    return [f"{file}:{line}:{column}: {code} {values}" for (line, column), code, values in parser.errors]


def own_pages(built: Built) -> list[Path]:
    """The pages that the program makes. Those that people write may hold what HTML they like."""
    by_hand = {built.folder / f"{page.stem}/index.html" for page in built.site.pages}
    return [page for page in sorted(built.folder.rglob("*.html")) if page not in by_hand]


@pytest.mark.parametrize("name", ["made_up", "real_built"])
def test_every_page_is_parsed_without_an_error(request: pytest.FixtureRequest, name: str) -> None:
    check_pages_are_parsed(request.getfixturevalue(name))


def check_pages_are_parsed(built: Built) -> None:
    pages = own_pages(built)
    assert len(pages) > len(built.site.papers) + len(built.site.category) + len(built.site.issues)
    assert [error for page in pages for error in parse_errors(page)] == []


# For the session, so that it skips before a site is built for nothing.
@pytest.fixture(scope="session")
def program() -> list[str]:
    return [java(), "-jar", module("vnu-jar/build/dist/vnu.jar")]


def nu_checker(program: list[str], targets: list[Path]) -> Iterator[tuple[Message, str]]:
    """All that it has to say, warnings too, each with its place."""
    command = [*program, "--also-check-svg", "--format", "json", "--stdout", *map(str, targets)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=600, check=False)
    assert done.stdout, done.stderr
    for raw in json.loads(done.stdout)["messages"]:
        yield Message.read(raw), f"{raw.get('url')}:{raw.get('lastLine')}"


# One test, since the checker takes seconds to start, and who splits it has every worker start it. Style sheets are not
# asked about: its list of CSS properties is older than some that browsers have long known.
def test_the_nu_checker_finds_what_materials_base_template_makes_and_nothing_else(
    program: list[str], made_up: Built, real_built: Built
) -> None:
    pages = [page for built in (made_up, real_built) for page in own_pages(built)]
    places: dict[Message, list[str]] = {}
    for message, place in nu_checker(program, [*pages, *sorted(ASSETS.rglob("*.svg"))]):
        places.setdefault(message, []).append(place)
    told = [f"{len(found)} times, first in {found[0]}: {each}" for each, found in places.items() if each not in EXCUSED]
    assert told == [], "\n".join(told)
    assert EXCUSED.keys() - places.keys() == set(), "what nobody finds any more needs no excuse: take it off the list"


@pytest.mark.parametrize(("excused", "line"), EXCUSED.items(), ids=lambda value: str(getattr(value, "of", value)))
def test_what_is_excused_stands_in_materials_base_template(excused: Message, line: int) -> None:
    template = (files("material") / "templates/base.html").read_text("utf-8")
    assert template.splitlines()[line - 1].strip() == excused.of
