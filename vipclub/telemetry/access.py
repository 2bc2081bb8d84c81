"""Who may read figures and details: this machine itself, or whoever has VIPCLUB_METRICS_TOKEN."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256
from hmac import compare_digest

from vipclub.settings import Settings

Header = Callable[[str], str | None]
"""A request's header by its name, however that is written."""
LOOPBACK = frozenset({"127.0.0.1", "::1", "::ffff:127.0.0.1"})
ADDED_BY_PROXIES = (
    "X-Forwarded-For",
    "X-Forwarded-Host",
    "X-Forwarded-Proto",
    "Forwarded",
    "X-Real-IP",
    "Via",
)
"""A request that carries one of them comes from elsewhere."""


def bears_token(settings: Settings, header: Header) -> bool:
    """Whether the request carries the token. A wrong one takes as long, whatever its length."""
    own = settings.metrics_token.get_secret_value()
    scheme, _, given = (header("Authorization") or "").partition(" ")
    digests = [sha256(token.encode("utf-8", "replace")).digest() for token in (given.strip(), own)]
    return compare_digest(*digests) and bool(own) and scheme.lower() == "bearer"


def may_read(settings: Settings, header: Header, address: str | None) -> bool:
    """With the token; without any, from this machine and not through a proxy on it."""
    if header("Authorization"):
        return bears_token(settings, header)
    return address in LOOPBACK and not any(header(name) for name in ADDED_BY_PROXIES)
