"""Same content, same bytes: whatever the locale, time zone, hash seed, day and folder."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

SURROUNDINGS = [
    ({"LC_ALL": "C", "TZ": "UTC", "PYTHONHASHSEED": "0"}, "plain"),
    ({"LC_ALL": "C.UTF-8", "TZ": "Pacific/Kiritimati", "PYTHONHASHSEED": "1"}, "with space"),
    ({"LC_ALL": "de_DE.UTF-8", "TZ": "Asia/Kathmandu", "PYTHONHASHSEED": "2"}, "'quotes\""),
    ({"LC_ALL": "tr_TR.UTF-8", "TZ": "UTC", "PYTHONHASHSEED": "3"}, "#hash%20é"),
    ({"LC_ALL": "ja_JP.eucJP", "TZ": "America/Adak", "PYTHONHASHSEED": "4"}, "-dash"),
]


def generated(tmp_path: Path, surroundings: dict[str, str], name: str, day: int) -> dict[str, bytes]:
    root = tmp_path / name
    shutil.copytree(REPOSITORY / "tests/data/digest", root)
    environment = os.environ | surroundings | {"SOURCE_DATE_EPOCH": str(day)}
    command = [str(Path(sys.executable).with_name("paper-digest")), "generate", "--root", str(root)]
    subprocess.run(command, env=environment, check=True, capture_output=True)
    made = root / "build"
    return {path.relative_to(made).as_posix(): path.read_bytes() for path in made.rglob("*") if path.is_file()}


@pytest.fixture(scope="module")
def first(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    return generated(tmp_path_factory.mktemp("first"), *SURROUNDINGS[0], 1_790_000_000)


@pytest.mark.parametrize(("surroundings", "name"), SURROUNDINGS[1:], ids=[name for _, name in SURROUNDINGS[1:]])
def test_surroundings_change_nothing(
    tmp_path: Path, first: dict[str, bytes], surroundings: dict[str, str], name: str
) -> None:
    other = generated(tmp_path, surroundings, name, 1_800_000_000)
    assert other.keys() == first.keys()
    assert [path for path in first if first[path] != other[path]] == []
    assert len(first) > 100


def test_no_file_of_the_site_carries_the_day(built: Path) -> None:
    assert list((built / "site").rglob("*.gz")) == []
