"""Where to go on after signing in: a place on this site, never another host."""

from __future__ import annotations

import re
from urllib.parse import urlsplit


def safe_next(target: str | None, default: str = "/") -> str:
    """A place on this site to go on to, or `default`: never another host, whatever a link says.

    >>> safe_next("/appointments?day=2026-12-03"), safe_next("//evil.example")
    ('/appointments?day=2026-12-03', '/')
    """
    if not target or len(target) > 2000 or not re.fullmatch(r"/[\x21-\x7e]*", target):
        return default
    if target.startswith(("//", "/sign-in", "/sign-out")) or "\\" in target:
        return default
    parts = urlsplit(target)
    return default if parts.scheme or parts.netloc else target
