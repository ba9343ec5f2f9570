import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from paper_digest.catalog.sent import read_claims, read_sent
from paper_digest.delivery import ledger
from paper_digest.delivery.environment import CannotSend
from paper_digest.delivery.ledger import Pseudonyms
from tests.conftest import REPOSITORY
from tests.delivery.conftest import DAY, KEY, NOW, Sender
from tests.delivery.crasher import READERS
from tests.delivery.post_office import HANG_UP, PostOffice


def test_killed_between_any_two_steps_nobody_gets_it_twice_and_the_unknown_are_reported(
    root: Path, office: PostOffice, outside: Callable[[str], Path]
) -> None:
    arguments = [str(root), str(outside("crashing.txt")), str(office.port)]
    done = subprocess.run(
        [sys.executable, "-m", "tests.delivery.crasher", *arguments],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONWARNINGS": "ignore"},
        capture_output=True,
        text=True,
        timeout=300,
        check=True,
    )
    runs = [json.loads(line) for line in done.stdout.splitlines()]
    assert len(runs) > 50, "there are many steps"
    assert [run["killed"] for run in runs] == [True] * (len(runs) - 1) + [False]
    assert max(office.counts.values()) == 1
    for run in runs:
        addresses = [f"{name}.{run['step']}@readers.example" for name in READERS]
        got = sum(office.counts[address] for address in addresses)
        # Everybody has it, or is told of as unknown; and who has it for certain got it.
        assert run["sent"] + run["already"] + run["unknown"] == len(READERS), run
        assert got >= run["sent"] + run["already"], run
        assert run["unknown"] <= 1, run
        assert run["exit_code"] == (3 if run["unknown"] else 0), run
        assert run["finished"], run
        assert len(run["ledger"].splitlines()) == len(READERS) + 2, run
        assert ("May or may not have got it" in run["said"]) == bool(run["unknown"]), run
        assert "@" not in run["ledger"] + run["said"]
    unknown = [run for run in runs if run["unknown"]]
    assert {sum(office.counts[f"{name}.{run['step']}@readers.example"] for name in READERS) for run in unknown} == {
        1,
        2,
    }
    # Once more: nothing is left to do.
    assert (runs[-1]["sent"], runs[-1]["already"]) == (0, len(READERS))


def test_a_line_that_was_cut_short_is_taken_away_and_told(sender: Sender, office: PostOffice) -> None:
    sender.to("ada@readers.example", "bob@readers.example")(live=True)
    path = ledger.path_of(sender.root, DAY)
    whole = sender.ledger.splitlines(keepends=True)
    path.write_text("".join([*whole[:-2], whole[-2].replace('"sent"', '"intent"'), whole[-1][:-20]]), "utf-8")
    outcome = sender(live=True)
    assert "cut short" in sender.words
    assert (outcome.sent, outcome.already, outcome.unknown) == (0, 1, 1)
    assert max(office.counts.values()) == 1
    assert all(json.loads(line) for line in sender.ledger.splitlines())


def test_a_line_in_the_middle_that_cannot_be_read_stops_everything(sender: Sender, office: PostOffice) -> None:
    sender.to("ada@readers.example")(live=True)
    path = ledger.path_of(sender.root, DAY)
    path.write_text(path.read_text("utf-8") + "<<<<<<< HEAD\n", "utf-8")
    connections = office.connections
    with pytest.raises(CannotSend, match=rf"content/sent/{DAY}\.jsonl:4: "):
        sender(live=True)
    assert office.connections == connections


def test_two_processes_at_once_send_once(sender: Sender, office: PostOffice) -> None:
    sender.to("ada@readers.example")
    with (
        ledger.opened(sender.root, DAY, Pseudonyms(KEY.encode()), lambda: NOW),
        pytest.raises(CannotSend, match="Another process"),
    ):
        sender(live=True)
    assert office.connections == 0
    assert sender(live=True).sent == 1


def test_a_lock_ends_with_its_process(sender: Sender, office: PostOffice) -> None:
    sender.to("ada@readers.example")
    holding = (
        "import pathlib, signal, sys\nfrom paper_digest.delivery import ledger\n"
        "from tests.delivery.conftest import DAY, KEY, NOW\n"
        "with ledger.opened(pathlib.Path(sys.argv[1]), DAY, ledger.Pseudonyms(KEY.encode()), lambda: NOW):\n"
        "    print(flush=True)\n    signal.pause()\n"
    )
    command = [sys.executable, "-c", holding, str(sender.root)]
    with subprocess.Popen(command, cwd=REPOSITORY, stdout=subprocess.PIPE) as other:
        assert other.stdout is not None
        assert other.stdout.readline() == b"\n"
        with pytest.raises(CannotSend, match="Another process"):
            sender(live=True)
        other.kill()
    assert office.connections == 0
    assert sender(live=True).sent == 1


def test_another_key_is_noticed_before_everybody_looks_new(sender: Sender, office: PostOffice) -> None:
    sender.to("ada@readers.example")(live=True)
    sender.environment["DIGEST_LEDGER_KEY"] = KEY[::-1]
    with pytest.raises(CannotSend, match="not the key"):
        sender(live=True)
    assert office.counts == {"ada@readers.example": 1}
    assert sender(dry=True).exit_code == 1


