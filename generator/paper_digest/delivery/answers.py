"""What servers' answers mean: by their codes (RFC 5321), their details (RFC 3463 and the registry of RFC 5248), and the
use that large providers make of both.

Codes alone are known and kept, since words hold addresses. What matters is whom an answer is about: one reader, whose
mailbox may be gone, or us, and then nobody else is to be tried.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import Enum, auto
from typing import Literal

Stage = Literal["mail", "rcpt", "data", "message"]


class Kind(Enum):
    """What an answer means for the message."""

    ACCEPTED = auto()
    LATER = auto()
    """Not now; it certainly did not arrive."""
    BROKEN = auto()
    """The connection broke before the message was handed over."""
    REFUSED = auto()
    """This reader does not get it; that says nothing of the others."""
    STOP = auto()
    """The server will take none of these messages, or nothing from us."""
    LOST = auto()
    """The message was handed over, and no answer came."""


@dataclass(frozen=True)
class Result:
    """What came of a message, and the server's codes."""

    kind: Kind
    code: str = ""


_GONE = frozenset({"1.1", "1.2", "1.3", "1.6", "1.10", "2.1", "7.17", "7.18"})
"""Of details: there is no such mailbox (any more), or somebody else has it."""
# Mailboxes that are full, closed or too small; at Microsoft 4.1 is a reader that it does not know, and 4.310 a domain.
_READERS = _GONE | {"1.0", "1.4", "1.5", "1.9", "2.0", "2.2", "2.3", "2.4", "4.1", "4.4", "4.6", "4.7", "4.310"}
"""Of details: one reader's own, whenever they are said."""
_DIALOGUE = frozenset({502, 503, 504, 530, 534, 535, 538})
"""Codes that are about how we speak or sign in, whatever details say."""
_DETAIL = re.compile(rb"(?:^[ \t]*|#)([245]\.[0-9]{1,3}\.[0-9]{1,3})(?!\.?[0-9])", re.MULTILINE)


def judged(stage: Stage, code: int, words: bytes) -> Result:
    """What an answer at a stage of the dialogue means, after MAIL, RCPT, DATA, or the message itself."""
    detail = _detail(code, words)
    told = f"{code} {detail}".strip()
    if 200 <= code < 300:
        return Result(Kind.ACCEPTED, told)
    if 400 <= code < 500:
        return Result(Kind.LATER, told)
    if not 500 <= code < 600:
        # No answer that SMTP knows: before the message was handed over nothing arrived, and after it nobody knows.
        return Result(Kind.LOST if stage == "message" else Kind.LATER)
    return Result(Kind.REFUSED if _is_readers_own(stage, code, _about(told)) else Kind.STOP, told)


def _detail(code: int, words: bytes) -> str:
    """The detail of an answer, which may stand in any of its lines: of several, one that agrees with its code."""
    found = [each.decode() for each in _DETAIL.findall(words)]
    return next((each for each in found if each[0] == str(code)[0]), next(iter(found), ""))


def _is_readers_own(stage: Stage, code: int, about: str) -> bool:
    if stage == "mail" or code in _DIALOGUE:
        return False
    if about in _READERS:
        return True
    subject = about.partition(".")[0]
    if stage == "rcpt" and subject == "7":
        # A policy, of the reader's or towards us; those that RFC 5248 and Microsoft number otherwise are about us.
        return bool(re.fullmatch(r"7\.([012]|1[0-9]{2})", about))
    if stage == "rcpt" and (subject == "5" or about == "6.7"):
        return True  # what is said of commands, here of an address that a server cannot read: so does Outlook
    if subject in {"1", "3", "4", "5", "6", "7"}:
        return False
    # Without details, a recipient is refused for itself; a message mostly for what it is.
    return code != 521 if stage == "rcpt" else stage == "message" and code == 550


def _about(reply: str) -> str:
    """A reply's detail without its class: `1.1` of `550 5.1.1`."""
    return reply.partition(" ")[2].partition(".")[2]


def is_gone(reply: str) -> bool:
    """Whether a refusal says for certain that the mailbox is gone; an answer that contradicts itself does not."""
    return reply == "556" or (reply.startswith("5") and reply[4:6] == "5." and _about(reply) in _GONE)


def is_of_an_address(reply: str) -> bool:
    """Whether somebody was put off for an address, as for a domain that is not there: that is no greylisting."""
    return _about(reply).startswith("1.")


def is_hanging_up(result: Result) -> bool:
    """Whether this connection carries nothing more, and another one may."""
    return result.kind is Kind.BROKEN or result.code.startswith("421")


def what_stops(reply: str) -> str:
    """What a refusal that holds for all messages is about, for a person."""
    code, about = reply[:3], _about(reply)
    if about in {"1.7", "1.8"}:
        return "it does not like the sender: look at email.from in digest.yaml"
    if about in {"4.5", "1.90", "7.28", "7.705"}:
        return "a limit of your account is reached"
    if code in {"530", "534", "535", "538"} or about in {"7.8", "7.9", "7.57"}:
        return "it wants another sign-in: look at DIGEST_SMTP_USER and DIGEST_SMTP_PASSWORD"
    if about in {"3.4", "2.3"} or reply == "552":
        return "the letter is too large for it"
    if about.startswith("7."):
        return "its policy is against the letter, the sender or your network"
    return "that holds for all messages"
