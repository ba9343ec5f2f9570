"""What is to be done today: which issue comes, and which are mailed by themselves."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta
from pathlib import Path

import pytest
from click.testing import CliRunner

from paper_digest.building.publishing import as_json, promised
from paper_digest.commands.cli import main
from paper_digest.curating import issuing
from paper_digest.digest.opening import examine
from tests.conftest import PAPER, MakeDigest

TODAY = date(2026, 11, 25)
NOON = "1795608000"
LETTER = "number: {}\ntitle: T\nsubject: T\npreheader: T.\nintro: |\n  Hello.\nentries: [{{paper: a}}]\n"
CLAIM = '{"at": "x", "step": "claim", "via": "smtp", "run": "7-1"}\n'
SENT = '{"at": "x", "step": "sent", "via": "smtp", "who": "00ff"}\n'
CLOSED = '{"at": "x", "step": "closed", "via": "smtp", "run": "7-1"}\n'
DONE = '{"at": "x", "step": "done", "via": "smtp"}\n'


def digest(make_digest: MakeDigest, days: Iterable[int], settings: str = "", *, published: bool = True) -> Path:
    """A digest with an issue on each of so many days before today, all of them online."""
    keys = [str(TODAY - timedelta(days=ago)) for ago in sorted(days, reverse=True)]
    issues = {f"content/issues/{key}.yaml": LETTER.format(number) for number, key in enumerate(keys, 1)}
    key = "key: 6f1c0e52-3d5c-4f0e-9d1c-0a2b3c4d5e6f\n"
    root = make_digest({"content/papers/a.yaml": PAPER, "content/digest.yaml": f"{key}{settings}", **issues})
    if published:
        publish(root)
    return root


def publish(root: Path) -> None:
    site = examine(root, TODAY).site
    assert site is not None
    (root / "content/published.json").write_text(as_json(promised(site.catalog)))


def sent(root: Path, ago: int, *lines: str) -> None:
    path = root / f"content/sent/{TODAY - timedelta(days=ago)}.jsonl"
    path.parent.mkdir(exist_ok=True)
    path.write_text("".join(lines))


def due(root: Path) -> issuing.Due:
    examined = examine(root, TODAY)
    assert examined.site is not None, examined.problems
    return issuing.due(root, examined.site, TODAY)


def ago(*days: int) -> tuple[str, ...]:
    return tuple(str(TODAY - timedelta(days=each)) for each in days)


def test_every_issue_of_the_last_days_that_nobody_has_is_mailed_the_oldest_first(make_digest: MakeDigest) -> None:
    found = due(digest(make_digest, [0, 4, 7]))
    assert (found.to_send, found.passed_over, found.not_online) == (ago(7, 4, 0), (), ())


def test_for_how_many_days_is_a_setting(make_digest: MakeDigest) -> None:
    assert due(digest(make_digest, [0, 4, 7], "issues: {mail_within: 4}\n")).to_send == ago(4, 0)


def test_an_issue_that_was_begun_and_not_finished_is_mailed_on(make_digest: MakeDigest) -> None:
    root = digest(make_digest, [0, 1, 2])
    sent(root, 2, CLAIM, SENT, CLOSED, DONE)
    sent(root, 1, CLAIM, SENT, CLOSED)
    assert due(root).to_send == ago(1, 0)


def test_a_claim_without_an_end_is_told(make_digest: MakeDigest) -> None:
    root = digest(make_digest, [1])
    sent(root, 1, CLAIM)
    assert due(root).claimed == ((*ago(1), "7-1", "smtp"),)


def test_what_is_not_online_as_it_is_waits_for_the_next_publication(make_digest: MakeDigest) -> None:
    root = digest(make_digest, [1], published=False)
    assert (due(root).to_send, due(root).not_online) == ((), ago(1))
    publish(root)
    assert due(root).to_send == ago(1)
    issue = root / f"content/issues/{ago(1)[0]}.yaml"
    issue.write_text(issue.read_text().replace("title: T", "title: Another"))
    assert (due(root).to_send, due(root).not_online) == ((), ago(1))


def test_what_came_too_late_is_passed_over_and_told(make_digest: MakeDigest) -> None:
    root = digest(make_digest, [0, 8, 9, 40])
    assert due(root).passed_over == (), "nobody ever set out to mail anything"
    sent(root, 9, CLAIM, SENT, CLOSED)
    assert due(root).passed_over == ago(9, 8)
    sent(root, 9, CLAIM, SENT, CLOSED, DONE)
    assert due(root).passed_over == ago(8)


def test_an_issue_of_tomorrow_is_not_mailed_today(make_digest: MakeDigest) -> None:
    assert due(digest(make_digest, [-1])).to_send == ()


@pytest.mark.parametrize(
    ("part", "lines"),
    [
        ("issue", []),
        ("delivery", ["auto"]),
        ("send", [*ago(1, 0)]),
        ("claimed", [f"{ago(1)[0]} 7-1 smtp"]),
        ("not-online", []),
        ("passed-over", []),
    ],
)
def test_a_script_is_told_a_part_line_by_line(make_digest: MakeDigest, part: str, lines: list[str]) -> None:
    root = digest(
        make_digest, [0, 1], "issues: {delivery: 'auto'}\ntagline: 'With delivery: review nothing is lost.'\n"
    )
    sent(root, 1, CLAIM)
    told = CliRunner().invoke(main, ["due", "--only", part, "--root", str(root)], env={"SOURCE_DATE_EPOCH": NOON})
    assert told.output.splitlines() == lines, told.output


def test_a_person_is_told_all_of_it(make_digest: MakeDigest) -> None:
    root = digest(make_digest, [1, 9])
    sent(root, 9, CLAIM)
    told = CliRunner().invoke(main, ["due", "--root", str(root)], env={"SOURCE_DATE_EPOCH": NOON}).output
    assert "An issue comes today, and somebody reads it before it is published.\n" in told
    assert f"To be mailed: {ago(1)[0]}.\n" in told
    assert f"{ago(9)[0]} was claimed by the run 7-1" in told
    assert f"Too old to be mailed by themselves: {ago(9)[0]}." in told
