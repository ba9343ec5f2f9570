"""`kill -9` in the middle of every command that writes: each file is old or new, and the next run goes on.

`send` has a test of its own for that, with the ledger: tests/delivery/test_crashes.py.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from typing import Any

import pytest

from tests.conftest import BASICS, REPOSITORY
from tests.writing.conftest import FILES, LISTING, REFERENCES
from tests.writing.killer import commands

GIVEN = ("digest", "refs.bib", "listing.txt")
NAMES = list(commands("", ""))


@pytest.fixture(scope="module")
def told(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """What was found of every command."""
    folder = tmp_path_factory.mktemp("killed")
    texts = {**{f"digest/{name}": text for name, text in {**BASICS, **FILES}.items()}}
    for name, text in {**texts, "refs.bib": REFERENCES, "listing.txt": LISTING}.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_text(text, "utf-8")
    done = subprocess.run(
        [
            sys.executable,
            "-m",
            "tests.writing.killer",
            *(str(folder / name) for name in ("digest", "refs.bib", "listing.txt")),
        ],
        cwd=REPOSITORY,
        env={**os.environ, "SOURCE_DATE_EPOCH": "1795910400"},
        stdout=subprocess.PIPE,
        text=True,
        timeout=300,
        check=True,
    )
    return {found["command"]: found for found in map(json.loads, done.stdout.splitlines())}


@pytest.mark.parametrize("name", NAMES)
def test_killed_anywhere_every_file_is_the_old_one_or_the_new_one_and_none_is_cut(
    told: dict[str, Any], name: str
) -> None:
    found = told[name]
    before, after = found["before"]["content"], found["after"]["content"]
    assert before != after or name.startswith("build"), "the command does something"
    assert all(time["killed"] for time in found["times"])
    for time in found["times"]:
        at_once = time["at once"]["content"]
        assert before.keys() & after.keys() <= at_once.keys() <= before.keys() | after.keys()
        assert all(text in (before.get(place), after.get(place)) for place, text in at_once.items())


@pytest.mark.parametrize("name", NAMES)
def test_the_next_run_finishes_what_the_killed_one_began_and_cleans_up(told: dict[str, Any], name: str) -> None:
    for time in told[name]["times"]:
        assert time["then"] == told[name]["after"]
        assert time["left"] == []


@pytest.mark.parametrize("name", ["build", "build in two steps"])
def test_a_site_is_there_whole_after_the_next_command_whichever_that_is(told: dict[str, Any], name: str) -> None:
    found = told[name]
    old, new = found["before"]["site"], found["after"]["site"]
    assert old != new
    assert all(time["mended"] in (old, new) for time in found["times"])


def test_where_the_system_can_exchange_names_there_is_a_site_at_any_moment(told: dict[str, Any]) -> None:
    if sys.platform != "linux":
        pytest.skip("only Linux is asked for that")
    sites = [time["at once"]["site"] for time in told["build"]["times"]]
    assert all(site in (told["build"]["before"]["site"], told["build"]["after"]["site"]) for site in sites)


def test_kills_meet_new_files_between_their_parts(told: dict[str, Any]) -> None:
    papers = [sum("/papers/2026/" in place for place in time["at once"]["content"]) for time in told["add"]["times"]]
    assert len(set(papers)) > 1, "before and after some of the files"
