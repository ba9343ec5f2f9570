from pathlib import Path

import pytest

from paper_digest.building.writing import write
from paper_digest.outputs.artifact import Artifact, gather


def test_two_artifacts_for_one_path_are_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="two artifacts"):
        gather([[Artifact.doc("a.md", "x")], [Artifact.doc("a.md", "y")]])


@pytest.mark.parametrize("other", ["papers/a/index.md", "papers/A.md", "papers/a/index.html"])
def test_two_artifacts_for_one_address_are_a_fault_of_the_program(other: str) -> None:
    with pytest.raises(ValueError, match="two artifacts"):
        gather([[Artifact.doc("papers/a.md", "x"), Artifact.doc(other, "y")]])


def test_only_what_changed_is_written(tmp_path: Path) -> None:
    artifacts = [Artifact.doc("a.md", "a"), Artifact.mail("b.txt", "b")]
    assert write(tmp_path, artifacts).changed == 2
    stamp = (tmp_path / "docs/a.md").stat().st_mtime_ns
    written = write(tmp_path, [artifacts[0], Artifact.mail("b.txt", "new")])
    assert (written.total, written.changed, written.removed) == (2, 1, 0)
    assert (tmp_path / "docs/a.md").stat().st_mtime_ns == stamp
    assert (tmp_path / "email/b.txt").read_text() == "new"


def test_what_is_no_longer_made_is_removed_with_its_folder(tmp_path: Path) -> None:
    write(tmp_path, [Artifact.doc("a.md", "a"), Artifact.doc("old/b.md", "b")])
    assert write(tmp_path, [Artifact.doc("a.md", "a")]).removed == 1
    assert not (tmp_path / "docs/old").exists()


def test_nothing_outside_the_two_folders_is_removed(tmp_path: Path) -> None:
    (tmp_path / "site").mkdir()
    (tmp_path / "site/index.html").write_text("kept")
    write(tmp_path, [Artifact.doc("a.md", "a")])
    assert (tmp_path / "site/index.html").read_text() == "kept"
