"""What sending needs from the environment: servers and secrets. None of it is ever shown, logged or written."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from ipaddress import ip_address
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

Environment = Mapping[str, str]
Security = Literal["starttls", "tls", "none"]

LEDGER_KEY = "DIGEST_LEDGER_KEY"
UNSUBSCRIBE_KEY = "DIGEST_UNSUBSCRIBE_KEY"
SHORTEST_KEY = 32
MAKE_A_KEY = "python3 -c 'import secrets; print(secrets.token_urlsafe(32))'"
SECRETS = (
    LEDGER_KEY,
    UNSUBSCRIBE_KEY,
    "DIGEST_SMTP_PASSWORD",
    "DIGEST_DKIM_KEY",
    "BUTTONDOWN_API_KEY",
    "LISTMONK_TOKEN",
)
_PORTS = {"starttls": 587, "tls": 465, "none": 25}


class CannotSend(Exception):  # noqa: N818 - it says what happened
    """Nothing was sent, for these reasons: sentences for whoever gave the command, without secrets and addresses."""

    def __init__(self, *reasons: str) -> None:
        self.reasons = reasons
        super().__init__("\n".join(reasons))


@dataclass(frozen=True)
class SmtpServer:
    """The server that takes the mail, and how it is spoken to."""

    host: str
    port: int
    security: Security
    user: str | None = field(default=None, repr=False)
    password: str | None = field(default=None, repr=False)


@dataclass(frozen=True)
class DkimKey:
    """The key by which a domain signs its mail (RFC 6376)."""

    domain: str
    selector: str
    pem: bytes = field(repr=False)


@dataclass(frozen=True)
class Api:
    """Where a provider's API is, and what opens it: the value of the `Authorization` header."""

    url: str
    authorization: str = field(repr=False)


def ledger_key(environment: Environment) -> bytes:
    """The secret by which the ledger knows readers. Raises CannotSend, with how to make one."""
    key = environment.get(LEDGER_KEY, "").strip()
    if len(key) < SHORTEST_KEY:
        fault = "is not set" if not key else f"is shorter than {SHORTEST_KEY} characters"
        raise CannotSend(
            f"{LEDGER_KEY} {fault}: the ledger of what was sent knows readers by it. Make one, once, keep it secret, "
            f"and never change it: {MAKE_A_KEY}"
        )
    return key.encode()


def unsubscribe_key(environment: Environment) -> bytes:
    """The secret of which tokens in unsubscribe addresses are made: one of its own, or the ledger's."""
    own = environment.get(UNSUBSCRIBE_KEY, "").strip()
    if own and len(own) < SHORTEST_KEY:
        raise CannotSend(f"{UNSUBSCRIBE_KEY} is shorter than {SHORTEST_KEY} characters. Make one with {MAKE_A_KEY}")
    return own.encode() if own else ledger_key(environment)


def smtp_server(environment: Environment) -> SmtpServer:
    """The server in `DIGEST_SMTP_*`. Raises CannotSend when it is not or only half given."""
    host = environment.get("DIGEST_SMTP_HOST", "").strip()
    security = environment.get("DIGEST_SMTP_SECURITY", "").strip().lower() or "starttls"
    user, password = (environment.get(f"DIGEST_SMTP_{name}") or None for name in ("USER", "PASSWORD"))
    if not host:
        raise CannotSend("DIGEST_SMTP_HOST is not set: it names the server that takes the mail.")
    if security not in _PORTS:
        raise CannotSend("DIGEST_SMTP_SECURITY is none of starttls, tls and none.")
    if security == "none" and not _is_this_computer(host):
        raise CannotSend("DIGEST_SMTP_SECURITY is none, which is for a server on this computer alone.")
    if (user is None) != (password is None):
        raise CannotSend("DIGEST_SMTP_USER and DIGEST_SMTP_PASSWORD go together: set both, or none.")
    if not f"{user}{password}".isascii():
        raise CannotSend("DIGEST_SMTP_USER and DIGEST_SMTP_PASSWORD are of ASCII alone: no server takes other letters.")
    port = environment.get("DIGEST_SMTP_PORT", "").strip() or str(_PORTS[security])
    if not re.fullmatch(r"[1-9][0-9]{0,4}", port) or int(port) > 65535:
        raise CannotSend("DIGEST_SMTP_PORT is no port.")
    return SmtpServer(host, int(port), security, user, password)  # type: ignore[arg-type] # it is one of _PORTS


