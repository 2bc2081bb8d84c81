"""Signatures as Standard Webhooks has them: HMAC-SHA256 over `id.timestamp.body`, in base 64, one
for each secret in force."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Sequence

PREFIX = "whsec_"


def new_secret() -> str:
    """32 random bytes, as receivers' libraries read them."""
    return PREFIX + base64.b64encode(secrets.token_bytes(32)).decode()


def signature(secret: str, event_id: str, timestamp: int, body: bytes) -> str:
    """One signature, `v1,` and base 64.

    >>> signature("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD", "msg_27UH4WbU6Z5A5EzD8u03UvzRbpk",
    ...     1649367553, b'{"email":"test@example.com","username":"test_user"}')
    'v1,tZ1I4/hDygAJgO5TYxiSd6Sd0kDW6hPenDe+bTa3Kkw='
    """
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signed = b".".join((event_id.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.digest(key, signed, hashlib.sha256)).decode()


def headers(secrets_in_force: Sequence[str], event_id: str, at: int, body: bytes) -> dict[str, str]:
    """The three headers of an attempt at a moment (Unix seconds); several signatures, by spaces,
    while a secret is being rotated."""
    return {
        "webhook-id": event_id,
        "webhook-timestamp": str(at),
        "webhook-signature": " ".join(
            signature(secret, event_id, at, body) for secret in secrets_in_force
        ),
    }
