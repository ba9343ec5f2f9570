import base64
import hmac
import subprocess
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from paper_digest.delivery import recipients
from paper_digest.delivery.environment import CannotSend
from paper_digest.delivery.ledger import Pseudonyms
from paper_digest.delivery.recipients import Recipient, Unsubscribing
from tests.delivery.conftest import KEY, Sender
from tests.delivery.post_office import PostOffice


def read(path: Path, root: Path, content: str) -> tuple[Recipient, ...]:
    path.write_text(content, "utf-8")
    return recipients.read(path, root)


def test_a_file_holds_an_address_a_line_with_a_name_or_not(root: Path, outside: Callable[[str], Path]) -> None:
    content = '\ufeff# friends\r\nada@a.example\r\n\r\n  Bob B. <bob@b.example>\n"Eve, E" <eve+x@c.example>\n'
    found = read(outside("x"), root, content)
    assert [(reader.name, reader.address) for reader in found] == [
        ("", "ada@a.example"),
        ("Bob B.", "bob@b.example"),
        ("Eve, E", "eve+x@c.example"),
    ]


def test_an_address_counts_once_however_it_is_cased(root: Path, outside: Callable[[str], Path]) -> None:
    found = read(outside("x"), root, "ada@a.example\nAda@A.example\nAda <ADA@a.example>\n")
    assert [reader.address for reader in found] == ["ada@a.example"]


@pytest.mark.parametrize(
    "line",
    [
        "ada",
        "ada@example",
        "ada@@a.example",
        "ada@a.example, bob@b.example",
        "<ada@a.example> x",
        "ada @a.example",
        "ada@a.example>",
        "jö@a.example",
        "ada@-a.example",
        "a..b@a.example",
        f"{'a' * 65}@a.example",
        "ada@a.example\x00",
    ],
)
def test_a_line_that_is_no_address_is_told_by_its_number_and_never_shown(
    root: Path, outside: Callable[[str], Path], line: str
) -> None:
    with pytest.raises(CannotSend) as refused:
        read(outside("x"), root, f"# first\n{line}\nbob@b.example\n")
    [fault] = refused.value.reasons
    assert fault.startswith("Line 2 ")
    assert not {"ada", "bob", "example"} & set(fault.split("no address: ")[1].replace("@", ".").split("."))


def test_a_broken_line_in_the_middle_sends_and_writes_nothing_and_all_are_told(
    sender: Sender, office: PostOffice
) -> None:
    sender.to("ada@a.example", "bob@", "eve@c.example", "not an address", "dan@d.example")
    for asked in ({"live": True}, {"dry": True}, {}):
        with pytest.raises(CannotSend) as refused:
            sender(**asked)
        assert [reason.partition(" of ")[0] for reason in refused.value.reasons] == ["Line 2", "Line 4"]
    assert office.connections == 0
    assert sender.ledger == ""


def test_a_file_of_nonsense_is_told_within_bounds(root: Path, outside: Callable[[str], Path]) -> None:
    with pytest.raises(CannotSend) as refused:
        read(outside("x"), root, "nonsense\n" * 3000)
    assert len(refused.value.reasons) == 21
    assert refused.value.reasons[-1] == "And 2980 more lines."


@pytest.mark.parametrize("name", ["=?utf-8?q?x=0D=0ABcc:_e=40e.example?=", "bell\x07", "x" * 201])
def test_a_name_that_could_hold_more_than_a_name_is_left_out(
    root: Path, outside: Callable[[str], Path], name: str
) -> None:
    found = read(outside("x"), root, f"{name} <ada@a.example>\n")
    assert [(reader.name, reader.address) for reader in found] == [("", "ada@a.example")]


def test_a_long_name_is_kept(root: Path, outside: Callable[[str], Path]) -> None:
    [found] = read(outside("x"), root, f"{'x' * 200} <ada@a.example>\n")
    assert found.name == "x" * 200


def test_a_file_in_the_digest_or_its_repository_is_refused(root: Path, tmp_path: Path) -> None:
    with pytest.raises(CannotSend, match="in the digest's repository"):
        read(root / "content" / "readers.txt", root, "ada@a.example")
    repository = tmp_path / "repository"
    digest = repository / "digests" / "one"
    digest.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", repository], check=True)
    with pytest.raises(CannotSend, match="in the digest's repository"):
        read(repository / "readers.txt", digest, "ada@a.example")


def test_a_link_does_not_lead_in_unseen(root: Path, outside: Callable[[str], Path]) -> None:
    (root / "readers.txt").write_text("ada@a.example\n", "utf-8")
    link = outside("link")
    link.symlink_to(root / "readers.txt")
    with pytest.raises(CannotSend, match="in the digest's repository"):
        recipients.read(link, root)


def test_a_file_that_cannot_be_read_is_said(root: Path, outside: Callable[[str], Path]) -> None:
    with pytest.raises(CannotSend, match="No such file"):
        recipients.read(outside("nowhere"), root)
    outside("latin").write_bytes(b"j\xf6@a.example")
    with pytest.raises(CannotSend, match="UTF-8"):
        recipients.read(outside("latin"), root)


def test_a_token_is_one_that_who_has_the_key_can_make(root: Path) -> None:
    leaving = Unsubscribing("https://leave.example/{token}", b"k" * 32)
    made = hmac.new(b"k" * 32, b"unsubscribe:ada@a.example", sha256).digest()[:18]
    expected = f"https://leave.example/{base64.urlsafe_b64encode(made).decode()}"
    assert leaving.address(Recipient("Ada@A.example")) == expected
    assert leaving.address(Recipient("bob@a.example")) != expected


def test_an_unsubscribe_address_too_long_for_its_header_is_refused_before_anything_is_sent(
    sender: Sender, office: PostOffice
) -> None:
    from tests.delivery.conftest import leaving_at

    sender.site = leaving_at(sender.site, f"https://leave.example/{'x' * 850}/{{email}}")
    with pytest.raises(CannotSend, match="longer than 900"):
        sender.to("a@b.example", f"{'a' * 60}@{'b' * 60}.example")(live=True)
    assert office.connections == 0


def test_hashes_need_the_key_and_tell_nothing_else() -> None:
    one, other = Pseudonyms(KEY.encode()), Pseudonyms(KEY[::-1].encode())
    assert one.of(" Ada@A.example") == one.of("ada@a.example")
    assert len({one.of("ada@a.example"), other.of("ada@a.example"), one.of("bob@a.example")}) == 3
    assert sha256(b"ada@a.example").hexdigest()[:32] != one.of("ada@a.example")
    assert one.mark != other.mark