def dkim_key(environment: Environment, sender: str) -> DkimKey | None:
    """The key in `DIGEST_DKIM_*`, if there is one; the domain is the sender's unless it is named.

    `DIGEST_DKIM_KEY` holds the PEM itself, or the path of a file with it. Raises CannotSend when it is only half given.
    """
    given, selector = (environment.get(f"DIGEST_DKIM_{name}", "").strip() for name in ("KEY", "SELECTOR"))
    if not given and not selector:
        return None
    if not given or not selector:
        raise CannotSend("DIGEST_DKIM_KEY and DIGEST_DKIM_SELECTOR go together: set both, or none.")
    domain = environment.get("DIGEST_DKIM_DOMAIN", "").strip() or sender.rpartition("@")[2]
    return DkimKey(domain, selector, _pem(given))


def _pem(given: str) -> bytes:
    """The key itself; variables of workflows often hold it with `\\n` for its line ends."""
    if "-----BEGIN" not in given:
        try:
            given = Path(given).read_text("ascii")
        except (OSError, ValueError):
            raise CannotSend("DIGEST_DKIM_KEY is neither a private key in PEM nor a file that can be read.") from None
    return given.replace("\\n", "\n").replace("\r\n", "\n").strip().encode("ascii", "replace") + b"\n"


def buttondown_api(environment: Environment) -> Api:
    """Buttondown's API. Raises CannotSend without a key."""
    key = environment.get("BUTTONDOWN_API_KEY", "").strip()
    if not key:
        raise CannotSend("BUTTONDOWN_API_KEY is not set: make one in Buttondown's settings, under API.")
    url = environment.get("BUTTONDOWN_URL", "").strip() or "https://api.buttondown.com/v1"
    return Api(_base(url, "BUTTONDOWN_URL"), f"Token {_printable(key, 'BUTTONDOWN_API_KEY')}")


def listmonk_api(environment: Environment, server: str = "") -> Api:
    """The API of one's own listmonk, by default at the `server` of digest.yaml. Raises CannotSend when it lacks any."""
    names = ("LISTMONK_URL", "LISTMONK_USER", "LISTMONK_TOKEN")
    url, user, token = (environment.get(name, "").strip() for name in names)
    url = url or server
    missing = [name for name, value in zip(names, (url, user, token), strict=True) if not value]
    if missing:
        raise CannotSend(f"{' and '.join(missing)} not set: listmonk's address, and an API user with its token.")
    return Api(_base(url, "LISTMONK_URL"), f"token {_printable(f'{user}:{token}', 'LISTMONK_TOKEN')}")


def listmonk_lists(environment: Environment, public: str = "") -> list[int | str]:
    """The lists that a campaign goes to: their numbers, or else the UUID of the public one in digest.yaml.

    Raises CannotSend when there are none.
    """
    lists: list[int | str] = [*_numbers(environment.get("LISTMONK_LISTS", ""))] or [public]
    if lists == [""]:
        raise CannotSend("LISTMONK_LISTS is not set: the numbers of the lists that get the letter, as 3 or 3,5.")
    return lists


def listmonk_template(environment: Environment) -> int | None:
    """The id of the template that a campaign is put into, if one is set."""
    return next(iter(_numbers(environment.get("LISTMONK_TEMPLATE", ""))), None)


def _numbers(text: str) -> list[int]:
    parts = [part for part in re.split(r"[\s,]+", text) if part]
    if not all(re.fullmatch(r"[1-9][0-9]{0,8}", part) for part in parts):
        raise CannotSend("LISTMONK_LISTS and LISTMONK_TEMPLATE hold numbers alone, as 3,5.")
    return [int(part) for part in parts]


def _base(url: str, name: str) -> str:
    """An API's address. Its key travels to it, so it is encrypted unless it stays on this computer."""
    parts = urlsplit(url)
    if not parts.hostname or parts.username or parts.scheme not in {"http", "https"}:
        raise CannotSend(f"{name} is no web address.")
    if parts.scheme == "http" and not _is_this_computer(parts.hostname):
        raise CannotSend(f"{name} must begin with https://, since a secret is sent there.")
    return url.rstrip("/")


def _printable(secret: str, name: str) -> str:
    """A secret that can stand in a header. The library would show it in its error otherwise."""
    if not secret.isascii() or not secret.isprintable():
        raise CannotSend(f"{name} holds signs that no header can.")
    return secret


def _is_this_computer(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def silenced(say: Callable[[str], None], environment: Environment, also: Iterable[str] = ()) -> Callable[[str], None]:
    """`say`, but for secrets: should one get into a sentence by mistake, dots stand in its place."""
    secrets = sorted({*(environment.get(name, "").strip() for name in SECRETS), *also} - {""}, key=len, reverse=True)

    def telling(sentence: str) -> None:
        for secret in secrets:
            sentence = sentence.replace(secret, "…") if len(secret) > 5 else sentence
        say(sentence)

    return telling
