"""What a command writes: whole or not at all, all of it or none, and the message names the file."""

from __future__ import annotations

import errno
import os
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from paper_digest.delivery import ledger
from paper_digest.delivery.ledger import Pseudonyms, Step, opened
from paper_digest.writing.changes import Change, carry_out
from paper_digest.writing.folder import Folder
from tests.apis import Apis
from tests.delivery.conftest import NOW
from tests.writing.conftest import everything, run

COMMAND = Path(sys.executable).with_name("paper-digest")
WRITERS = [["fmt"], ["schema"], ["add", "refs.bib"], ["import", "listing.txt"], ["issue", "--date", "2026-12-01"],
           ["metrics"]]  # fmt: skip


def full(monkeypatch: pytest.MonkeyPatch, at: int) -> None:
    """From write number `at` into content/ on, the disk is full: half of the bytes still fit."""
    original, calls = os.write, iter(range(1, 10**9))

    def failing(*arguments: Any) -> int:
        is_content = "content" in str(Path(f"/proc/self/fd/{arguments[0]}").readlink())
        if is_content and next(calls) >= at:
            original(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return original(*arguments)

    monkeypatch.setattr(os, "write", failing)


@pytest.mark.skipif(sys.platform != "linux", reason="tells by /proc which file a handle is of")
@pytest.mark.parametrize("command", WRITERS, ids=lambda command: command[0])
@pytest.mark.parametrize("at", [1, 2])
def test_on_a_full_disk_nothing_is_changed_and_the_file_is_named(
    root: Path, given: dict[str, Path], mirror: Apis, monkeypatch: pytest.MonkeyPatch, command: list[str], at: int
) -> None:
    before = everything(root)
    with monkeypatch.context() as patched:
        full(patched, at)
        done = run(root, *(given.get(word, word) for word in command))
    if done.exit_code == 0:
        assert at == 2, "some commands write one file"
        return
    assert done.exit_code == 1, done.output
    assert "cannot be used: No space left on device" in done.output
    assert "content/" in done.output
    assert "Traceback" not in done.output
    assert everything(root) == before
    assert run(root, *(given.get(word, word) for word in command)).exit_code == 0, "there is room again"


@pytest.mark.skipif(sys.platform != "linux", reason="tells by /proc which file a handle is of")
@pytest.mark.parametrize(("name", "command"), [("link", ["add", "refs.bib"]), ("replace", ["fmt"])])
def test_when_a_later_file_cannot_take_its_place_the_earlier_ones_are_put_back(
    root: Path, given: dict[str, Path], monkeypatch: pytest.MonkeyPatch, name: str, command: list[str]
) -> None:
    before = everything(root)
    with monkeypatch.context() as patched:
        original, calls = getattr(os, name), []

        def failing(*arguments: Any, **named: Any) -> Any:
            calls.append(arguments)
            if len(calls) == 2:
                raise OSError(errno.EIO, os.strerror(errno.EIO))
            return original(*arguments, **named)

        patched.setattr(os, name, failing)
        done = run(root, *(given.get(word, word) for word in command))
    assert done.exit_code == 1
    assert "cannot be used: Input/output error" in done.output
    assert everything(root) == before


def test_a_paper_larger_than_a_file_may_be_is_not_there_at_all(root: Path, given: dict[str, Path]) -> None:
    before = everything(root)
    done = subprocess.run(
        [COMMAND, "add", "--root", root, given["refs.bib"]],
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096)),
        check=False,
    )
    assert done.returncode == 1
    assert "content/papers/2026/lanterns-long-night.yaml cannot be used: File too large" in done.stderr
    assert "Traceback" not in done.stderr
    assert everything(root) == before


def test_a_full_disk_under_generate_is_told_and_no_file_is_cut(
    root: Path, generated: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(handle: int, content: bytes) -> int:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "write", full)
    done = run(root, "generate")
    assert done.exit_code == 1
    assert "/.paper-digest cannot be used: No space left on device" in done.output
    assert not list((root / "build").rglob("*.md"))


