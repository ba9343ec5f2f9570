"""Whatever stands where a file is read is judged before it is read, and told as a problem with its place."""

from __future__ import annotations

import os
import re
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from paper_digest import reading
from paper_digest.digest.opening import examine
from paper_digest.importing import bibliography
from paper_digest.importing.recognising import ReferenceFile, find
from paper_digest.problems import ProblemsFound
from tests.apis import Apis
from tests.conftest import PAPER, TODAY, MakeDigest

FORTY_GIGABYTES = 40 * 1024**3


def pipe(path: Path) -> None:
    os.mkfifo(path)


def a_socket(path: Path) -> None:
    with socket.socket(socket.AF_UNIX) as bound:
        before = Path.cwd()
        os.chdir(path.parent)  # a socket's address is short
        try:
            bound.bind(path.name)
        finally:
            os.chdir(before)


def device(path: Path) -> None:
    path.symlink_to("/dev/zero")


def folder(path: Path) -> None:
    path.mkdir()


def loop(path: Path) -> None:
    path.symlink_to(path.name)


def nothing(path: Path) -> None:
    path.symlink_to("not-there")


def kernels_own(path: Path) -> None:
    path.symlink_to("/proc/version")


def sparse(path: Path) -> None:
    with path.open("wb") as file:
        file.truncate(FORTY_GIGABYTES)


def elsewhere(path: Path) -> None:
    path.symlink_to("/etc/hostname")


HORRORS = [pipe, a_socket, device, folder, loop, nothing, kernels_own, sparse, elsewhere]
PLACES = [
    "mkdocs.yml",
    "content/digest.yaml",
    "content/categories.yaml",
    "content/tags.yaml",
    "content/venues.yaml",
    "content/gone.yaml",
    "content/published.json",
    "content/papers/p.yaml",
    "content/papers/2024/q.json",
    "content/issues/2026-11-20.yaml",
    "content/metrics/2026-11-20.json",
    "content/sent/2026-11-20.jsonl",
    "content/pages/about.md",
]


@pytest.mark.parametrize("place", PLACES)
@pytest.mark.parametrize("horror", HORRORS, ids=lambda horror: horror.__name__)
def test_whatever_stands_where_a_file_is_read_is_told_with_its_place(
    make_digest: MakeDigest, place: str, horror: Callable[[Path], None]
) -> None:
    root = make_digest({"content/papers/sound.yaml": PAPER})
    path = root / place
    path.unlink(missing_ok=True)
    path.parent.mkdir(parents=True, exist_ok=True)
    horror(path)
    if place.startswith("content/papers/") and horror is folder:
        return  # a folder of papers, whatever its name
    if place.startswith(("content/issues/", "content/metrics/")) and horror is folder:
        return  # nothing in it is read
    told = [problem for problem in examine(root, TODAY).problems if problem.where.path == place]
    assert told, "nothing is said of it"
    assert all(problem.remedy for problem in told)


@pytest.mark.parametrize("horror", HORRORS[:-1], ids=lambda horror: horror.__name__)
def test_files_that_commands_are_given_are_judged_too(
    tmp_path: Path, apis: Apis, horror: Callable[[Path], None]
) -> None:
    path = tmp_path / "refs.bib"
    horror(path)
    with pytest.raises(ProblemsFound, match="cannot be read"):
        bibliography.read(path)
    with pytest.raises(Exception, match=r"refs\.bib cannot be read"):
        find(ReferenceFile(path), apis.web())


def test_schemas_that_are_no_files_are_stale(make_digest: MakeDigest) -> None:
    root = make_digest({"content/papers/sound.yaml": PAPER})
    (root / "content/schemas").mkdir()
    pipe(root / "content/schemas/paper.schema.json")
    assert any("content/schemas" in problem.where.path for problem in examine(root, TODAY).problems)


def test_a_link_within_the_digest_is_followed(make_digest: MakeDigest) -> None:
    root = make_digest({"content/papers/sound.yaml": PAPER, "drafts/other.yaml": PAPER.replace("A paper", "Another")})
    (root / "content/papers/other.yaml").symlink_to("../../drafts/other.yaml")
    assert examine(root, TODAY).counts["papers"] == 2


def test_a_link_to_a_folder_is_told_and_not_followed(make_digest: MakeDigest) -> None:
    root = make_digest({"content/papers/sound.yaml": PAPER})
    (root / "content/papers/round").symlink_to(".")
    assert "is a link to a folder, and is not read" in {problem.what for problem in examine(root, TODAY).problems}


def test_a_file_that_grows_while_it_is_read_stays_within_the_bound(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "growing"
    path.write_bytes(b"x" * 10)
    monkeypatch.setattr(os, "read", lambda _handle, size: b"x" * size)
    with pytest.raises(reading.Unreadable, match="larger than 1 MB"):
        reading.read_bytes(path, reading.MEGABYTE)


def test_nobody_reads_files_but_the_one_reader() -> None:
    """The exceptions read what the program itself wrote, or what the one who runs it names outside the digest."""
    allowed = {"reading.py", "serve.py", "policy.py", "recipients.py", "environment.py"}
    package = Path(reading.__file__).parent
    reads = re.compile(r"(?<!reading)(?<!bibliographies)\.read_(?:bytes|text)\(")
    guilty = {path.name for path in package.rglob("*.py") if reads.search(path.read_text("utf-8"))}
    assert guilty - allowed == set()
