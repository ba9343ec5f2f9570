"""A real SMTP server on loopback that keeps and counts what it takes, and answers as it is told to."""

from __future__ import annotations

import asyncio
import email
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from ssl import PROTOCOL_TLS_SERVER, SSLContext
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session

USER, PASSWORD = "digest-user", "pa55-of-the-post-office"
HANG_UP = "hang up"
"""In the place of an answer: the connection breaks instead."""


@dataclass(frozen=True)
class Certificate:
    """A certificate for this computer that nobody but the tests trusts."""

    pem: Path
    key: Path


@dataclass
class PostOffice:
    """What came, and what is answered next: by a reader's address, at RCPT and after the message."""

    port: int = 0
    connections: int = 0
    taken: list[tuple[str, bytes]] = field(default_factory=list)
    at_mail: list[str] = field(default_factory=list)
    at_rcpt: dict[str, list[str]] = field(default_factory=dict)
    after_message: dict[str, list[str]] = field(default_factory=dict)
    tried: Counter[str] = field(default_factory=Counter)
    """How often each address was asked for."""
    judge: Callable[[str, int, int], str] | None = None
    """What is answered at RCPT by rule: to an address, after so many messages taken, and so many on this connection."""

    @property
    def counts(self) -> Counter[str]:
        """How many messages each address got."""
        return Counter(address for address, _ in self.taken)

    def message(self, address: str) -> EmailMessage:
        """The one message that an address got, parsed."""
        [raw] = [raw for to, raw in self.taken if to == address]
        parsed = email.message_from_bytes(raw, policy=default)
        assert isinstance(parsed, EmailMessage)
        return parsed

    def raw(self, address: str) -> bytes:
        """The bytes of that message."""
        [raw] = [raw for to, raw in self.taken if to == address]
        return raw

    # ---- what aiosmtpd asks ----

    async def handle_MAIL(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if self.at_mail:
            return self.at_mail.pop(0)
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        self.tried[address] += 1
        answer = _next(self.at_rcpt, address)
        if self.judge and not answer:
            answer = self.judge(address, len(self.taken), getattr(session, "carried", 0))
        if answer == HANG_UP:
            return await _hang_up(server)
        if answer:
            return answer
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        [address] = envelope.rcpt_tos
        answer = _next(self.after_message, address)
        if not answer or answer == HANG_UP:
            assert isinstance(envelope.content, bytes)
            self.taken.append((address, envelope.content))
            session.carried = getattr(session, "carried", 0) + 1  # type: ignore[attr-defined] # counted by us
        return await _hang_up(server) if answer == HANG_UP else answer or "250 2.0.0 Taken"


def _next(answers: dict[str, list[str]], address: str) -> str:
    waiting = answers.get(address) or answers.get("*") or []
    return waiting.pop(0) if waiting else ""


async def _hang_up(server: SMTP) -> str:
    assert isinstance(server.transport, asyncio.WriteTransport)
    server.transport.abort()
    await asyncio.sleep(0)
    raise ConnectionResetError


class _Dialogue(SMTP):
    def __init__(self, *arguments: Any, office: PostOffice, **settings: Any) -> None:
        super().__init__(*arguments, **settings)
        self._office = office

    def connection_made(self, transport: Any) -> None:
        if self.transport is None:  # not a second time, when TLS begins
            self._office.connections += 1
        super().connection_made(transport)

    async def handle_exception(self, error: Exception) -> str:
        return "421 4.3.0 Going away"


class _Controller(Controller):
    office: PostOffice

    def factory(self) -> SMTP:
        return _Dialogue(self.handler, office=self.office, **self.SMTP_kwargs)

    def _trigger_server(self) -> None:
        """It knocks at its own door, at whichever port was free."""
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()  # type: ignore[no-untyped-call]


def _knows(
    server: SMTP, session: Session, envelope: Envelope, mechanism: str, data: LoginPassword | object
) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@contextmanager
def open_office(certificate: Certificate, *, encrypted: bool = False, **settings: Any) -> Iterator[PostOffice]:
    """A server that takes mail over STARTTLS, or encrypted from the first word, from who signs in, for a while."""
    office = PostOffice()
    context = SSLContext(PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.pem, certificate.key)
    strict: dict[str, Any] = {"auth_required": True, "authenticator": _knows}
    if encrypted:
        strict |= {"ssl_context": context, "auth_required": False, "auth_require_tls": False}
    else:
        strict |= {"require_starttls": True, "tls_context": context}
    controller = _Controller(office, hostname="127.0.0.1", port=0, **{**strict, **settings})
    controller.office = office
    controller.start()
    office.port, office.connections = controller.port, 0
    try:
        yield office
    finally:
        controller.stop()
