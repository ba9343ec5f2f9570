"""Links at every place that is written, replaced, pruned or emptied: a pull request can carry them."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

import pytest

from paper_digest.building.writing import write
from paper_digest.delivery.ledger import Pseudonyms, opened
from paper_digest.outputs.artifact import Artifact
from paper_digest.problems import ProblemsFound
from paper_digest.writing import folder as folders
from paper_digest.writing.changes import Change, carry_out
from paper_digest.writing.folder import MARK, Folder
from tests.apis import Apis
from tests.writing.conftest import UNTIDY, everything, lead_away, run

Given = dict[str, Path]
ISSUE = "number: 1\ntitle: First\nsubject: First\npreheader: It is.\nintro: Here.\nentries: [{paper: old}]\n"
GENERATE: list[str] = ["generate"]
# Each place, and a command that writes there. Names of given files stand for their paths.
PLACES = [
    *(("build", command) for command in (
        ["generate"], ["build"], ["fmt"], ["schema"], ["metrics"], ["issue", "--date", "2026-12-01"],
        ["add", "refs.bib"], ["import", "listing.txt"],
    )),
    *((f"build/{name}", GENERATE) for name in (
        "docs", "email", "search", "docs/papers", "docs/index.md", "docs/of-nobody", "search/papers/old", ".lock-site",
        f"docs/{MARK}",
    )),
    ("build/site", ["build"]),
    ("build/.site.old", ["build"]),
    ("build/.run-0123456789ab", ["build"]),
    ("build/.lock-content", ["fmt"]),
    ("build/.cache", ["add", "refs.bib"]),
    ("build/.cache/answers.db", ["add", "refs.bib"]),
    ("build/.cache/answers.db-wal", ["metrics"]),
    *((place, ["fmt"]) for place in ("content", "content/papers", "content/papers/untidy.yaml")),
    *((place, ["add", "refs.bib"]) for place in ("content", "content/papers", "content/papers/2026")),
    ("content/papers/undated", ["import", "listing.txt"]),
    ("content/papers/2026/lanterns-long-night.yaml", ["add", "refs.bib"]),
    ("content/issues", ["issue", "--date", "2026-12-01"]),
    ("content/schemas", ["schema"]),
    ("content/schemas/paper.schema.json", ["schema"]),
    ("content/schemas/tags.schema.json", ["schema"]),
    ("content/metrics", ["metrics"]),
    ("content/metrics/2026-11-29.json", ["metrics"]),
    ("content/published.json", ["build", "--publish"]),
]  # fmt: skip
READ_FIRST = {"content/metrics/2026-11-29.json", "content/papers/2026/lanterns-long-night.yaml"}


@pytest.mark.parametrize(
    ("place", "command"), PLACES, ids=lambda each: "-".join(each) if isinstance(each, list) else each
)
def test_a_link_on_the_way_is_named_and_nothing_is_touched(
    root: Path, victim: Path, given: Given, mirror: Apis, generated: Path, place: str, command: list[str]
) -> None:
    if place.startswith("build/"):
        shutil.copytree(generated, root / "build")
    lead_away(root, place, victim)
    theirs, ours = everything(victim), everything(root)
    done = run(root, *(given.get(word, word) for word in command))
    assert done.exit_code == 1, done.output
    assert everything(victim) == theirs
    assert everything(root) == ours
    told = (f"{place}:1:1: is a link ", f"lies behind the link `{place}` that leads out")
    assert any(words in done.output for words in told) or (
        place in READ_FIRST and f"{place}:1:1: cannot be read" in done.output
    )
    assert "Traceback" not in done.output


def test_the_papers_that_verify_would_write_through_a_link_are_told(root: Path, victim: Path, mirror: Apis) -> None:
    lead_away(root, "content/papers/2026/old.yaml", victim)
    theirs = everything(victim)
    done = run(root, "verify", "--no-links", "--write")
    assert "content/papers/2026/old.yaml:1:1: is a link" in done.output
    assert everything(victim) == theirs


@pytest.mark.parametrize("place", ["content/sent", "content/sent/2026-11-28.jsonl"])
def test_the_ledger_of_what_was_sent_is_not_opened_through_a_link(root: Path, victim: Path, place: str) -> None:
    lead_away(root, place, victim)
    theirs = everything(victim)
    with (
        pytest.raises(ProblemsFound, match=f"{place}:1:1: is a link"),
        opened(root, "2026-11-28", Pseudonyms(b"key"), lambda: datetime.now(UTC)),
    ):
        pass
    assert everything(victim) == theirs


@pytest.mark.parametrize("place", ["answer.md", "build/answer.md"])
def test_the_answer_to_a_form_goes_through_no_link_and_nothing_is_taken_in_then(
    root: Path, victim: Path, given: Given, mirror: Apis, place: str
) -> None:
    lead_away(root, place if place == "answer.md" else "build", victim)
    theirs, ours = everything(victim), everything(root)
    done = run(root, "add", "--form", given["form.md"], "--answer", root / place)
    assert done.exit_code == 1
    assert "is a link" in done.output
    assert (everything(victim), everything(root)) == (theirs, ours)


def test_a_link_may_lead_to_the_digest_itself(root: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    link = tmp_path_factory.mktemp("links") / "digest"
    link.symlink_to(root)
    assert run(link, "fmt").exit_code == 0
    assert run(link, "generate").exit_code == 0
    assert (root / "build/docs/index.md").is_file()


def test_a_file_with_a_second_name_elsewhere_is_replaced_and_not_written_through(root: Path, victim: Path) -> None:
    (root / "content/papers/untidy.yaml").unlink()
    (victim / ".dear").write_text(UNTIDY)
    os.link(victim / ".dear", root / "content/papers/untidy.yaml")
    assert run(root, "fmt").exit_code == 0
    assert (victim / ".dear").read_text() == UNTIDY
    assert (root / "content/papers/untidy.yaml").read_text() != UNTIDY


@contextmanager
def _as_on_other_systems(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    with monkeypatch.context() as patched:
        patched.setattr(folders, "HAS_HANDLES", False)
        yield


@pytest.mark.parametrize("place", ["build", "build/docs", "build/docs/papers", "content/papers"])
def test_where_the_system_has_no_handles_of_folders_links_are_refused_all_the_same(
    root: Path, victim: Path, given: Given, generated: Path, monkeypatch: pytest.MonkeyPatch, place: str
) -> None:
    shutil.copytree(generated, root / "build")
    with _as_on_other_systems(monkeypatch):
        assert run(root, "fmt").exit_code == 0
        lead_away(root, place, victim)
        theirs = everything(victim)
        done = run(root, *(["add", given["refs.bib"]] if place.startswith("content") else ["generate"]))
    assert done.exit_code == 1
    assert f"{place}:1:1: is a link" in done.output or f"lies behind the link `{place}`" in done.output
    assert everything(victim) == theirs


@pytest.mark.parametrize("place", ["../out.yaml", "content/../../out.yaml", "/tmp/out.yaml", "content//a.yaml", "."])
def test_a_place_outside_the_digest_is_a_fault_of_the_program(root: Path, place: str) -> None:
    with pytest.raises(ValueError, match="not a place within a folder"):
        carry_out(root, [Change.over(place, "x")])


# ---- folders that the program did not make ---------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["docs", "email", "search", "site"])
def test_a_folder_that_somebody_else_made_is_told_and_never_emptied(root: Path, name: str) -> None:
    folder = root / "build" / name
    (folder / "deep").mkdir(parents=True)
    (folder / "deep/dear.txt").write_text("dear")
    done = run(root, "build")
    assert done.exit_code == 1
    assert f"build/{name}:1:1: holds what paper-digest did not make" in done.output
    assert "move it elsewhere, or delete it" in done.output
    assert [path.relative_to(folder).as_posix() for path in folder.rglob("*.*")] == ["deep/dear.txt"]
    assert [path.name for path in (root / "build").iterdir()] == [name]


def test_folders_of_the_version_that_knew_no_marks_are_gone_on_with(root: Path) -> None:
    (root / "content/issues").mkdir()
    (root / "content/issues/2026-11-28.yaml").write_text(
        "number: 1\ntitle: First\nsubject: First\npreheader: It is.\nintro: Here.\nentries: [{paper: old}]\n"
    )
    assert run(root, "generate").exit_code == 0, run(root, "generate").output
    for name in ("docs", "email", "search"):
        (root / f"build/{name}/{MARK}").unlink()
    (root / "build/docs/stale.md").write_text("stale")
    done = run(root, "generate")
    assert done.exit_code == 0, done.output
    assert ": 0 written, 1 removed" in done.output
    assert all((root / f"build/{name}/{MARK}").is_file() for name in ("docs", "email", "search"))


def test_an_empty_folder_is_nobodys(tmp_path: Path) -> None:
    (tmp_path / "build/docs/deep").mkdir(parents=True)
    assert write(tmp_path / "build", [Artifact.doc("a.md", "a")]).changed == 1


@pytest.mark.parametrize("make", [os.mkfifo, lambda path: Path(path).mkdir()], ids=["fifo", "folder"])
def test_what_is_no_file_is_told_where_a_file_belongs(root: Path, make: Callable[[Path], None]) -> None:
    path = root / "content/schemas/paper.schema.json"
    path.unlink()
    make(path)
    done = run(root, "schema")
    assert done.exit_code == 1
    assert "content/schemas/paper.schema.json:1:1: is not a regular file" in done.output


def test_a_folder_is_removed_without_what_its_links_lead_to(root: Path, victim: Path) -> None:
    theirs = everything(victim)
    (root / "build/gone").mkdir(parents=True)
    (root / "build/gone/link").symlink_to(victim)
    with Folder(root) as folder:
        folder.remove_tree("build/gone")
    assert not (root / "build/gone").exists()
    assert everything(victim) == theirs
    shutil.rmtree(root / "build")
