"""What an error of the database means: try again, busy, away, full."""

from __future__ import annotations

from sqlalchemy.exc import DBAPIError, OperationalError


def sqlstate(error: DBAPIError) -> str:
    return getattr(error.orig, "sqlstate", None) or ""


def may_repeat(error: DBAPIError) -> bool:
    """Deadlock, serialization failure, busy SQLite."""
    return sqlstate(error) in {"40001", "40P01"} or sqlite_busy(error)


def was_taken(error: DBAPIError) -> bool:
    """A value that only one row may have was another's: of two who looked before either wrote, this
    one came second. Whoever looks again sees the other's row, and says no in a sentence."""
    return sqlstate(error) == "23505" or "UNIQUE constraint failed" in str(error.orig)


def is_absent(error: DBAPIError, table: str) -> bool:
    """There is no such table: one that is there and that we may not read is another matter."""
    return sqlstate(error) == "42P01" or f"no such table: {table}" in str(error.orig)


def sqlite_busy(error: DBAPIError) -> bool:
    return "database is locked" in str(error.orig) or "database table is locked" in str(error.orig)


def is_busy(error: DBAPIError) -> bool:
    """Lock timeout, too many connections, shutting down or away, busy SQLite."""
    return (
        sqlite_busy(error)
        or away(error)
        or sqlstate(error) in {"55P03", "53300", "57P01", "57P03", "57014"}
    )


def away(error: DBAPIError) -> bool:
    """No server answers: psycopg's connection failures carry no SQLSTATE. Or no file is there."""
    if "unable to open database file" in str(error.orig):
        return True
    module = type(error.orig).__module__
    return (
        isinstance(error, OperationalError) and module.startswith("psycopg") and not sqlstate(error)
    )


def is_full(error: DBAPIError) -> bool:
    """Nothing can be written: no room on the disk, or the file can't grow."""
    told = str(error.orig)
    if sqlstate(error) in {"53100", "58030"}:  # disk_full, io_error
        return True
    return "database or disk is full" in told or "disk I/O error" in told
