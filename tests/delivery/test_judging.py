"""What servers answer, and what becomes of a run: the whole list, by a real server that answers by rule."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from paper_digest.catalog.sent import read_finished
from paper_digest.delivery.answers import Kind, Stage, is_gone, judged, what_stops
from paper_digest.delivery.environment import CannotSend
from tests.delivery.conftest import DAY, NOW, Sender
from tests.delivery.post_office import HANG_UP, PostOffice

ALL = [f"reader{number:02}@readers.example" for number in range(30)]
LATER = NOW + timedelta(days=1)


def everybody_once(office: PostOffice, *but: str) -> bool:
    return office.counts == dict.fromkeys(sorted(set(ALL) - set(but)), 1)


@pytest.mark.parametrize(
    "answer", ["550 5.4.5 Daily limit", "550 5.1.90 Limit", "550 5.1.8 Bad sender", "554 5.7.26 No"]
)
def test_a_limit_or_a_fault_of_ours_stops_bans_nobody_and_is_resumed(
    sender: Sender, office: PostOffice, answer: str
) -> None:
    office.judge = lambda address, taken, carried: answer if taken >= 10 else ""
    outcome = sender.to(*ALL)(live=True)
    assert (outcome.exit_code, outcome.sent, outcome.refused, outcome.not_tried) == (3, 10, 0, 20)
    assert sum(office.tried.values()) == 11
    assert "refused" not in sender.ledger
    assert "the next run sends it to them by itself" in outcome.report
    assert read_finished(sender.root) == set()
    office.judge = None
    assert sender(live=True).exit_code == 0
    assert everybody_once(office)
    assert read_finished(sender.root) == {DAY}


@pytest.mark.parametrize(
    "answer", ["552 5.2.2 Full", "550 5.7.1 Not by me", "550 5.2.2 Full", "550 No", "553 5.1.3 No"]
)
def test_what_one_mailbox_says_is_that_readers_alone(sender: Sender, office: PostOffice, answer: str) -> None:
    office.at_rcpt[ALL[5]] = [answer]
    outcome = sender.to(*ALL)(live=True)
    assert (outcome.exit_code, outcome.sent, outcome.refused) == (0, 29, 1)
    assert everybody_once(office, ALL[5])
    assert f"line{''} 6 ({' '.join(answer.split()[: 2 if answer[4:5] == '5' else 1])})" in outcome.report
    assert read_finished(sender.root) == {DAY}


def test_a_full_mailbox_is_tried_again_by_the_next_issue_and_one_that_is_gone_is_not(
    sender: Sender, office: PostOffice
) -> None:
    office.at_rcpt = {ALL[0]: ["552 5.2.2 Full"], ALL[1]: ["550 5.1.1 Unknown"], ALL[2]: ["550 No"]}
    sender.to(*ALL[:4])(live=True)
    ledger = sender.root / "content" / "sent" / f"{DAY}.jsonl"
    ledger.rename(ledger.with_name("2026-11-19.jsonl"))
    office.taken.clear()
    sender(live=True)
    assert set(office.counts) == {ALL[0], ALL[2], ALL[3]}


def test_when_all_are_put_off_the_run_waits_stops_after_a_few_and_is_resumed(
    sender: Sender, office: PostOffice
) -> None:
    office.judge = lambda address, taken, carried: "450 4.7.1 Too much" if taken >= 10 else ""
    outcome = sender.to(*ALL)(live=True)
    assert (outcome.exit_code, outcome.sent, outcome.given_up, outcome.not_tried) == (3, 10, 0, 20)
    assert sum(office.tried.values()) == 10 + 10 + 4
    assert sender.slept == [20.0, 40.0, 120.0, 300.0]
    office.judge = None
    assert sender(live=True).sent == 20
    assert everybody_once(office)


def test_a_server_that_takes_more_after_a_pause_is_waited_for(sender: Sender, office: PostOffice) -> None:
    office.judge = lambda address, taken, carried: "450 4.7.1 Wait" if taken >= 10 and not sender.slept else ""
    assert sender.to(*ALL)(live=True).exit_code == 0
    assert everybody_once(office)
    assert sender.slept == [20.0, 20.0], "one pause, and one for those who were put off meanwhile"


def test_a_whole_list_that_is_greylisted_gets_it_in_one_run(sender: Sender, office: PostOffice) -> None:
    first: dict[str, float] = {}

    def greylisting(address: str, taken: int, carried: int) -> str:
        waited = sum(sender.slept)
        return "451 4.7.1 Greylisted" if waited - first.setdefault(address, waited) < 300 else ""

    office.judge = greylisting
    outcome = sender.to(*ALL)(live=True)
    assert (outcome.exit_code, outcome.sent) == (0, 30)
    assert everybody_once(office)


@pytest.mark.parametrize("answer", ["421 4.7.0 Enough", HANG_UP])
def test_a_connection_that_ends_after_some_messages_is_made_anew(
    sender: Sender, office: PostOffice, answer: str
) -> None:
    office.judge = lambda address, taken, carried: answer if carried >= 5 else ""
    outcome = sender.to(*ALL)(live=True)
    assert (outcome.exit_code, outcome.sent) == (0, 30)
    assert everybody_once(office)
    assert (office.connections, sender.slept) == (6, [])


def test_421_at_the_sender_is_answered_with_a_new_connection(sender: Sender, office: PostOffice) -> None:
    def judge(address: str, taken: int, carried: int) -> str:
        office.at_mail += ["421 4.3.2 Bye"] if taken == 3 else []
        return ""

    office.judge = judge
    assert sender.to(*ALL)(live=True).sent == 30
    assert everybody_once(office)


def test_a_server_that_answers_no_message_is_left_after_three(sender: Sender, office: PostOffice) -> None:
    office.after_message["*"] = [HANG_UP] * 30
    outcome = sender.to(*ALL)(live=True)
    assert (outcome.exit_code, outcome.unknown, outcome.not_tried) == (3, 3, 27)


def test_an_unknown_domain_is_one_readers_own_and_costs_a_minute(sender: Sender, office: PostOffice) -> None:
    office.at_rcpt[ALL[5]] = ["450 4.1.2 Domain not found"] * 99
    outcome = sender.to(*ALL)(live=True)
    assert (outcome.exit_code, outcome.sent, outcome.given_up) == (0, 29, 1)
    assert office.tried[ALL[5]] == 3
    assert sum(sender.slept) == 60
    assert "**Not reached yet:** line 6 (450 4.1.2) of the recipients. The next run tries again" in outcome.report
    assert read_finished(sender.root) == set()


def test_who_is_not_reached_on_three_days_is_left_and_the_issue_is_done(
    sender: Sender, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.at_rcpt[ALL[5]] = ["450 4.1.2 Domain not found"] * 99
    sender.to(*ALL)
    for day, is_done in ((0, False), (0, False), (1, False), (2, True)):
        sender.now = NOW + timedelta(days=day)
        outcome = sender(live=True)
        assert outcome.exit_code == 0
        assert (read_finished(sender.root) == {DAY}) == is_done
    assert "**Not reached on three days:** line 6" in outcome.report
    tried = office.tried[ALL[5]]
    assert sender(live=True).report == ""
    assert office.tried[ALL[5]] == tried


def test_a_server_that_takes_it_from_nobody_sends_nothing_and_counts_no_day(sender: Sender, office: PostOffice) -> None:
    office.at_rcpt["*"] = ["451 4.3.0 Trouble"] * 99
    with pytest.raises(CannotSend, match="for nobody"):
        sender.to(*ALL[:3])(live=True)
    assert "given-up" not in sender.ledger
    office.at_rcpt.clear()
    assert sender(live=True).sent == 3


def test_the_pace_is_that_of_the_settings(sender: Sender, office: PostOffice) -> None:
    digest = sender.site.catalog.digest
    email = digest.email.model_copy(update={"per_minute": 30, "per_connection": 10})
    sender.site = replace(
        sender.site,
        catalog=replace(sender.site.catalog, digest=digest.model_copy(update={"email": email})),
    )
    assert sender.to(*ALL)(live=True).sent == 30
    assert office.connections == 3
    assert sender.slept == [2.0] * 29


def test_mailboxes_that_are_gone_are_told_by_line_and_their_addresses_written_where_it_is_asked(
    sender: Sender, office: PostOffice, outside: Callable[[str], Path]
) -> None:
    office.at_rcpt = {ALL[3]: ["550-5.1.1 No such user\r\n550 5.1.1 here"], ALL[9]: ["550 5.2.1 Closed"]}
    office.at_rcpt[ALL[5]] = ["552 5.2.2 Full"]
    file = outside("gone.txt")
    outcome = sender.to(*ALL)(live=True, gone=file)
    assert file.read_text() == f"{ALL[3]}\n{ALL[9]}\n"
    assert (file.stat().st_mode & 0o077) == 0
    assert "**Take off the list:** lines 4 (550 5.1.1), 10 (550 5.2.1) of the recipients." in outcome.report
    assert "@" not in outcome.report
    with pytest.raises(CannotSend, match="in the digest's repository"):
        sender(live=True, gone=sender.root / "gone.txt")


def test_a_report_is_empty_when_nobody_has_to_do_anything(sender: Sender, office: PostOffice) -> None:
    assert sender.to(*ALL[:2])(live=True).report == ""
    assert sender(live=True).report == ""


def test_those_of_whom_nobody_knows_are_reported_and_the_issue_is_done(sender: Sender, office: PostOffice) -> None:
    office.after_message[ALL[1]] = [HANG_UP]
    outcome = sender.to(*ALL[:3])(live=True)
    assert outcome.exit_code == 3
    assert "**May or may not have got it:** line 2 of the recipients. They are not sent it again" in outcome.report
    assert read_finished(sender.root) == {DAY}


def test_a_letter_carries_the_time_of_its_sending(sender: Sender, office: PostOffice) -> None:
    sender.now = datetime.fromisoformat("2026-11-23T17:04:05+00:00")
    sender.to(ALL[0])(live=True)
    assert office.message(ALL[0])["Date"] == "Mon, 23 Nov 2026 17:04:05 +0000"
    assert office.raw(ALL[0]).count(b"\r\nDate:") == 1


# ---- a test letter ----


def test_a_test_letter_goes_to_oneself_and_uses_nothing_up(sender: Sender, office: PostOffice) -> None:
    del sender.environment["DIGEST_LEDGER_KEY"]
    outcome = sender(test=ALL[0], to=None)
    assert outcome.exit_code == 0
    message = office.message(ALL[0])
    assert message["Subject"] == "[Test] Letter {{ 7*7 }} für *|FNAME|*"
    assert message["List-Unsubscribe"].startswith("<https://leave.example/out")
    assert not (sender.root / "content" / "sent").exists()
    assert ALL[0] not in sender.words
    assert sender(test=ALL[0], to=None).exit_code == 0
    assert len({raw.partition(b"Message-ID: ")[2].partition(b"\r\n")[0] for _, raw in office.taken}) == 2


@pytest.mark.parametrize("answer", ["450 4.7.1 Later", "550 5.1.1 Unknown", "550 5.4.5 Limit", HANG_UP])
def test_a_test_letter_that_did_not_go_is_said(sender: Sender, office: PostOffice, answer: str) -> None:
    office.at_rcpt[ALL[0]] = [answer]
    with pytest.raises(CannotSend, match=answer[:3] if answer[0].isdigit() else "no answer"):
        sender(test=ALL[0], to=None)
    with pytest.raises(CannotSend, match="no address"):
        sender(test="nobody", to=None)


@pytest.mark.parametrize("more", [{"live": True}, {"dry": True}, {"claim": "1-1"}, {"release": "1-1"}])
def test_a_test_letter_is_all_that_is_done(sender: Sender, office: PostOffice, more: dict[str, object]) -> None:
    with pytest.raises(CannotSend, match="do not go together"):
        sender(test=ALL[0], to=None, **more)
    assert office.connections == 0


# ---- one answer ----


@pytest.mark.parametrize(
    ("stage", "code", "words", "kind"),
    [
        ("rcpt", 554, b"relaying denied", Kind.REFUSED),
        ("rcpt", 552, b"5.2.2 full", Kind.REFUSED),
        ("rcpt", 552, b"full", Kind.REFUSED),
        ("rcpt", 551, b"moved", Kind.REFUSED),
        ("rcpt", 553, b"no", Kind.REFUSED),
        ("rcpt", 521, b"no mail here", Kind.STOP),
        ("rcpt", 550, b"5.4.1 Recipient address rejected: Access denied", Kind.REFUSED),  # Microsoft's unknown reader
        ("rcpt", 550, b"5.5.0 mailbox unavailable", Kind.REFUSED),  # Outlook.com's
        ("rcpt", 555, b"5.5.2 syntax", Kind.REFUSED),
        ("rcpt", 503, b"5.5.1 MAIL first", Kind.STOP),
        ("rcpt", 530, b"5.7.0 Authentication required", Kind.STOP),
        ("rcpt", 550, b"5.7.606 banned IP", Kind.STOP),
        ("rcpt", 550, b"5.7.133 restricted", Kind.REFUSED),
        ("rcpt", 550, b"5.3.4 too big", Kind.STOP),
        ("rcpt", 550, b"5.4.5 limit", Kind.STOP),
        ("rcpt", 550, b"5.1.7 bad sender", Kind.STOP),
        ("rcpt", 450, b"5.1.1 contradicts itself", Kind.LATER),
        ("data", 554, b"no", Kind.STOP),
        ("data", 550, b"5.2.2 full", Kind.REFUSED),
        ("message", 552, b"too large", Kind.STOP),
        ("message", 552, b"5.2.2 full", Kind.REFUSED),
        ("message", 550, b"5.7.1 spam", Kind.STOP),
        ("message", 550, b"5.6.0 content", Kind.STOP),
        ("message", 550, b"no", Kind.REFUSED),
        ("mail", 550, b"5.1.1 whatever", Kind.STOP),
        ("mail", 421, b"4.7.0 bye", Kind.LATER),
    ],
)
def test_whom_an_answer_is_about(stage: Stage, code: int, words: bytes, kind: Kind) -> None:
    assert judged(stage, code, words).kind is kind


@pytest.mark.parametrize(
    ("code", "words", "told", "gone"),
    [
        (550, b"5.1.1 unknown", "550 5.1.1", True),
        (550, b"no such user\n5.1.1 here", "550 5.1.1", True),
        (550, b"sorry, no mailbox here by that name (#5.1.1)", "550 5.1.1", True),
        (550, b"5.1.10 RecipientNotFound", "550 5.1.10", True),
        (550, b"5.1.6 moved", "550 5.1.6", True),
        (550, b"5.2.1 disabled", "550 5.2.1", True),
        (550, b"5.2.2 full", "550 5.2.2", False),
        (556, b"takes no mail", "556", True),
        (550, b"no", "550", False),
        (550, b"4.1.1 contradicts itself", "550 4.1.1", False),
        (550, b"4.7.0 first\n5.1.1 then", "550 5.1.1", True),
        (450, b"4.1.1 later", "450 4.1.1", False),
        (550, b"5.1.1.7 is a host", "550", False),
        (550, b"blocked, see 5.1.1", "550", False),
    ],
)
def test_only_an_answer_that_says_so_tells_that_a_mailbox_is_gone(
    code: int, words: bytes, told: str, gone: bool
) -> None:
    assert judged("rcpt", code, words).code == told
    assert is_gone(told) is gone


@pytest.mark.parametrize(
    ("reply", "words"),
    [
        ("550 5.1.8", "look at email.from"),
        ("501 5.1.7", "look at email.from"),
        ("550 5.4.5", "a limit of your account"),
        ("550 5.7.28", "a limit of your account"),
        ("530 5.7.0", "another sign-in"),
        ("550 5.7.9", "another sign-in"),
        ("552", "too large"),
        ("552 5.3.4", "too large"),
        ("550 5.7.26", "its policy"),
        ("554", "holds for all messages"),
        ("552 5.5.0", "holds for all messages"),
    ],
)
def test_a_person_is_told_what_a_refusal_of_everything_is_about(reply: str, words: str) -> None:
    assert words in what_stops(reply)


def test_a_folded_ledger_holds_a_line_a_reader(sender: Sender, office: PostOffice) -> None:
    office.judge = lambda address, taken, carried: "421 4.7.0 Enough" if carried >= 5 else ""
    sender.to(*ALL)(claim="78-1")
    sender(live=True, claimed="78-1")
    steps = [json.loads(line)["step"] for line in sender.ledger.splitlines()]
    assert steps == ["claim", *["sent"] * 30, "done"]
