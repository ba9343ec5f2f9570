import re
import socket
import subprocess
from pathlib import Path
from typing import Any

import dkim
import pytest

from paper_digest.delivery.answers import Kind, Stage, judged
from paper_digest.delivery.environment import CannotSend
from tests.delivery.conftest import KEY, Sender, leaving_at
from tests.delivery.post_office import HANG_UP, PASSWORD, USER, Certificate, PostOffice, open_office

ADA, BOB, EVE = "ada@readers.example", "bob@readers.example", "eve@readers.example"
NAMES = {"ada", "bob", "eve"}


def test_every_reader_gets_one_message_of_their_own(sender: Sender, office: PostOffice) -> None:
    outcome = sender.to(f"Ada Lovelace <{ADA}>", "# a comment", "", BOB, ADA.upper())(live=True)
    assert (outcome.exit_code, outcome.sent) == (0, 2)
    assert office.counts == {ADA: 1, BOB: 1}
    assert office.connections == 1
    assert office.message(ADA)["To"] == f"Ada Lovelace <{ADA}>"
    assert office.message(BOB)["To"] == BOB
    assert BOB.encode() not in office.raw(ADA)


def test_a_message_is_whole_and_leads_its_reader_out_of_the_list(sender: Sender, office: PostOffice) -> None:
    sender.to(ADA, BOB)(live=True)
    message, raw = office.message(ADA), office.raw(ADA)
    assert [part.get_content_type() for part in message.iter_parts()] == ["text/plain", "text/html"]
    assert not message.defects
    assert message["Subject"] == "Letter {{ 7*7 }} für *|FNAME|*"
    assert message["Bcc"] is None
    head = raw.partition(b"\r\n\r\n")[0].decode("ascii")
    [line] = [line for line in head.split("\r\n") if line.startswith("List-Unsubscribe:")]
    found = re.fullmatch(r"List-Unsubscribe: <(https://leave\.example/out\?list=all&who=[\w-]{24})>", line)
    assert found
    assert "List-Unsubscribe-Post: List-Unsubscribe=One-Click" in head
    text, html = (str(part.get_content()) for part in message.iter_parts())
    assert f"Unsubscribe: {found[1]}\n" in text.replace("\r\n", "\n")
    assert f'href="{found[1].replace("&", "&amp;")}"' in html
    assert ".invalid" not in text + html + head
    assert found[1] not in office.raw(BOB).decode("ascii"), "another reader leaves by another address"
    assert max(len(line) for line in raw.split(b"\r\n")) <= 998
    assert max(len(line) for line in raw.partition(b"\r\n\r\n")[2].split(b"\r\n")) <= 78, "filled in, not longer"


def test_a_message_id_is_the_readers_own_and_stays(sender: Sender, office: PostOffice) -> None:
    sender.to(ADA, BOB)(live=True)
    first = {address: office.message(address)["Message-ID"] for address in (ADA, BOB)}
    assert len(set(first.values())) == 2
    (sender.root / "content" / "sent").joinpath("2026-11-20.jsonl").unlink()
    office.taken.clear()
    sender(live=True)
    assert {address: office.message(address)["Message-ID"] for address in (ADA, BOB)} == first


def test_sending_twice_is_a_no_op(sender: Sender, office: PostOffice) -> None:
    sender.to(ADA, BOB)(live=True)
    ledger, connections = sender.ledger, office.connections
    outcome = sender(live=True)
    assert (outcome.exit_code, outcome.sent, outcome.already) == (0, 0, 2)
    assert office.connections == connections
    assert office.counts == {ADA: 1, BOB: 1}
    assert sender.ledger == ledger


def test_who_came_to_the_list_since_gets_it_alone(sender: Sender, office: PostOffice) -> None:
    sender.to(ADA)(live=True)
    assert sender.to(ADA, BOB)(live=True).sent == 1
    assert office.counts == {ADA: 1, BOB: 1}


def test_451_is_tried_again_within_bounds(sender: Sender, office: PostOffice) -> None:
    office.at_rcpt[ADA] = ["451 4.7.1 Greylisted", "451 4.7.1 Greylisted"]
    outcome = sender.to(ADA, BOB)(live=True)
    assert (outcome.exit_code, outcome.sent) == (0, 2)
    assert office.counts == {ADA: 1, BOB: 1}
    assert sender.slept == [20.0, 40.0]
    office.at_rcpt[EVE] = ["451 no"] * 3
    outcome = sender.to(ADA, BOB, EVE)(live=True)
    assert (outcome.exit_code, outcome.given_up) == (0, 1)
    assert sender.slept == [20.0, 40.0], "one reader is not waited for when the rest is done"
    assert office.counts == {ADA: 1, BOB: 1}
    assert sender(live=True).sent == 1, "who certainly did not get it is sent it by the next run"


