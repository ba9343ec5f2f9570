"""Two states of a small digest: in two folders, or one after the other in a git repository."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from paper_digest.diff import Changes, changes_since
from tests.conftest import BASICS, TODAY, MakeDigest

Files = dict[str, str]
Compare = Callable[[Files, Files], Changes]
P = "content/papers/p.yaml"
Q = "content/papers/q.yaml"
ISSUE = "content/issues/2026-11-20.yaml"
DATED = "title: A paper on trees\nabstract: It says something.\ncategories: [vision]\nadded: 2026-11-01\n"
OTHER = "title: Quite another work\nabstract: It says nothing.\ncategories: [language]\nadded: 2026-11-02\n"
LETTER = "number: 1\ntitle: One\nsubject: The first\npreheader: In short\nintro: Hello.\nentries: [p]\n"


@pytest.fixture
def two_folders(make_digest: MakeDigest, tmp_path_factory: pytest.TempPathFactory) -> Callable[..., tuple[Path, Path]]:
    """Makes a digest and an earlier state of it; returns their folders, the earlier one first."""

    def make(before: Files, after: Files) -> tuple[Path, Path]:
        earlier = tmp_path_factory.mktemp("earlier state") / "digest"
        root = make_digest({})
        for files in (before, after):
            shutil.rmtree(root / "content")
            make_digest(files)
            if files is before:
                shutil.copytree(root, earlier)
        return earlier, root

    return make


@pytest.fixture
def compare(two_folders: Callable[..., tuple[Path, Path]]) -> Compare:
    """The changes from one set of files to another."""

    def changes(before: Files, after: Files) -> Changes:
        earlier, root = two_folders(before, after)
        return changes_since(root, str(earlier), TODAY)

    return changes


@dataclass(frozen=True)
class Repository:
    """A git repository with a digest in one of its folders."""

    top: Path
    root: Path

    def git(self, *arguments: str) -> str:
        who = ("-c", "user.name=A", "-c", "user.email=a@b.example", "-c", "commit.gpgsign=false")
        done = subprocess.run(["git", *who, *arguments], cwd=self.top, check=True, capture_output=True, text=True)
        return done.stdout

    def write(self, files: Files) -> None:
        for name, content in files.items():
            path = self.root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, "utf-8")

    def commit(self, files: Files) -> None:
        self.write(files)
        self.git("add", "--all")
        self.git("commit", "--allow-empty", "--message", "x")


@pytest.fixture
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """git without the settings of whoever runs the tests, and without a repository around them."""
    for name in ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))


@pytest.fixture(params=[".", "docs/the digest"], ids=["at the top", "in a folder with a space"])
def repository(request: pytest.FixtureRequest, tmp_path: Path, no_settings: None) -> Repository:
    """An empty repository; its digest is to lie at the top, or in a folder below."""
    top = tmp_path / "a repository"
    top.mkdir()
    made = Repository(top, top / request.param)
    made.git("init", "--initial-branch", "main")
    return made


@pytest.fixture
def with_digest(repository: Repository) -> Repository:
    """A repository with one commit: a digest of one paper."""
    repository.commit({**BASICS, P: DATED})
    return repository