@pytest.mark.parametrize("command", WRITERS, ids=lambda command: command[0])
def test_a_folder_that_may_only_be_read_is_told(
    root: Path, given: dict[str, Path], mirror: Apis, monkeypatch: pytest.MonkeyPatch, command: list[str]
) -> None:
    before, original = everything(root), os.open

    def read_only(path: Any, flags: int, *arguments: Any, **named: Any) -> int:
        if flags & (os.O_WRONLY | os.O_RDWR) and ".lock" not in str(path):
            raise OSError(errno.EROFS, os.strerror(errno.EROFS), path)
        return original(path, flags, *arguments, **named)

    monkeypatch.setattr(os, "open", read_only)
    done = run(root, *(given.get(word, word) for word in command))
    assert done.exit_code == 1, done.output
    assert "content/" in done.output
    assert "cannot be used: Read-only file system" in done.output
    assert everything(root) == before


def test_a_new_file_never_takes_the_place_of_another(root: Path) -> None:
    with pytest.raises(FileExistsError) as raised:
        carry_out(root, [Change.new("content/new.yaml", "new"), Change.new("content/papers/untidy.yaml", "x")])
    assert raised.value.filename == "content/papers/untidy.yaml"
    assert not (root / "content/new.yaml").exists()


@pytest.mark.parametrize("knows_second_names", [True, False])
def test_a_file_that_appears_meanwhile_is_not_replaced(
    root: Path, monkeypatch: pytest.MonkeyPatch, knows_second_names: bool
) -> None:
    original = os.link

    def somebody_was_quicker(*arguments: Any, **named: Any) -> None:
        (root / "content/b.yaml").write_text("theirs")
        if not knows_second_names:
            raise OSError(errno.EPERM, os.strerror(errno.EPERM))
        original(*arguments, **named)

    monkeypatch.setattr(os, "link", somebody_was_quicker)
    with pytest.raises(FileExistsError):
        carry_out(root, [Change.new("content/b.yaml", "ours")])
    assert (root / "content/b.yaml").read_text() == "theirs"


def test_where_no_second_names_are_known_new_files_appear_all_the_same(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def unknown(*arguments: Any, **named: Any) -> None:
        raise OSError(errno.EPERM, os.strerror(errno.EPERM))

    monkeypatch.setattr(os, "link", unknown)
    assert carry_out(root, [Change.new("content/deep/b.yaml", "ours")]) == ["content/deep/b.yaml"]
    assert [path.name for path in (root / "content/deep").iterdir()] == ["b.yaml"]


def test_what_changes_nothing_is_not_written(root: Path) -> None:
    place = "content/papers/untidy.yaml"
    stamp = (root / place).stat().st_mtime_ns
    changes = [Change.over(place, (root / place).read_text()), Change.gone("content/never.yaml")]
    assert carry_out(root, changes) == []
    assert (root / place).stat().st_mtime_ns == stamp


def test_who_may_read_a_file_stays_as_it_was(root: Path) -> None:
    place = "content/papers/untidy.yaml"
    (root / place).chmod(0o640)
    carry_out(root, [Change.over(place, "x")])
    assert (root / place).stat().st_mode & 0o777 == 0o640


def test_folders_of_files_that_could_not_be_written_are_gone_again(root: Path) -> None:
    with pytest.raises(OSError, match="File name too long"):
        carry_out(root, [Change.new("content/a/b/c.yaml", "x"), Change.new(f"content/a/{'y' * 300}.yaml", "x")])
    assert not (root / "content/a").exists()


def test_a_ledger_on_a_full_disk_keeps_no_part_of_a_line_and_names_its_file(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    original: Callable[[int, bytes], int] = os.write

    def full(handle: int, content: bytes) -> int:
        if len(content) < 20:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        return original(handle, bytes(content)[:-10])

    with opened(root, "2026-11-28", Pseudonyms(b"key"), lambda: NOW) as held:
        held.append(Step.CLAIM, via="smtp")
        before = (root / "content/sent/2026-11-28.jsonl").read_bytes()
        with monkeypatch.context() as patched:
            patched.setattr(os, "write", full)
            with pytest.raises(OSError, match=r"No space left on device: 'content/sent/2026-11-28\.jsonl'"):
                held.append(Step.INTENT, via="smtp", who="somebody")
        assert (root / "content/sent/2026-11-28.jsonl").read_bytes() == before
    assert not ledger.read(root / "content/sent/2026-11-28.jsonl").torn


def test_reading_and_removing_what_is_not_there_is_no_fault(root: Path) -> None:
    with Folder(root) as folder:
        assert folder.read("content/nowhere/at/all") is None
        assert folder.names("build/nowhere") == []
        folder.remove("content/nowhere/at/all")
        folder.remove_tree("content/nowhere")
