"""Who gets an issue by SMTP: a text file outside the repository; and the address at which each of them leaves the list.

An address is shown to nobody: not in a message of this program, and not in the ledger.
"""

from __future__ import annotations

import base64
import hmac
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from urllib.parse import quote

from paper_digest.delivery.environment import CannotSend

LONGEST_UNSUBSCRIBE = 900
"""Bytes of an unsubscribe address: it stands in a header of one line, of which there are at most 998 (RFC 5322)."""
MOST_FAULTS = 20
"""So many broken lines are told one by one."""
TOKEN, EMAIL = "{token}", "{email}"

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]*[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"{_ATOM}(?:\.{_ATOM})*@{_LABEL}(?:\.{_LABEL})+")
_WITH_NAME = re.compile(r"(?P<name>[^<>]*)<(?P<address>[^<>]+)>")


@dataclass(frozen=True)
class Recipient:
    """A reader: an address, a name if one is given, and the line of the file."""

    address: str = field(repr=False)
    name: str = field(default="", repr=False)
    line: int = 0


def read(path: Path, root: Path) -> tuple[Recipient, ...]:
    """The readers in a file, each once: an address a line, as `ada@example.org` or `Ada <ada@example.org>`.

    `#` begins a comment. Raises CannotSend when the file cannot be read, is in the digest's folder or its repository,
    or holds anything else: a list that is broken in one place may be broken in others that nobody sees.
    """
    stays_outside(path, root)
    try:
        text = path.read_text("utf-8-sig")
    except UnicodeDecodeError:
        raise CannotSend("The file with the recipients is not UTF-8 text.") from None
    except OSError as error:
        raise CannotSend(f"The file with the recipients cannot be read: {error.strerror}.") from None
    readers: dict[str, Recipient] = {}
    faults = []
    for number, line in enumerate(text.split("\n"), 1):
        written = line.strip()
        if not written or written.startswith("#"):
            continue
        reader = parsed(written, number)
        if reader is None:
            faults.append(f"Line {number} of the recipients is no address: {_masked(written)}")
        else:
            readers.setdefault(reader.address.lower(), reader)
    if faults:
        more = [f"And {len(faults) - MOST_FAULTS} more lines."] if len(faults) > MOST_FAULTS else []
        raise CannotSend(*faults[:MOST_FAULTS], *more)
    if not readers:
        raise CannotSend("There is no recipient in the file.")
    return tuple(readers.values())


def parsed(line: str, number: int = 0) -> Recipient | None:
    """The reader on a line; None when it is no address."""
    found = _WITH_NAME.fullmatch(line)
    name, address = (found["name"].strip(" \t\"'"), found["address"].strip()) if found else ("", line)
    local, _, domain = address.rpartition("@")
    if not _ADDRESS.fullmatch(address) or len(local) > 64 or len(domain) > 253:
        return None
    # A name that looks encoded would be decoded on its way, and could then hold anything.
    sound = name.isprintable() and "=?" not in name and len(name) <= 200
    return Recipient(address, name if sound else "", number)


def _masked(line: str) -> str:
    """A line's shape: enough to find the mistake, too little to know the address."""
    shown = re.sub(r"[^\W_]", "x", line[:60])
    return "".join(sign if sign.isprintable() else "?" for sign in shown)


def stays_outside(path: Path, root: Path) -> None:
    """Raises CannotSend when a file with addresses is where it would be committed sooner or later."""
    place = path.resolve()
    if any(place.is_relative_to(folder) for folder in _own_folders(root.resolve())):
        raise CannotSend(
            "A file with readers' addresses is in the digest's repository, where it would be committed sooner or "
            "later. Keep it outside."
        )


def _own_folders(root: Path) -> Iterator[Path]:
    """The digest's folder, and that of the repository it is in."""
    yield root
    yield from (folder for folder in (root, *root.parents) if (folder / ".git").exists())


@dataclass(frozen=True)
class Unsubscribing:
    """Makes the address at which a reader leaves the list with one click (RFC 8058), of the template in digest.yaml.

    `{token}` stands for an HMAC of the address, which only who has the key can make or check; `{email}` for the address
    itself, percent-encoded.
    """

    template: str
    key: bytes = field(repr=False)

    def __post_init__(self) -> None:
        for fault in template_faults(self.template):
            raise CannotSend(fault)

    def address(self, reader: Recipient) -> str:
        """Where this reader leaves."""
        filled = self.template.replace(TOKEN, self.token(reader.address))
        filled = filled.replace(EMAIL, quote(reader.address, safe=""))
        if len(filled) > LONGEST_UNSUBSCRIBE:
            raise CannotSend(f"email.unsubscribe_url becomes longer than {LONGEST_UNSUBSCRIBE} characters.")
        return filled

    def token(self, address: str) -> str:
        """What stands for a reader in the address: the first 18 bytes of HMAC-SHA256, as base64url."""
        made = hmac.new(self.key, f"unsubscribe:{address.strip().lower()}".encode(), sha256).digest()
        return base64.urlsafe_b64encode(made[:18]).decode()


def template_faults(template: str | None) -> Iterator[str]:
    """Why readers could not leave with one click by an address."""
    if not template:
        yield "email.unsubscribe_url is missing in digest.yaml: without it nobody could leave the list with one click."
        return
    if not template.startswith("https://"):
        yield "email.unsubscribe_url must begin with https://: one-click unsubscribing needs that (RFC 8058)."
    if TOKEN not in template and EMAIL not in template:
        yield f"email.unsubscribe_url holds neither {TOKEN} nor {EMAIL}: it could not tell who wants to leave."
    rest = template.replace(TOKEN, "").replace(EMAIL, "")
    if not rest.isascii() or not rest.isprintable() or re.search(r"[\s<>{}\"]", rest):
        yield f"email.unsubscribe_url is no web address with {TOKEN} or {EMAIL} in it."
