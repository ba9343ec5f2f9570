"""Two runs in one digest: the second one waits, says for whom, and does not wait for ever."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest

from paper_digest.building import build as building
from paper_digest.building import indexing
from paper_digest.diff import revisions
from paper_digest.outputs import outputs
from paper_digest.outputs.artifact import Artifact
from paper_digest.writing import locks
from paper_digest.writing.locks import Work, alone
from tests.conftest import REPOSITORY, site_of
from tests.writing.conftest import everything, run

HOLDER = """
import sys
from pathlib import Path
from paper_digest.writing.locks import Work, alone
sys.argv = ["paper-digest", "build", "secret"]
with alone(Path(sys.argv_root), Work(sys.argv_work), print):
    print("held", flush=True)
    sys.stdin.read()
"""


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(locks, "PATIENCE", 0.3)


def holding(root: Path, work: Work) -> subprocess.Popen[str]:
    """A process that holds a lock until it is told to end."""
    code = HOLDER.replace("sys.argv_root", repr(str(root))).replace("sys.argv_work", repr(str(work)))
    process = subprocess.Popen(
        [sys.executable, "-c", code], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=REPOSITORY
    )
    assert process.stdout
    assert process.stdout.readline() == "held\n"
    return process


def end(process: subprocess.Popen[str]) -> None:
    with suppress(ProcessLookupError):
        process.kill()
    process.communicate()


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("work", "command"), [(Work.CONTENT, "fmt"), (Work.SITE, "generate")])
def test_who_holds_the_lock_is_told_and_nobody_waits_for_ever(root: Path, work: Work, command: str) -> None:
    before, process = everything(root), holding(root, work)
    try:
        done = run(root, command)
        assert done.exit_code == 1
        assert f"Waiting for `paper-digest build` (process {process.pid}, since " in done.output
        assert "is at work in this digest. Nothing was changed: run this again when it is done" in done.output
        assert "secret" not in done.output, "of a command no more is told than its name"
        assert everything(root) == before
    finally:
        end(process)
    assert run(root, command).exit_code == 0, "the system gave the lock back"
    assert not (root / work).exists()


def test_what_only_reads_waits_for_nobody(root: Path) -> None:
    with alone(root, Work.CONTENT, str), alone(root, Work.SITE, str):
        assert run(root, "check").exit_code == 0
        assert run(root, "fmt", "--check").exit_code == 1
        assert (root / Work.SITE).exists(), "nor does it take away the lock of a run at work"


def test_a_lock_leaves_nothing_behind(root: Path) -> None:
    with alone(root, Work.CONTENT, str):
        assert (root / Work.CONTENT).is_file()
    assert not (root / "build").exists()


def test_a_lock_that_was_taken_away_is_not_taken_for_held(root: Path) -> None:
    with alone(root, Work.CONTENT, str):
        (root / Work.CONTENT).unlink()
        with alone(root, Work.CONTENT, str, patience=0):
            pass


def test_where_the_file_system_knows_no_locks_work_goes_on(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import fcntl

    def unknown(*arguments: Any) -> None:
        raise OSError(95, "Operation not supported")

    monkeypatch.setattr(fcntl, "flock", unknown)
    assert run(root, "fmt").exit_code == 0


def test_commands_that_change_content_at_once_lose_nothing(root: Path, victim: Path) -> None:
    names = ("owl", "elk", "fox")
    for name in names:
        (victim / f"{name}.bib").write_text(f"@article{{x, title={{The {name} of the north}}, year=2026}}\n")
    other = Path(shutil.copytree(root, victim / "other"))
    running = [begun(root, "add", str(victim / f"{name}.bib")) for name in names]
    running += [begun(root, "fmt"), *(begun(other, "issue", "--date", "2026-12-01") for _ in range(2))]
    said = [process.communicate(timeout=120)[0] for process in running]
    assert [words for process, words in zip(running, said, strict=True) if process.returncode] == []
    papers = sorted(path.name for path in (root / "content/papers").rglob("*"))
    whole = ["old.yaml", "untidy.yaml", "untidy-too.yaml", *(f"{name}-north.yaml" for name in names)]
    assert papers == sorted([*whole, "2026", "more"])
    assert sum("There is an issue of 2026-12-01 already" in words for words in said) == 1
    assert sorted(path.name for path in (other / "content/issues").iterdir()) == ["2026-12-01.yaml"]


def begun(root: Path, *words: str) -> subprocess.Popen[str]:
    """A command under way, as people give it."""
    command = [str(Path(sys.executable).with_name("paper-digest")), words[0], "--root", str(root), *words[1:]]
    return subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)


# ---- builds ----------------------------------------------------------------------------------------------------------


def test_two_builds_and_a_preview_at_once_all_end_with_whole_sites(tmp_path: Path) -> None:
    root = Path(shutil.copytree(REPOSITORY / "tests/data/digest", tmp_path / "digest"))
    (root / "theme").symlink_to(REPOSITORY / "theme")
    previewing = begun(root, "serve", "--port", "0")
    both = [begun(root, "build") for _ in range(2)]
    try:
        said = [process.communicate(timeout=300)[0] for process in both]
        assert [process.returncode for process in both] == [0, 0], said
        assert previewing.stdout
        assert any(line.startswith("Serving at") for line in previewing.stdout)
    finally:
        end(previewing)
    site, preview = (_files(root / "build" / name) for name in ("site", "preview"))
    wanted = {building.published(place) for place in map(_of_docs, outputs(site_of(root))) if place}
    assert wanted <= site
    assert site == preview


def _files(folder: Path) -> set[str]:
    names = (path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())
    return {name for name in names if not name.startswith("pagefind/")}


def _of_docs(artifact: Artifact) -> str:
    folder, _, place = artifact.path.partition("/")
    return place if folder == "docs" else ""


def test_a_site_that_lacks_a_page_is_not_swapped_in(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (root / "build/site/papers").mkdir(parents=True)
    (root / "build/site/papers/cards.json").write_text("the last good one")

    def cut_short(root: Path, site_dir: Path) -> None:
        site_dir.mkdir()
        (site_dir / "index.html").write_text("home")

    monkeypatch.setattr(building, "run_mkdocs", cut_short)
    done = run(root, "build")
    assert done.exit_code == 1
    assert "files are missing in the site that MkDocs built, the first is papers/" in done.output
    assert "The last good one stays." in done.output
    assert (root / "build/site/papers/cards.json").read_text() == "the last good one"
    assert sorted(path.name for path in (root / "build").iterdir()) == ["docs", "search", "site"]


@pytest.fixture
def sleeper(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Programs that never end, in the place of those that are waited for."""
    folder = tmp_path_factory.mktemp("sleepers")
    for name in ("mkdocs.py", "idle_indexer.py"):
        (folder / name).write_text("import time\ntime.sleep(60)\n")
    (folder / "git").write_text("#!/bin/sh\nexec sleep 60\n")
    (folder / "git").chmod(0o755)
    monkeypatch.setenv("PYTHONPATH", str(folder))
    return folder


@pytest.mark.usefixtures("sleeper")
def test_nobody_waits_for_mkdocs_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(building, "LONGEST_BUILD", 0.2)
    (tmp_path / "mkdocs.yml").write_text("site_name: Test\n")
    with pytest.raises(building.MkDocsFailed, match="did not end within"):
        building.run_mkdocs(tmp_path, tmp_path / "site")


@pytest.mark.usefixtures("sleeper")
def test_nobody_waits_for_pagefind_for_ever(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(indexing, "COMMAND", ("idle_indexer",))
    monkeypatch.setattr(indexing, "LONGEST", 0.2)
    (tmp_path / "a.html").touch()
    with (
        pytest.raises(indexing.IndexingFailed, match="Pagefind did not end within"),
        indexing.indexing(tmp_path, tmp_path / "made") as index,
    ):
        index.finish(tmp_path / "site")


def test_nobody_waits_for_git_for_ever(root: Path, sleeper: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(sleeper), prepend=os.pathsep)
    monkeypatch.setattr(revisions, "LONGEST_ANSWER", 0.2)
    done = run(root, "diff", "HEAD~1")
    assert done.exit_code == 2
    assert "git did not answer within" in done.output
