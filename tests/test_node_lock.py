"""What the tests run with Node: exactly as locked, from any registry, and said plainly where it cannot be had."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPOSITORY

FOLDER = REPOSITORY / "tests/node"
LOCK = (FOLDER / "package-lock.json").read_text("utf-8")
ROOT = json.loads(LOCK)["packages"][""]
PACKAGES: dict[str, dict[str, Any]] = {path: held for path, held in json.loads(LOCK)["packages"].items() if path}
WANTED: dict[str, str] = json.loads((FOLDER / "package.json").read_text("utf-8"))["devDependencies"]


def test_the_lock_pins_every_package_with_a_hash() -> None:
    assert len(PACKAGES) > len(WANTED)
    loose = [
        path
        for path, held in PACKAGES.items()
        if not (held.get("version") and re.fullmatch(r"sha512-[A-Za-z0-9+/]{86}==", held.get("integrity", "")))
    ]
    assert loose == []


def test_the_lock_names_no_address() -> None:
    assert "://" not in LOCK
    assert [path for path, held in PACKAGES.items() if "resolved" in held or "funding" in held] == []


def test_what_is_wanted_is_one_version_each_and_what_is_locked() -> None:
    assert [name for name, version in WANTED.items() if not re.fullmatch(r"\d+\.\d+\.\d+", version)] == []
    assert ROOT["devDependencies"] == WANTED
    assert {name: PACKAGES[f"node_modules/{name}"]["version"] for name in WANTED} == WANTED


def set_up(folder: Path, **environment: str) -> subprocess.CompletedProcess[str]:
    """Runs the script where there is a shell's own commands, and nothing else."""
    return subprocess.run(
        ["/bin/sh", str(REPOSITORY / "requirements/node.sh")],
        cwd=folder,
        env={"PATH": str(folder / "bin"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def test_where_there_is_no_node_and_no_java_a_loud_line_each_says_what_is_not_tested(tmp_path: Path) -> None:
    done = set_up(tmp_path)
    assert done.returncode == 0
    assert re.findall(r"^>>> NOT TESTED HERE: (.*?)\. There is no (Java|Node)", done.stderr, re.MULTILINE) == [
        ("pages by the Nu checker", "Java"),
        ("pages by Lighthouse and the Nu checker", "Node"),
    ]


def test_in_ci_nothing_goes_untested(tmp_path: Path) -> None:
    done = set_up(tmp_path, CI="true")
    assert done.returncode == 1
    assert "In CI every test must run." in done.stderr


@pytest.mark.parametrize(
    ("version", "recent"), [("18.20.4", False), ("20.18.3", False), ("20.19.0", True), ("22.1.0", True)]
)
def test_a_node_that_is_too_old_is_told_like_none(tmp_path: Path, version: str, recent: bool) -> None:
    real = shutil.which("node")
    if not real:
        pytest.skip("NOT TESTED: Node is missing")
    commands = {
        "java": "exit 0",
        "npm": "echo installed with: $*",
        "node": f"""exec {real} -e "Object.defineProperty(process.versions, 'node', {{value: '{version}'}}); $2" """,
    }
    (tmp_path / "bin").mkdir()
    for name, does in commands.items():
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{does}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    done = set_up(tmp_path)
    assert done.returncode == 0
    assert ("installed with: ci" in done.stdout) is recent
    assert ("There is no Node" in done.stderr) is not recent