def test_451_after_the_message_is_tried_again_too(sender: Sender, office: PostOffice) -> None:
    office.after_message[ADA] = ["451 4.3.0 Try later"]
    assert sender.to(ADA)(live=True).sent == 1
    assert office.counts == {ADA: 1}
    assert sender.steps()[1:] == ["sent 250 2.0.0", "done"]


@pytest.mark.parametrize("stage", ["at_rcpt", "after_message"])
def test_550_is_recorded_and_the_others_get_theirs(sender: Sender, office: PostOffice, stage: str) -> None:
    getattr(office, stage)[ADA] = [f"550 5.1.1 <{ADA}> unknown here"]
    outcome = sender.to(ADA, BOB)(live=True)
    assert (outcome.exit_code, outcome.sent, outcome.refused) == (0, 1, 1)
    assert office.counts == {BOB: 1}
    assert "refused 550 5.1.1" in sender.steps()
    assert sender(live=True).sent == 0, "a bounce is not tried again"


def test_a_bounce_is_remembered_by_the_next_issue_until_it_is_asked_for(sender: Sender, office: PostOffice) -> None:
    office.at_rcpt[ADA] = ["550 5.1.1 unknown"]
    sender.to(ADA, BOB)(live=True)
    ledger = sender.root / "content" / "sent" / "2026-11-20.jsonl"
    ledger.rename(ledger.with_name("2026-11-19.jsonl"))
    assert sender(live=True).sent == 1
    assert "line 1" in sender.words
    assert office.counts == {BOB: 2}
    assert sender(live=True, refused_too=True).sent == 1
    assert office.counts == {BOB: 2, ADA: 1}


@pytest.mark.parametrize("stage", ["at_rcpt", "after_message"])
def test_a_refusal_that_holds_for_all_stops_the_run(sender: Sender, office: PostOffice, stage: str) -> None:
    getattr(office, stage)[BOB] = ["552 5.3.4 Too large"]
    outcome = sender.to(ADA, BOB, EVE)(live=True)
    assert (outcome.exit_code, outcome.sent, outcome.refused, outcome.not_tried) == (3, 1, 0, 2)
    assert office.counts == {ADA: 1}
    assert "552 5.3.4" in sender.words
    assert sender(live=True).sent == 2
    assert [address for address, _ in office.taken] == [ADA, EVE, BOB], "what stopped the run comes last"


def test_a_refusal_of_policy_at_the_first_reader_sends_nothing_and_is_no_bounce(
    sender: Sender, office: PostOffice
) -> None:
    office.after_message["*"] = ["550 5.7.1 Your network is not welcome"]
    with pytest.raises(CannotSend, match=r"550 5\.7\.1"):
        sender.to(ADA, BOB)(live=True)
    assert sender(live=True).sent == 2


def test_ten_refusals_in_a_row_are_hardly_the_mailboxes(sender: Sender, office: PostOffice) -> None:
    office.at_rcpt["*"] = ["550 5.1.1 no"] * 20
    with pytest.raises(CannotSend, match="10 readers in a row"):
        sender.to(*(f"reader{number}@readers.example" for number in range(20)))(live=True)
    assert "refused" not in sender.ledger
    office.at_rcpt.clear()
    assert sender(live=True).sent == 20, "nobody was taken for gone"


def test_a_connection_that_breaks_before_the_message_is_made_anew(sender: Sender, office: PostOffice) -> None:
    office.at_rcpt[BOB] = [HANG_UP]
    outcome = sender.to(ADA, BOB, EVE)(live=True)
    assert (outcome.exit_code, outcome.sent) == (0, 3)
    assert office.counts == {ADA: 1, BOB: 1, EVE: 1}
    assert office.connections == 2
    assert sender.slept == []


def test_who_got_no_answer_after_the_message_is_reported_and_not_sent_it_again(
    sender: Sender, office: PostOffice
) -> None:
    office.after_message[BOB] = [HANG_UP]
    outcome = sender.to(ADA, BOB, EVE)(live=True)
    assert (outcome.exit_code, outcome.sent, outcome.unknown) == (3, 2, 1)
    assert "line 2 of the recipients" in sender.words
    outcome = sender(live=True)
    assert (outcome.exit_code, outcome.sent, outcome.unknown) == (3, 0, 1)
    assert "line 2" in sender.words
    assert office.counts == {ADA: 1, BOB: 1, EVE: 1}
    outcome = sender(live=True, unknown_too=True)
    assert (outcome.exit_code, outcome.sent) == (0, 1), "whoever asks for it gets it"
    assert office.counts[BOB] == 2