@pytest.mark.parametrize("key", ["", "short"])
def test_without_a_key_nothing_is_sent_and_how_to_make_one_is_said(
    sender: Sender, office: PostOffice, key: str
) -> None:
    sender.environment["DIGEST_LEDGER_KEY"] = key
    with pytest.raises(CannotSend, match=r"secrets\.token_urlsafe"):
        sender.to("ada@readers.example")(live=True)
    assert office.connections == 0
    assert sender.ledger == ""


def test_a_claim_is_written_first_and_ends_with_its_run(sender: Sender, office: PostOffice) -> None:
    sender.to("ada@readers.example")
    assert sender(claim="78-1").exit_code == 0
    assert office.connections == 0
    assert json.loads(sender.ledger)["run"] == "78-1"
    assert [claim[:2] for claim in read_claims(sender.root)] == [(DAY, "78-1")]
    for other in ({"claim": "78-1"}, {"claim": "78-2"}, {"live": True}, {"live": True, "claimed": "78-2"}):
        with pytest.raises(CannotSend, match="78-1"):
            sender(**other)
    assert office.connections == 0
    assert sender(live=True, claimed="78-1").sent == 1
    assert read_claims(sender.root) == []
    assert sender.steps() == ["claim", "sent 250 2.0.0", "done"]
    with pytest.raises(CannotSend, match="nobody has claimed"):
        sender(live=True, claimed="78-1")
    assert sender(claim="79-1").exit_code == 0
    assert sender(live=True, claimed="79-1").sent == 0


def test_a_claim_without_an_end_needs_somebody_who_answers_for_going_on(sender: Sender, office: PostOffice) -> None:
    sender.to("ada@readers.example")(claim="78-1")
    with pytest.raises(CannotSend, match="--take-over"):
        sender(live=True)
    assert sender(live=True, take_over=True).sent == 1


def test_a_claimed_run_that_cannot_begin_gives_its_claim_back(sender: Sender, office: PostOffice) -> None:
    sender.to("ada@readers.example")(claim="78-1")
    host = sender.environment.pop("DIGEST_SMTP_HOST")
    with pytest.raises(CannotSend, match="DIGEST_SMTP_HOST"):
        sender(live=True, claimed="78-1")
    sender.environment["DIGEST_SMTP_HOST"] = host
    assert sender(live=True).sent == 1


def test_the_claim_of_a_run_that_sent_nothing_is_released_even_without_the_key(
    sender: Sender, office: PostOffice
) -> None:
    sender.to("ada@readers.example")(claim="78-1")
    key = sender.environment.pop("DIGEST_LEDGER_KEY")
    for _ in range(2):
        assert sender(release="78-1").exit_code == 0
    assert read_claims(sender.root) == []
    sender.environment["DIGEST_LEDGER_KEY"] = key
    assert sender(live=True).sent == 1


def test_one_release_ends_one_claim(sender: Sender, office: PostOffice) -> None:
    sender.to("ada@readers.example")(claim="78-1")
    sender(release="77-1")
    assert [claim[0] for claim in read_claims(sender.root)] == [DAY]
    with pytest.raises(CannotSend, match="--release 78-1"):
        sender(live=True)


def test_a_claimed_run_with_a_wrong_key_gives_its_claim_back(sender: Sender, office: PostOffice) -> None:
    sender.to("ada@readers.example")(claim="78-1")
    sender.environment["DIGEST_LEDGER_KEY"] = KEY[::-1]
    with pytest.raises(CannotSend, match="not the key"):
        sender(live=True, claimed="78-1")
    assert read_claims(sender.root) == []


def test_an_issue_that_somebody_may_have_is_frozen(sender: Sender, office: PostOffice) -> None:
    sender.to("ada@readers.example")(claim="78-1")
    assert DAY not in read_sent(sender.root)
    office.after_message["ada@readers.example"] = [HANG_UP]
    sender(live=True, claimed="78-1")
    assert DAY in read_sent(sender.root)


def test_a_claim_of_a_run_that_died_stops_every_later_one_even_with_a_claim(sender: Sender, office: PostOffice) -> None:
    sender.to("ada@readers.example")(claim="78-1")
    path = sender.root / "content/sent" / f"{DAY}.jsonl"
    second = '{"at": "x", "step": "claim", "via": "smtp", "run": "79-1"}\n'
    path.write_text(path.read_text() + second)
    assert DAY in [claim[0] for claim in read_claims(sender.root)]
    with pytest.raises(CannotSend, match="78-1 claimed"):
        sender(live=True, claimed="79-1")
    assert office.connections == 0
    assert sender(live=True, take_over=True).sent == 1
    assert DAY not in [claim[0] for claim in read_claims(sender.root)]


def test_what_was_sent_stays_sent_however_two_ledgers_were_merged() -> None:
    lines = [b'{"at": "1", "step": "sent", "who": "x"}', b'{"at": "0", "step": "intent", "who": "x"}']
    entries = [ledger.Entry.of_line(line) for line in lines]
    assert ledger.standing(entries)["x"].step is ledger.Step.SENT
