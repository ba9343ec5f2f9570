"""Kills commands in the middle of what they write: `python -m tests.writing.killer ROOT REFERENCES LISTING`.

For every command, the digest in ROOT is copied, and the command is run in a process of its own that is killed before,
or in the middle of, one of its calls that change something on disk; another time at another one, until chance has had
enough of them. Then the same command runs to its end. A line of JSON for each time says what was found in between and
afterwards; the tests read them.
"""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import sys
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout, suppress
from datetime import date
from functools import partial
from io import StringIO
from pathlib import Path
from typing import Any

from paper_digest.building import build
from paper_digest.catalog.catalog import read_shelf
from paper_digest.catalog.snapshots import Counts, Snapshot, read_snapshots
from paper_digest.commands.cli import main
from paper_digest.importing import verifying
from paper_digest.importing.comparing import Difference
from paper_digest.importing.counts import refreshing
from paper_digest.outputs.artifact import Artifact
from paper_digest.writing.locks import Work, alone

CALLS = ("open", "mkdir", "write", "fsync", "link", "replace", "rename", "unlink", "rmdir")
TIMES = 6
"""So many kills for each command, besides the one that is let live."""
DAY = date(2026, 11, 29)
POLICY = """<head><meta http-equiv="Content-Security-Policy" content="default-src 'none';"></head>"""
"""With which every page begins, or it is not taken."""


def _command(*words: str) -> Callable[[Path], None]:
    def give(root: Path) -> None:
        with suppress(SystemExit):
            main([words[0], "--root", str(root), *words[1:]])

    return give


def _metrics(root: Path) -> None:
    with alone(root, Work.CONTENT, str):
        snapshot = Snapshot(date=DAY, papers={"old": Counts(citations=3)})
        refreshing._write(root, snapshot, read_snapshots(root)[0])


def _verify(root: Path) -> None:
    papers = [item for item in read_shelf(root).papers if item.record.id != "untidy-too"]
    found = [Difference(item, ("doi",), "", "", {"doi": f"10.5555/{item.record.id}"}) for item in papers]
    verifying.write(root, [each for each in found if each.item.record.doi is None], DAY)


def _pages() -> list[Artifact]:
    pages = {f"papers/{name}.md": f"# {name}\n" for name in ("a", "b")}
    return [Artifact.doc(place, text) for place, text in {**pages, "papers/cards.json": "[]", "index.md": ""}.items()]


def _mkdocs(root: Path, site_dir: Path) -> None:
    """What MkDocs does, in miniature."""
    for docs in sorted((root / "build/docs").rglob("*.*")):
        if docs.name == "index.md":
            place = site_dir / "index.html"
        elif docs.suffix == ".md":
            place = site_dir / docs.relative_to(root / "build/docs").with_suffix("") / "index.html"
        else:
            place = site_dir / docs.relative_to(root / "build/docs")
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(f"{POLICY}made of {(root / 'content/papers/untidy.yaml').read_text()}")


def _build(root: Path, *, exchange: bool) -> None:
    from paper_digest.writing import swapping

    if not exchange:
        swapping._exchanged = lambda folder, one, other: False
    build.outputs = lambda site: _pages()  # type: ignore[attr-defined]  # as `build` imports it
    build.run_mkdocs = _mkdocs
    _command("build", "--publish")(root)


def commands(references: str, listing: str) -> dict[str, Callable[[Path], None]]:
    """Everything that writes, by its name."""
    return {
        "fmt": _command("fmt"),
        "schema": _command("schema"),
        "add": _command("add", references),
        "import": _command("import", listing),
        "issue": _command("issue", "--date", "2026-12-01"),
        "metrics": _metrics,
        "verify": _verify,
        "build": partial(_build, exchange=True),
        "build in two steps": partial(_build, exchange=False),
    }


class Fatal:
    """Counts the calls that change something on disk, and kills the process at one of them."""

    def __init__(self, fatal: int) -> None:
        self.fatal, self.count = fatal, 0

    def watch(self) -> None:
        for name in CALLS:
            setattr(os, name, partial(self._called, getattr(os, name), name))

    def _called(self, original: Callable[..., Any], name: str, *arguments: Any, **named: Any) -> Any:
        if name == "open" and not arguments[1] & (os.O_CREAT | os.O_WRONLY | os.O_RDWR):
            return original(*arguments, **named)
        self.count += 1
        if self.count == self.fatal:
            if name == "write":
                original(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return original(*arguments, **named)


def in_a_child(work: Callable[[Path], None], root: Path, fatal: int = 0) -> tuple[bool, int]:
    """Run a command in a process of its own: whether it was killed, and how many calls it made."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        counted = Fatal(fatal)
        counted.watch()
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            work(root)
        os.fdopen(writing, "wb").write(str(counted.count).encode())
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as told:
        count = int(told.read() or 0)
    return os.waitpid(child, 0)[1] != 0, count


def files(root: Path, *, below: str) -> dict[str, str]:
    """The files below a folder, with what they hold."""
    found = sorted((root / below).rglob("*"))
    return {path.relative_to(root).as_posix(): path.read_text() for path in found if path.is_file()}


def leftovers(root: Path) -> list[str]:
    """What a finished run should not leave."""
    names = [path.name for path in root.rglob("*")]
    return [name for name in names if name.startswith((".paper-digest-", ".run-", ".lock-", ".site."))]


def _state(root: Path) -> dict[str, Any]:
    content = files(root, below="content")
    return {
        "content": {place: text for place, text in content.items() if not Path(place).name.startswith(".")},
        "site": files(root, below="build/site"),
    }


def main_loop(root: Path, references: str, listing: str) -> None:
    """Every command, killed at some of its calls."""
    chance = random.Random(13)
    for name, work in commands(references, listing).items():
        runs = root.parent / "runs"
        before = _prepared(root, runs / "before", name, work)
        whole = Path(shutil.copytree(before, runs / "whole"))
        count = in_a_child(work, whole)[1]
        told: dict[str, Any] = {
            "command": name,
            "before": _state(before),
            "after": _state(whole),
            "calls": count,
            "times": [],
        }
        for fatal in sorted(chance.sample(range(1, count + 1), min(TIMES, count))):
            told["times"].append(_killed(before, runs / "killed", work, fatal))
        sys.stdout.write(json.dumps(told) + "\n")
        sys.stdout.flush()
        shutil.rmtree(runs)


def _prepared(root: Path, place: Path, name: str, work: Callable[[Path], None]) -> Path:
    """The digest as it is before: of a build, with a site that another one is to replace."""
    shutil.copytree(root, place)
    if name.startswith("build"):
        in_a_child(work, place)
        paper = place / "content/papers/untidy.yaml"
        paper.write_text(paper.read_text().replace("A paper", "Another paper"))
    return place


def _killed(before: Path, place: Path, work: Callable[[Path], None], fatal: int) -> dict[str, Any]:
    shutil.copytree(before, place)
    was_killed, _ = in_a_child(work, place, fatal)
    at_once = _state(place)
    in_a_child(_command("check"), place)
    mended = files(place, below="build/site")
    in_a_child(work, place)
    found = {
        "killed": was_killed,
        "at once": at_once,
        "mended": mended,
        "then": _state(place),
        "left": leftovers(place),
    }
    shutil.rmtree(place)
    return found


if __name__ == "__main__":
    main_loop(Path(sys.argv[1]), sys.argv[2], sys.argv[3])
