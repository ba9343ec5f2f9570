"""What plays days: one warm process for all commands, a mail server and counts that grow."""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.apis import Answer, Apis, Asked
from tests.conftest import REPOSITORY
from tests.days.commands import CALLER
from tests.days.world import Days
from tests.delivery.conftest import certificate
from tests.delivery.post_office import Certificate, open_office

__all__ = ["certificate"]  # a fixture

MakeDays = Callable[[str], Days]


@pytest.fixture(scope="session")
def program(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The command, for runners."""
    place = tmp_path_factory.mktemp("commands")
    address = str(place / "socket")
    caller = place / "paper-digest"
    caller.write_text(CALLER.format(python=sys.executable, address=address))
    caller.chmod(0o755)
    warm = subprocess.Popen(
        [sys.executable, "-m", "tests.days.commands", address], cwd=REPOSITORY, stdout=subprocess.PIPE, text=True
    )
    assert warm.stdout is not None
    assert warm.stdout.readline() == "ready\n"
    yield caller
    warm.kill()
    warm.communicate()


@pytest.fixture
def make_days(
    tmp_path: Path, program: Path, certificate: Certificate, apis: Apis, monkeypatch: pytest.MonkeyPatch
) -> Iterator[MakeDays]:
    """Makes a digest with its own settings of issues, as `cadence: daily, delivery: auto`."""
    with open_office(certificate) as office:

        def make(issues: str) -> Days:
            days = Days(tmp_path, program, office, apis, certificate.pem, issues)
            monkeypatch.setattr(apis, "next_answer", lambda asked: _stars(days, asked))
            return days

        yield make


def _stars(days: Days, asked: Asked) -> Answer:
    """GitHub, where what is written about gains stars from day to day; nobody else knows anything."""
    if asked.host == "api.github.com" and asked.path.startswith("/repos/ada/p"):
        name = asked.path.removeprefix("/repos/")
        stars = 100 + (days.today.toordinal() % 100) * int(name[-1])
        return Answer(json.dumps({"full_name": name, "stargazers_count": stars}))
    return Answer('{"error": "not found"}', 404)
