"""An issue that was sent is frozen."""

from __future__ import annotations

import json
from datetime import date

import pytest

from paper_digest.catalog import sent
from paper_digest.catalog.catalog import load
from paper_digest.catalog.records import Issue
from paper_digest.catalog.sent import fingerprint, read_finished, read_sent
from tests.conftest import PAPER, MakeDigest, site_of

ISSUE = "number: 1\ntitle: One\nsubject: One\npreheader: One.\nintro: |\n  Hello.\nentries: [{paper: p}]\n"
FILES = {"content/papers/p.yaml": PAPER, "content/issues/2026-11-20.yaml": ISSUE}
TODAY = date(2026, 11, 23)


def ledger(issue: Issue, step: str) -> str:
    claim = {"at": "2026-11-20T06:00:00Z", "step": "claim", "issue": fingerprint(issue)}
    return "".join(json.dumps(line) + "\n" for line in (claim, {"at": "2026-11-20T06:00:01Z", "step": step}))


def problems(make_digest: MakeDigest, step: str, change: str | None) -> list[str]:
    root = make_digest(FILES)
    place = root / "content/sent/2026-11-20.jsonl"
    place.parent.mkdir()
    place.write_text(ledger(site_of(root).issues[0], step))
    file = root / "content/issues/2026-11-20.yaml"
    if change is None:
        file.unlink()
    else:
        file.write_text(ISSUE.replace("Hello.", change))
    return [str(problem) for problem in load(root, TODAY).problems]


def test_a_sent_issue_that_changed_is_told_with_its_place(make_digest: MakeDigest) -> None:
    [problem] = problems(make_digest, "sent", "Good day.")
    assert problem.startswith("content/issues/2026-11-20.yaml:1:1: the issue was sent, and is not any more what its")
    assert "goes into the next issue" in problem


def test_whoever_may_have_it_counts(make_digest: MakeDigest) -> None:
    assert problems(make_digest, "intent", "Good day.")


def test_a_sent_issue_as_it_was_is_no_problem(make_digest: MakeDigest) -> None:
    assert problems(make_digest, "sent", "Hello.") == []


def test_an_issue_that_was_only_claimed_may_still_change(make_digest: MakeDigest) -> None:
    assert problems(make_digest, "given-up", "Good day.") == []


def test_a_sent_issue_that_is_gone_is_told(make_digest: MakeDigest) -> None:
    [problem] = problems(make_digest, "sent", None)
    assert "was sent, and its file is gone" in problem


def test_lines_that_cannot_be_read_are_passed_over(make_digest: MakeDigest) -> None:
    root = make_digest(FILES)
    place = root / "content/sent/2026-11-20.jsonl"
    place.parent.mkdir()
    place.write_text('[1]\nnot json\n{"step": "sent"}\n{"step": "se')
    assert read_sent(root) == {"2026-11-20": ""}


def test_a_renamed_paper_changes_nothing_of_an_issue_that_told_of_it(make_digest: MakeDigest) -> None:
    root = make_digest(FILES)
    place = root / "content/sent/2026-11-20.jsonl"
    place.parent.mkdir()
    place.write_text(ledger(site_of(root).issues[0], "sent"))
    (root / "content/papers/p.yaml").unlink()
    (root / "content/papers/renamed.yaml").write_text(PAPER + "aliases: [p]\n")
    assert load(root, TODAY).problems == []


def test_what_was_removed_on_purpose_is_no_change(make_digest: MakeDigest) -> None:
    root = make_digest(FILES)
    place = root / "content/sent/2026-11-20.jsonl"
    place.parent.mkdir()
    place.write_text(ledger(site_of(root).issues[0], "sent"))
    (root / "content/issues/2026-11-20.yaml").unlink()
    gone = "- {kind: issue, id: 2026-11-20, date: 2026-11-22, reason: It was a mistake.}\n"
    (root / "content/gone.yaml").write_text(gone)
    assert load(root, TODAY).problems == []


def test_a_ledger_that_nests_without_end_is_no_crash(make_digest: MakeDigest) -> None:
    root = make_digest(FILES)
    place = root / "content/sent/2026-11-20.jsonl"
    place.parent.mkdir()
    place.write_text("[" * 100_000 + "\n")
    assert read_sent(root) == {}


def test_an_issue_is_finished_when_its_ledger_says_so_last(make_digest: MakeDigest) -> None:
    root = make_digest(FILES)
    place = root / "content/sent/2026-11-20.jsonl"
    place.parent.mkdir()
    sent, done = '{"step": "sent", "who": "a"}\n', '{"step": "done"}\n'
    runs = '{"step": "claim", "run": "1"}\n{"step": "closed", "run": "1"}\n'
    for content, is_finished in (
        ("", False), (sent, False), (sent + done, True), (sent + done + runs, True), (sent + done + sent, False),
    ):  # fmt: skip
        place.write_text(content)
        assert (read_finished(root) == {"2026-11-20"}) == is_finished, content


def test_what_was_sent_stays_sent_whatever_follows(make_digest: MakeDigest) -> None:
    root = make_digest(FILES)
    place = root / "content/sent/2026-11-20.jsonl"
    place.parent.mkdir()
    place.write_text('{"step": "sent", "who": "a"}\n{"step": "given-up", "who": "a"}\n')
    assert read_sent(root) == {"2026-11-20": ""}


def test_a_ledger_that_is_too_large_to_read_is_told(make_digest: MakeDigest, monkeypatch: pytest.MonkeyPatch) -> None:
    assert problems(make_digest, "sent", "Hello.") == []
    monkeypatch.setattr(sent, "LARGEST", 10)
    [problem] = sent.unreadable(make_digest(FILES))
    assert problem.where.path == "content/sent/2026-11-20.jsonl"
    assert problem.what.startswith("cannot be read: it is larger than ")
