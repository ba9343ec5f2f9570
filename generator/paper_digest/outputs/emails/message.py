"""A complete message (RFC 5322, MIME) whose bytes depend on the letter alone."""

from __future__ import annotations

import quopri
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from email.header import Header
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP, EmailPolicy
from email.utils import format_datetime

SENT_AT = time(6)


@dataclass(frozen=True)
class Letter:
    """What a message says, and its envelope."""

    subject: str
    sender_name: str
    sender_address: str
    date: date
    message_id: str
    unsubscribe: str
    one_click: bool
    html: str
    text: str


class _Policy(EmailPolicy):
    """Writes subjects as they are given, and `List-*` headers in one line.

    The library decodes what looks like an encoded word (`=?utf-8?Q?…?=`) in a value that is set, and so lets a subject
    bring headers of its own. Folding would encode a long `List-*` address, and break one-click unsubscribe.
    """

    def header_store_parse(self, name: str, value: str) -> tuple[str, str]:
        if name.lower() == "subject":
            return name, Header(" ".join(value.split()), "utf-8" if _needs_encoding(value) else "us-ascii").encode()
        return super().header_store_parse(name, value)

    def fold(self, name: str, value: str) -> str:
        if name.lower().startswith("list-"):
            return f"{name}: {value}{self.linesep}"
        return str(super().fold(name, value))

    def fold_binary(self, name: str, value: str) -> bytes:
        if name.lower().startswith("list-"):
            return self.fold(name, value).encode("ascii")
        return super().fold_binary(name, value)


LONGEST_LINE = 76
"""What RFC 2045 allows in quoted-printable."""
POLICY = _Policy(linesep=SMTP.linesep, raise_on_defect=SMTP.raise_on_defect, max_line_length=LONGEST_LINE)


def eml(letter: Letter) -> bytes:
    """The message's bytes, with CRLF line ends: plain text first, then HTML."""
    mailbox = Mailbox(display_name=letter.sender_name, addr_spec=letter.sender_address)
    made = EmailMessage(policy=POLICY)
    made["From"] = mailbox
    made["To"] = mailbox
    made["Subject"] = letter.subject
    made["Date"] = format_datetime(datetime.combine(letter.date, SENT_AT, UTC))
    made["Message-ID"] = letter.message_id
    made["List-Unsubscribe"] = f"<{letter.unsubscribe}>"
    if letter.one_click and letter.unsubscribe.startswith("https:"):
        made["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    made.set_content(letter.text, cte="quoted-printable")
    made.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    made.set_boundary(f"=_{letter.message_id.strip('<>').split('@')[0]}")
    return made.as_bytes()


def _needs_encoding(value: str) -> bool:
    return not value.isascii() or "=?" in value


def encoded_size(html: str) -> int:
    """The size in bytes of HTML as it travels, quoted-printable."""
    return len(quopri.encodestring(html.encode()))
