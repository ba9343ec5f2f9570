"""DKIM signatures (RFC 6376), by which a receiving server knows that a domain answers for a message."""

from __future__ import annotations

from paper_digest.delivery.environment import CannotSend, DkimKey

# From is named once more than it stands there, so that a second one cannot be added on the way. RFC 8058 wants both
# List-Unsubscribe headers signed.
SIGNED = (
    "From",
    "From",
    "To",
    "Subject",
    "Date",
    "Message-ID",
    "List-Unsubscribe",
    "List-Unsubscribe-Post",
    "MIME-Version",
    "Content-Type",
)
_NAMES = [name.lower().encode() for name in SIGNED]


def signed(message: bytes, key: DkimKey) -> bytes:
    """The message with the signature before it. Raises CannotSend when the key is none."""
    import dkim
    from dkim.crypto import UnparsableKeyError

    try:
        signature: bytes = dkim.sign(
            message,
            key.selector.encode(),
            key.domain.encode(),
            key.pem,
            canonicalize=(b"relaxed", b"relaxed"),
            include_headers=_NAMES,
        )
    except (dkim.DKIMException, UnparsableKeyError, ValueError, IndexError):
        # Their words may hold the key.
        raise CannotSend("DIGEST_DKIM_KEY is no RSA private key in PEM, or names no domain that can sign.") from None
    return signature + message