def test_421_is_answered_with_a_new_connection(sender: Sender, office: PostOffice) -> None:
    office.at_rcpt[ADA] = ["421 4.7.0 Too many messages on this connection"]
    outcome = sender.to(ADA, BOB)(live=True)
    assert outcome.sent == 2
    assert office.counts == {ADA: 1, BOB: 1}


def test_a_server_that_cannot_be_reached_leaves_everybody_for_the_next_run(sender: Sender, office: PostOffice) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        sender.environment["DIGEST_SMTP_PORT"] = str(unused.getsockname()[1])
        with pytest.raises(CannotSend, match="cannot be reached"):
            sender.to(ADA, BOB)(live=True)
    assert len(sender.slept) == 4
    sender.environment["DIGEST_SMTP_PORT"] = str(office.port)
    assert sender(live=True).sent == 2


def test_a_certificate_that_nobody_vouches_for_is_not_spoken_to(
    sender: Sender, office: PostOffice, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("SSL_CERT_FILE")
    with pytest.raises(CannotSend, match="certificate"):
        sender.to(ADA)(live=True)
    assert office.taken == []


def test_a_server_without_starttls_gets_neither_password_nor_mail(sender: Sender, certificate: Certificate) -> None:
    plain: dict[str, Any] = {"require_starttls": False, "tls_context": None, "auth_required": False}
    plain["auth_require_tls"] = False
    with open_office(certificate, **plain) as open_door:
        sender.environment["DIGEST_SMTP_PORT"] = str(open_door.port)
        with pytest.raises(CannotSend, match="STARTTLS"):
            sender.to(ADA)(live=True)
    assert open_door.taken == []


def test_a_server_that_knows_no_sign_in_of_ours_is_not_waited_for(
    sender: Sender, office: PostOffice, certificate: Certificate
) -> None:
    with open_office(certificate, auth_exclude_mechanism=["LOGIN", "PLAIN"]) as other:
        sender.environment["DIGEST_SMTP_PORT"] = str(other.port)
        with pytest.raises(CannotSend, match="sign-in"):
            sender.to(ADA)(live=True)
    assert sender.slept == []


def test_encryption_from_the_first_word_works_where_the_server_begins_so(
    sender: Sender, office: PostOffice, certificate: Certificate
) -> None:
    sender.environment["DIGEST_SMTP_SECURITY"] = "tls"
    with pytest.raises(CannotSend, match="DIGEST_SMTP_PORT and DIGEST_SMTP_SECURITY"):
        sender.to(ADA)(live=True)
    assert sender.slept == []
    with open_office(certificate, encrypted=True) as other:
        sender.environment["DIGEST_SMTP_PORT"] = str(other.port)
        assert sender(live=True).sent == 1
        assert other.counts == {ADA: 1}


def test_a_wrong_password_stops_at_once_and_is_not_shown(sender: Sender, office: PostOffice) -> None:
    sender.environment["DIGEST_SMTP_PASSWORD"] = "a-wrong-one-that-is-secret"
    sender.to(ADA)(claim="78-1")
    with pytest.raises(CannotSend, match=r"does not accept the sign-in \(535\)") as refused:
        sender(live=True, claimed="78-1")
    assert sender.slept == []
    assert "a-wrong-one" not in str(refused.value) + sender.words
    sender.environment["DIGEST_SMTP_PASSWORD"] = PASSWORD
    assert sender(live=True).sent == 1, "the claim was given back"


def test_neither_secrets_nor_addresses_are_told_or_written(sender: Sender, office: PostOffice) -> None:
    office.at_rcpt[ADA] = [f"550 5.1.1 <{ADA}>: no such user, says {USER} {PASSWORD}"]
    office.after_message[BOB] = [HANG_UP]
    office.at_rcpt[EVE] = [f"451 {EVE} later"] * 3
    sender.to(f"Ada Lovelace <{ADA}>", BOB, EVE)(live=True)
    told = sender.words + sender.ledger
    sender(dry=True)
    told += sender.words
    for secret in (KEY, PASSWORD, USER, ADA, BOB, EVE, "readers.example", "Lovelace", *NAMES):
        assert secret not in told.lower().replace("are not reached", "")


def test_a_signed_message_is_verified_with_the_published_key(
    sender: Sender, office: PostOffice, tmp_path: Path
) -> None:
    key = tmp_path / "dkim.pem"
    subprocess.run(["openssl", "genrsa", "-out", key, "2048"], check=True, capture_output=True)
    public = subprocess.run(
        ["openssl", "rsa", "-in", key, "-pubout", "-outform", "PEM"], check=True, capture_output=True
    )
    record = b"v=DKIM1; k=rsa; p=" + b"".join(public.stdout.splitlines()[1:-1])
    asked: list[bytes] = []

    def dns(name: bytes, timeout: int = 5) -> bytes:
        asked.append(name)
        return record

    for given in (key.read_text("ascii").replace("\n", "\\n"), str(key)):
        sender.environment |= {"DIGEST_DKIM_KEY": given, "DIGEST_DKIM_SELECTOR": "letters"}
        office.taken.clear()
        (sender.root / "content" / "sent" / "2026-11-20.jsonl").unlink(missing_ok=True)
        assert sender.to(ADA)(live=True).sent == 1
        raw = office.raw(ADA)
        assert dkim.verify(raw, dnsfunc=dns)
        assert asked[-1] == b"letters._domainkey.digest.example."
        signed = re.sub(r"\s", "", str(office.message(ADA)["DKIM-Signature"])).lower()
        for name in ("from", "to", "subject", "date", "message-id", "list-unsubscribe", "list-unsubscribe-post"):
            assert f":{name}:" in signed.replace("h=", "h=:"), name
        assert "h=from:from:" in signed, "so that nobody can add a second one"
        assert not dkim.verify(raw.replace(b"leave.example", b"other.example"), dnsfunc=dns)
        assert not dkim.verify(b"From: Somebody <else@evil.example>\r\n" + raw, dnsfunc=dns)
        assert "PRIVATE" not in sender.words + sender.ledger


def test_a_key_that_is_none_is_refused_without_showing_it(sender: Sender, office: PostOffice) -> None:
    pem = "-----BEGIN PRIVATE KEY-----\nc2VjcmV0LXNlY3JldA==\n-----END PRIVATE KEY-----"
    sender.environment |= {"DIGEST_DKIM_KEY": pem, "DIGEST_DKIM_SELECTOR": "letters"}
    with pytest.raises(CannotSend) as refused:
        sender.to(ADA)(live=True)
    assert "c2Vjc" not in str(refused.value)
    assert office.connections == 0


@pytest.mark.parametrize(
    ("template", "fault"),
    [
        (None, "is missing"),
        ("http://leave.example/{token}", "https://"),
        ("https://leave.example/all", "neither {token} nor {email}"),
        ("https://leave.example/{token}/{name}", "no web address"),
    ],
)
def test_without_a_one_click_address_nothing_is_sent(
    sender: Sender, office: PostOffice, template: str | None, fault: str
) -> None:
    sender.site = leaving_at(sender.site, template)
    with pytest.raises(CannotSend, match=re.escape(fault)):
        sender.to(ADA)(live=True)
    assert office.connections == 0
    assert sender.ledger == ""


def test_an_address_can_stand_in_the_unsubscribe_address(sender: Sender, office: PostOffice) -> None:
    sender.site = leaving_at(sender.site, "https://leave.example/?who={email}&sign={token}")
    sender.to("ada+papers@readers.example")(live=True)
    leave = office.message("ada+papers@readers.example")["List-Unsubscribe"]
    assert leave.startswith("<https://leave.example/?who=ada%2Bpapers%40readers.example&sign=")


def test_a_line_of_one_dot_does_not_end_the_message(sender: Sender, office: PostOffice) -> None:
    sender.to(ADA)(live=True)
    assert b"\r\n..\r\n" not in office.raw(ADA)
    from paper_digest.delivery.environment import smtp_server
    from paper_digest.delivery.smtp import Connection, connecting

    connection = connecting(smtp_server(sender.environment), "digest.example", sender.patience)()
    assert isinstance(connection, Connection)
    message = b"Subject: dots\r\n\r\n.\r\n..two\r\n.x\r\nend\r\n"
    assert connection.deliver("a@digest.example", BOB, message).kind is Kind.ACCEPTED
    connection.close()
    assert office.raw(BOB) == message


@pytest.mark.parametrize(
    ("stage", "code", "words", "kind"),
    [
        ("rcpt", 250, b"2.1.5 ok", Kind.ACCEPTED),
        ("rcpt", 450, b"4.2.0 later", Kind.LATER),
        ("rcpt", 550, b"5.1.1 unknown", Kind.REFUSED),
        ("rcpt", 550, b"no details", Kind.REFUSED),
        ("rcpt", 554, b"5.1.1 unknown", Kind.REFUSED),
        ("mail", 550, b"sender unknown", Kind.STOP),
        ("message", 554, b"5.7.1 spam", Kind.STOP),
        ("message", 550, b"5.1.1 unknown", Kind.REFUSED),
        ("mail", 530, b"5.7.0 sign in", Kind.STOP),
        ("message", -1, b"", Kind.LOST),
        ("rcpt", -1, b"", Kind.LATER),
    ],
)
def test_what_an_answer_means(stage: Stage, code: int, words: bytes, kind: Kind) -> None:
    assert judged(stage, code, words).kind is kind
