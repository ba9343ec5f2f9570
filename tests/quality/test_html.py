"""Every page of both sites, read by two strict readers: the specification's parser, and the Nu checker."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
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


def is_of_a_file(message: Message) -> bool:
    """Whether it is about the policy alone: the checker reads files, to which nothing is the site's own."""
    return message.kind == "warning" and re.search(r"blocked by “[a-z]+-src” directive", message.says) is not None


# One test, since the checker takes seconds to start, and who splits it has every worker start it. Style sheets are not
# asked about: its list of CSS properties is older than some that browsers have long known.
def test_the_nu_checker_finds_nothing(program: list[str], made_up: Built, real_built: Built) -> None:
    pages = [page for built in (made_up, real_built) for page in own_pages(built)]
    places: dict[Message, list[str]] = {}
    for message, place in nu_checker(program, [*pages, *sorted(ASSETS.rglob("*.svg"))]):
        if not is_of_a_file(message):
            places.setdefault(message, []).append(place)
    told = [f"{len(found)} times, first in {found[0]}: {each}" for each, found in places.items()]
    assert told == [], "\n".join(told)
