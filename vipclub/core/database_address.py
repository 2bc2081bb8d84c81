"""Which database is meant, and why it can't be reached: in words that never hold a password."""

from __future__ import annotations

import re

from psycopg.pq import Conninfo
from sqlalchemy.engine import URL
from sqlalchemy.exc import DBAPIError

_REASON = re.compile(r"FATAL:\s+(.+)|failed: (?!.*failed: )(.+)")
SQLITE_OPTIONS = frozenset(
    {"detect_types", "cached_statements", "uri", "mode", "cache", "immutable", "nolock", "psow"}
    | {"vfs"}
)
OF_THE_CLUB = frozenset({"options"})
"""What the club tells each connection itself (`engines`): an address that says otherwise would
count for nothing."""


def place_of(url: URL) -> str:
    """The database in words.

    >>> from sqlalchemy.engine import make_url
    >>> place_of(make_url("postgresql+psycopg://vip:secret@db.example/club"))
    'database club at db.example:5432 as vip'
    """
    if url.get_backend_name() == "sqlite":
        return f"database file {url.database}"
    asked = {
        name: value if isinstance(value, str) else value[-1] for name, value in url.query.items()
    }
    host = url.host or asked.get("host") or "this machine"
    where = host if host.startswith("/") else f"{host}:{url.port or asked.get('port') or 5432}"
    user = url.username or asked.get("user")
    return f"database {url.database or user} at {where}" + (f" as {user}" if user else "")


def cannot_reach(url: URL, error: DBAPIError) -> str:
    """One sentence about a connection that failed."""
    return f"The {place_of(url)} can't be reached: {_reason(url, str(error.orig))}."


def _reason(url: URL, told: str) -> str:
    """The server's own words or the network's, on one line."""
    found = None
    for line in told.splitlines():
        found = _REASON.search(line) or found
    words = (found[1] or found[2]) if found else told.strip().splitlines()[0]
    secret = str(url.password or "")
    if secret and secret not in {url.username, url.database}:
        words = words.replace(secret, "...")
    return words.strip().rstrip(".")


def known_options(url: URL) -> frozenset[str]:
    """What may follow the `?` of such an address: the driver's own options, on PostgreSQL libpq's,
    without those that the club sets."""
    if url.get_backend_name() == "sqlite":
        return SQLITE_OPTIONS
    return frozenset(option.keyword.decode() for option in Conninfo.get_defaults()) - OF_THE_CLUB
