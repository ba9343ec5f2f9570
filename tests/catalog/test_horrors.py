"""One file of deliberate horrors: its whole list of problems is pinned, so that no message gets worse unnoticed."""

from __future__ import annotations

from pathlib import Path

import pytest

from paper_digest.catalog.catalog import load
from paper_digest.reports import as_text
from tests.conftest import REPOSITORY, TODAY

HORRORS = REPOSITORY / "tests/data/horrors"


def test_the_file_of_horrors_is_told_in_full(request: pytest.FixtureRequest) -> None:
    """Run pytest with `--refresh` after a message changed on purpose, and read the diff."""
    loaded = load(HORRORS, TODAY)
    told = as_text(loaded.problems, loaded.counts) + "\n"
    expected = HORRORS / "expected.txt"
    if request.config.getoption("--refresh"):
        expected.write_text(told, "utf-8")
    assert told == expected.read_text("utf-8")


def test_every_problem_of_the_horrors_has_a_place_in_the_file_and_a_remedy() -> None:
    lines = (HORRORS / "content/papers/horrors.yaml").read_text("utf-8").splitlines()
    for problem in load(HORRORS, TODAY).problems:
        assert Path(problem.where.path).name == "horrors.yaml"
        assert 1 <= problem.where.column <= len(lines[problem.where.line - 1]) + 1
        assert problem.remedy


def test_nothing_in_the_file_of_horrors_is_left_untold() -> None:
    starts = [
        number
        for number, line in enumerate((HORRORS / "content/papers/horrors.yaml").read_text().splitlines(), start=1)
        if line.startswith("- ")
    ]
    told = {problem.where.line for problem in load(HORRORS, TODAY).problems}
    sound = [
        start for start, end in zip(starts, [*starts[1:], 10_000], strict=True) if not told & set(range(start, end))
    ]
    assert sound == starts[:1], "only the first paper is sound"
