import re

import pytest

from paper_digest.delivery.environment import CannotSend, silenced
from tests.delivery.conftest import DAY, KEY, Sender, leaving_at
from tests.delivery.post_office import HANG_UP, PASSWORD, PostOffice

ADA, BOB, EVE = "ada@readers.example", "bob@readers.example", "eve@readers.example"


@pytest.mark.parametrize("asked", [{"dry": True}, {}, {"dry": True, "live": True}])
def test_a_dry_run_tells_all_and_does_nothing(sender: Sender, office: PostOffice, asked: dict[str, bool]) -> None:
    outcome = sender.to(ADA, BOB)(**asked)
    assert outcome.exit_code == 0
    assert office.connections == 0
    assert sender.ledger == ""
    assert "2 get it; 0 got it already; 0 were refused." in sender.said
    assert f"Server: 127.0.0.1:{office.port}, encrypted by STARTTLS, signed in" in sender.said
    assert "Subject: Letter {{ 7*7 }} für *|FNAME|*" in sender.said
    assert any(line.startswith("From: Test Digest <digest@digest.example>") for line in sender.said)
    assert "Unsubscribe, with one click: https://leave.example/out?list=all&who={token}" in sender.said
    assert re.search(r"Each message: [\d,]+ bytes\. HTML: [\d,]+ bytes; text: [\d,]+ bytes", sender.words)


def test_a_dry_run_tells_who_has_it_and_who_may_have_it(sender: Sender, office: PostOffice) -> None:
    office.after_message[BOB] = [HANG_UP]
    office.at_rcpt[EVE] = ["550 5.1.1 unknown"]
    sender.to(ADA, BOB, EVE)(live=True)
    outcome = sender.to(ADA, BOB, EVE, "new@readers.example")(dry=True)
    assert "1 get it; 1 got it already; 1 were refused." in sender.said
    assert "May or may not have got it" in sender.words
    assert outcome.unknown == 1
    assert sender(live=True).sent == 1, "as it was said"


def test_a_dry_run_tells_everything_that_is_missing_at_once(sender: Sender, office: PostOffice) -> None:
    sender.environment = {}
    sender.site = leaving_at(sender.site, None)
    assert sender.to(ADA)(dry=True).exit_code == 1
    for missing in ("DIGEST_LEDGER_KEY", "DIGEST_SMTP_HOST", "email.unsubscribe_url"):
        assert missing in sender.words
    assert "In the file: 1 reader." in sender.words


def test_unknown_readers_who_left_the_file_are_still_told(sender: Sender, office: PostOffice) -> None:
    office.after_message[BOB] = [HANG_UP]
    sender.to(ADA, BOB)(live=True)
    outcome = sender.to(ADA)(live=True)
    assert (outcome.exit_code, outcome.unknown) == (3, 1)
    assert "not in the file any more" in sender.words


def test_an_issue_that_is_not_there_is_said(sender: Sender, office: PostOffice) -> None:
    with pytest.raises(CannotSend, match=f"no issue 2020-01-01. The latest are: {DAY}"):
        sender.to(ADA)(issue="2020-01-01", live=True)


def test_smtp_needs_a_file_and_the_others_have_their_own_list(sender: Sender, office: PostOffice) -> None:
    with pytest.raises(CannotSend, match="--to FILE"):
        sender.to(ADA)(live=True, to=None)
    with pytest.raises(CannotSend, match="keeps the list of readers itself"):
        sender("buttondown", to=sender.recipients)


@pytest.mark.parametrize(
    ("name", "value", "fault"),
    [
        ("DIGEST_SMTP_HOST", "", "DIGEST_SMTP_HOST"),
        ("DIGEST_SMTP_PORT", "70000", "no port"),
        ("DIGEST_SMTP_PASSWORD", "", "go together"),
        ("DIGEST_SMTP_PASSWORD", "päss", "ASCII"),
        ("DIGEST_SMTP_SECURITY", "maybe", "none of"),
        ("DIGEST_DKIM_SELECTOR", "letters", "go together"),
        ("DIGEST_UNSUBSCRIBE_KEY", "short", "DIGEST_UNSUBSCRIBE_KEY"),
    ],
)
def test_what_is_set_wrong_is_said_before_anything_is_sent(
    sender: Sender, office: PostOffice, name: str, value: str, fault: str
) -> None:
    sender.environment[name] = value
    with pytest.raises(CannotSend, match=fault):
        sender.to(ADA)(live=True)
    assert office.connections == 0
    assert sender.ledger == ""


def test_mail_goes_unencrypted_to_this_computer_alone(sender: Sender, office: PostOffice) -> None:
    sender.environment |= {"DIGEST_SMTP_SECURITY": "none", "DIGEST_SMTP_HOST": "mail.example"}
    with pytest.raises(CannotSend, match="this computer alone"):
        sender.to(ADA)(live=True)


def test_the_readers_are_not_known_by_the_unsubscribe_token(sender: Sender, office: PostOffice) -> None:
    """With a key of its own, the service that takes readers off the list cannot read the ledger."""
    sender.to(ADA)(live=True)
    first = office.message(ADA)["List-Unsubscribe"]
    office.taken.clear()
    (sender.root / "content" / "sent" / f"{DAY}.jsonl").unlink()
    sender.environment["DIGEST_UNSUBSCRIBE_KEY"] = KEY[::-1]
    sender(live=True)
    assert office.message(ADA)["List-Unsubscribe"] != first


def test_a_secret_that_gets_into_a_sentence_is_silenced() -> None:
    said: list[str] = []
    say = silenced(said.append, {"DIGEST_SMTP_PASSWORD": PASSWORD, "BUTTONDOWN_API_KEY": ""})
    say(f"It said {PASSWORD}, {PASSWORD}.")
    assert said == ["It said …, …."]
