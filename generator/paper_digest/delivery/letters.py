"""An issue's letter for each of its readers: rendered and encoded once, then filled in.

What differs from reader to reader is the address at which they leave the list, To, Message-ID, and when it is sent.
"""

from __future__ import annotations

import html
import quopri
import re
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.utils import format_datetime

from paper_digest.catalog.records import Issue
from paper_digest.delivery.environment import CannotSend
from paper_digest.delivery.recipients import Recipient
from paper_digest.digest.site import Site
from paper_digest.outputs.emails import letter_of
from paper_digest.outputs.emails.message import POLICY, Letter, eml


def slot() -> str:
    """An address that is in no text: what is filled in later stands there meanwhile."""
    return f"https://{secrets.token_hex(20)}.invalid/"


def shows_where_one_leaves(letter: Letter, unsubscribe: str) -> None:
    """Raises CannotSend when a part of the letter does not: a digest may have templates of its own."""
    for part, name in ((letter.html, "issue.html.j2"), (letter.text, "issue.txt.j2")):
        if unsubscribe not in part:
            raise CannotSend(f"The template email/{name} does not show `unsubscribe`: nobody could leave the list.")


@dataclass(frozen=True)
class Filled:
    """A letter's two parts with their own address, for providers."""

    html: str
    text: str


class Stencil:
    """A letter from which every reader's message is made by filling in, in microseconds."""

    def __init__(self, site: Site, issue: Issue) -> None:
        self._slot = slot()
        self.letter = letter_of(site, issue, self._slot)
        raw = eml(self.letter)
        head, _, body = raw.partition(b"\r\n\r\n")
        self._fields = [
            field
            for field in re.split(rb"\r\n(?![ \t])", head)
            if not _named(field, b"to", b"date", b"message-id", _LEAVE)
        ]
        self._pieces = re.split(_wherever_it_breaks(self._slot), body)
        self._in_text = self.letter.text.count(self._slot)
        shows_where_one_leaves(self.letter, self._slot)
        if len(self._pieces) != 1 + self._in_text + self.letter.html.count(self._slot):
            raise AssertionError("the message holds something else than the letter")

    def message(self, reader: Recipient, unsubscribe: str, message_id: str, at: datetime) -> bytes:
        """The whole message (RFC 5322) for a reader, sent at a time, with CRLF line ends."""
        own = (
            b"To: " + _mailbox(reader),
            f"Date: {format_datetime(at.astimezone(UTC))}".encode(),
            f"Message-ID: {message_id}".encode(),
            _LEAVE + f": <{unsubscribe}>".encode(),
        )
        return b"\r\n".join((*self._fields, *own, b"", self._body(unsubscribe)))

    def _body(self, unsubscribe: str) -> bytes:
        in_text, in_html = _soft(unsubscribe), _soft(html.escape(unsubscribe))
        parts = [self._pieces[0]]
        for number, piece in enumerate(self._pieces[1:]):
            parts += [in_text if number < self._in_text else in_html, piece]
        return b"".join(parts)


_LEAVE = b"List-Unsubscribe"


def _named(field: bytes, *names: bytes) -> bool:
    return field.partition(b":")[0].strip().lower() in {name.lower() for name in names}


def _wherever_it_breaks(words: str) -> bytes:
    """Finds words in quoted-printable, where a soft line break may be between any two letters."""
    return rb"(?:=\r\n)?".join(re.escape(letter.encode()) for letter in words)


def _soft(words: str) -> bytes:
    """Words in quoted-printable, on lines of their own that a reader does not see."""
    encoded = quopri.encodestring(words.encode()).replace(b"=\n", b"=\r\n")
    return b"=\r\n" + encoded + b"=\r\n"


def _mailbox(reader: Recipient) -> bytes:
    message = EmailMessage(policy=POLICY)
    message["To"] = Mailbox(display_name=reader.name, addr_spec=reader.address)
    return message.as_bytes().partition(b":")[2].strip()


def as_test(issue: Issue) -> Issue:
    """The issue, marked so that nobody takes its letter for the real one."""
    return issue.model_copy(update={"subject": f"[Test] {issue.subject}"})
