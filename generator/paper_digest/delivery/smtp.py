"""Sending by SMTP (RFC 5321), a message to each reader, so that the ledger always knows what is certain.

The dialogue is held command by command: until the message itself was handed over, a broken connection means that it
certainly did not arrive; after that, nobody knows. `answers` knows what replies mean.
"""

from __future__ import annotations

import re
import smtplib
import socket
import ssl
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass

from paper_digest.delivery.answers import Kind, Result, Stage, judged
from paper_digest.delivery.environment import CannotSend, SmtpServer

VIA = "smtp"
PAUSES = (20.0, 40.0, 120.0, 300.0)
"""Seconds before those who could not be reached are tried once more: greylisting lets through after some minutes."""
_BROKEN = (OSError, smtplib.SMTPException)  # OSError holds timeouts, TLS and names that do not resolve
_SIGN_IN = frozenset({530, 534, 535, 538})


@dataclass(frozen=True)
class Patience:
    """How long the server may take, in seconds. The last answer may take ten minutes (RFC 5321, 4.5.3.2.6)."""

    command: float = 60.0
    last: float = 600.0
    pauses: Sequence[float] = PAUSES


class NoConnection(Exception):  # noqa: N818 - it says what happened
    """The server could not be spoken to. `lasting` when another try would end the same way."""

    def __init__(self, sentence: str, *, lasting: bool) -> None:
        super().__init__(sentence)
        self.lasting = lasting


class Connection:
    """A connection to the server, encrypted and signed in. Raises NoConnection when there is to be none."""

    def __init__(self, server: SmtpServer, hello: str, patience: Patience) -> None:
        self.used = 0
        """How many messages were offered over it."""
        self._patience = patience
        try:
            self._smtp = _greeted(server, hello, patience.command)
        except smtplib.SMTPResponseException as answer:
            raise NoConnection(_turned_away(answer), lasting=answer.smtp_code >= 500) from None
        except ssl.SSLCertVerificationError as error:
            raise NoConnection(
                f"The server's certificate does not hold: {error.verify_message}.", lasting=True
            ) from None
        except ssl.SSLError:
            what = "No encryption came about: do DIGEST_SMTP_PORT and DIGEST_SMTP_SECURITY go together?"
            raise NoConnection(what, lasting=True) from None
        except smtplib.SMTPServerDisconnected:
            raise NoConnection("The server broke off the greeting.", lasting=False) from None
        except smtplib.SMTPException:
            raise NoConnection("The server offers no STARTTLS, or no sign-in that we know.", lasting=True) from None
        except OSError:
            raise NoConnection("The server cannot be reached.", lasting=False) from None

    @property
    def is_open(self) -> bool:
        """Whether more can be sent over it."""
        return self._smtp.sock is not None

    def deliver(self, sender: str, address: str, message: bytes) -> Result:
        """Hand a message over to one mailbox, and tell what came of it. Never raises for what the server does."""
        smtp = self._smtp
        self.used += 1
        size = [f"size={len(message)}"] if smtp.has_extn("size") else []
        dialogue: tuple[tuple[Stage, Callable[[], tuple[int, bytes]]], ...] = (
            ("mail", lambda: smtp.mail(sender, size)),
            ("rcpt", lambda: smtp.rcpt(address)),
            ("data", lambda: smtp.docmd("DATA")),
        )
        try:
            for stage, command in dialogue:
                code, words = command()
                if not 200 <= code < 400:
                    return self._after(judged(stage, code, words))
        except _BROKEN:
            self.close()
            return Result(Kind.BROKEN)
        return self._after(self._handed_over(message))

    def _handed_over(self, message: bytes) -> Result:
        smtp = self._smtp
        try:
            if smtp.sock is not None:
                smtp.sock.settimeout(self._patience.last)
            smtp.send(re.sub(rb"(?m)^\.", b"..", message) + (b"" if message.endswith(b"\r\n") else b"\r\n") + b".\r\n")
            code, words = smtp.getreply()
            if smtp.sock is not None:
                smtp.sock.settimeout(self._patience.command)
        except _BROKEN:
            self.close()
            return Result(Kind.LOST)
        return judged("message", code, words)

    def _after(self, result: Result) -> Result:
        """Leave the connection ready for the next message, or closed."""
        if result.kind is Kind.LOST or result.code.startswith("421"):
            self.close()
        elif result.kind is not Kind.ACCEPTED:
            try:
                self._smtp.rset()
            except _BROKEN:
                self.close()
        return result

    def close(self) -> None:
        """End the dialogue."""
        with suppress(*_BROKEN):
            if self._smtp.sock is not None:
                self._smtp.sock.settimeout(5)
                self._smtp.quit()
        with suppress(*_BROKEN):
            self._smtp.close()


def _turned_away(answer: smtplib.SMTPResponseException) -> str:
    """Why there is no connection. Words of the server may hold the user's name, so the code has to do."""
    code = answer.smtp_code
    if not isinstance(answer, smtplib.SMTPAuthenticationError) and code not in _SIGN_IN:
        return f"The server turned us away with {code}."
    if code < 500:
        return f"The server puts the sign-in off ({code})."
    return f"The server does not accept the sign-in ({code}): look at DIGEST_SMTP_USER and DIGEST_SMTP_PASSWORD."


def _greeted(server: SmtpServer, hello: str, timeout: float) -> smtplib.SMTP:
    context = ssl.create_default_context()
    smtp: smtplib.SMTP
    if server.security == "tls":
        smtp = smtplib.SMTP_SSL(server.host, server.port, hello, timeout=timeout, context=context)
    else:
        smtp = smtplib.SMTP(server.host, server.port, hello, timeout=timeout)
    try:
        if server.security == "starttls":
            smtp.starttls(context=context)
        smtp.ehlo_or_helo_if_needed()
        if server.user is not None and server.password is not None:
            smtp.login(server.user, server.password)
        if smtp.sock is not None:
            # Otherwise the end of every message waits for the server to acknowledge what came before it.
            smtp.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    except BaseException:
        smtp.close()
        raise
    return smtp


def connecting(server: SmtpServer, hello: str, patience: Patience) -> Callable[[], Connection]:
    """What opens a connection, when there is something to send."""
    if not hello:
        raise CannotSend("The site's address names no host.")
    return lambda: Connection(server, hello, patience)
