"""A folded ledger has the answers of the long one to every question that is asked of ledgers."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from paper_digest.catalog.sent import read_claims, read_finished, read_sent
from paper_digest.delivery.environment import CannotSend
from paper_digest.delivery.ledger import (
    EVERYBODY,
    Entry,
    Pseudonyms,
    Step,
    begun_via,
    check_key,
    draft_of,
    folded,
    is_finished,
    open_claims,
    opened,
    path_of,
    read,
    refused_before,
    standing,
)
from tests.delivery.conftest import DAY, KEY, NOW

PSEUDONYMS = Pseudonyms(KEY.encode())
WAYS = st.sampled_from(["smtp", "buttondown", "listmonk"])
KEYS = st.sampled_from([PSEUDONYMS.mark, PSEUDONYMS.mark, "another"])
RUNS = st.sampled_from(["1-1", "2-1", "3-1"])
ABOUT_SOMEBODY = [step for step in Step if step not in {Step.CLAIM, Step.CLOSED, Step.DONE}]
READERS = st.builds(
    Entry,
    at=st.just("t"),
    step=st.sampled_from(ABOUT_SOMEBODY),
    via=WAYS,
    who=st.sampled_from(["a", "b", "c", EVERYBODY]),
    reply=st.sampled_from(["", "250", "450 4.1.2", "550 5.1.1", "552 5.2.2"]),
    ref=st.sampled_from(["", "", "7", "8"]),
    letter=st.sampled_from(["", "", "x", "y"]),
    days=st.sampled_from(["", "1", "3"]),
)
CLAIMS = st.builds(
    Entry,
    at=st.just("t"),
    step=st.just(Step.CLAIM),
    via=WAYS,
    run=st.one_of(st.just(""), RUNS),
    key=KEYS,
    issue=st.sampled_from(["old", "new"]),
)
ENDS = st.builds(Entry, at=st.just("t"), step=st.just(Step.CLOSED), via=WAYS, run=RUNS)
DONE = st.builds(Entry, at=st.just("t"), step=st.just(Step.DONE), via=WAYS)
LEDGERS = st.lists(st.one_of(READERS, READERS, CLAIMS, ENDS, DONE), max_size=30).map(
    lambda entries: [replace(entry, at=f"2026-11-20T06:00:{number:02}") for number, entry in enumerate(entries)]
)


def answers(entries: Sequence[Entry]) -> list[object]:
    """All that is asked of a ledger."""
    last = standing(entries)
    said = [entry.issue for entry in entries if entry.key]
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        path = path_of(root, DAY)
        path.parent.mkdir(parents=True)
        path.write_bytes(b"".join(entry.as_line() for entry in entries))
        of_files: list[object] = [
            read_sent(root), read_claims(root), read_finished(root), refused_before(root, "2026-11-21", PSEUDONYMS),
        ]  # fmt: skip
        assert read(path).entries == tuple(entries)
    try:
        check_key(entries, PSEUDONYMS)
        has_the_key = True
    except CannotSend:
        has_the_key = False
    drafts = {who: (draft.letter if (draft := draft_of(entries, entry.ref)) else "") for who, entry in last.items()}
    return [
        last,
        open_claims(entries),
        begun_via(entries),
        is_finished(entries),
        drafts,
        said[-1:],
        has_the_key,
        of_files,
    ]


@given(LEDGERS)
def test_folding_changes_no_answer_and_leaves_a_line_a_reader(entries: list[Entry]) -> None:
    short = folded(entries)
    assert answers(short) == answers(entries)
    assert folded(short) == short
    of_readers = [entry.who for entry in short if entry.who]
    assert len(of_readers) <= len(standing(entries)) + len({entry.ref for entry in entries if entry.letter})
    assert len([entry for entry in short if not entry.who]) <= 3 + 2 + 1 + 1


@given(LEDGERS, LEDGERS)
def test_what_follows_a_folded_ledger_is_answered_as_after_the_long_one(
    before: list[Entry], after: list[Entry]
) -> None:
    long, short = answers([*before, *after]), answers([*folded(before), *after])
    # The letter of a draft may be that of an earlier line, which nobody asked of any more.
    assert [each for number, each in enumerate(long) if number != 4] == [
        each for number, each in enumerate(short) if number != 4
    ]


def test_a_ledger_stays_held_while_it_is_folded(tmp_path: Path) -> None:
    with opened(tmp_path, DAY, PSEUDONYMS, lambda: NOW) as ledger:
        for _ in range(3):
            ledger.append(Step.DEFERRED, via="smtp", who="a")
        ledger.fold()
        assert len(path_of(tmp_path, DAY).read_bytes().splitlines()) == 1
        with pytest.raises(CannotSend, match="Another process"), opened(tmp_path, DAY, PSEUDONYMS, lambda: NOW):
            raise AssertionError
        ledger.append(Step.SENT, via="smtp", who="b")
    assert [entry.who for entry in read(path_of(tmp_path, DAY)).entries] == ["a", "b"]
    assert [path.name for path in path_of(tmp_path, DAY).parent.iterdir()] == [f"{DAY}.jsonl"]


def test_what_a_killed_folding_left_is_taken_away(tmp_path: Path) -> None:
    path = path_of(tmp_path, DAY)
    path.parent.mkdir(parents=True)
    path.with_name(f".{path.name}.new").write_bytes(b"half a li")
    with opened(tmp_path, DAY, PSEUDONYMS, lambda: NOW) as ledger:
        ledger.append(Step.SENT, via="smtp", who="a")
    assert [found.name for found in path.parent.iterdir()] == [path.name]


def test_folding_leaves_the_long_ledger_closed(tmp_path: Path) -> None:
    with opened(tmp_path, DAY, PSEUDONYMS, lambda: NOW) as ledger:
        long = ledger.handle
        for _ in range(2):
            ledger.append(Step.DEFERRED, via="smtp", who="a")
        ledger.fold()
        with pytest.raises(OSError, match="Bad file descriptor"):
            os.fstat(long)


def test_a_draft_is_known_by_the_line_that_says_what_it_was_made_of() -> None:
    before = Entry(at="1", step=Step.INTENT, via="listmonk", who=EVERYBODY, ref="7")
    draft = replace(before, at="2", step=Step.DRAFTED, letter="x")
    nameless = replace(draft, ref="")
    assert draft_of([nameless, before, draft], "7") == draft
    assert draft_of([before], "7") is None
    assert draft_of([nameless], "") is None
