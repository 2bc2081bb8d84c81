"""The only place that reads the time."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

_replayed: ContextVar[datetime | None] = ContextVar("replayed", default=None)
_club_zone: str | None = None


def now() -> datetime:
    """This moment, in UTC."""
    return _replayed.get() or datetime.now(UTC)


@contextmanager
def replaying(moment: datetime) -> Iterator[None]:
    """Within it, this thread's time stands at `moment`: to play back what happened on other days,
    through the same use cases and their rules."""
    token = _replayed.set(moment.astimezone(UTC))
    try:
        yield
    finally:
        _replayed.reset(token)


def today(time_zone: str) -> date:
    """The date on the wall in an IANA time zone."""
    return now().astimezone(ZoneInfo(time_zone)).date()


def settle_zone(time_zone: str) -> None:
    """Says once a process, for all its threads, in which IANA time zone the club's own days are
    counted. Raises RuntimeError where another zone is settled: a process serves one club."""
    global _club_zone
    if _club_zone not in {None, time_zone}:
        raise RuntimeError(f"This process counts its days in {_club_zone}, not in {time_zone}.")
    _club_zone = time_zone


def club_zone() -> str:
    """The IANA time zone of the club's own days. Raises RuntimeError before it is settled: a day
    of a guessed zone would be wrong without a word."""
    if _club_zone is None:
        raise RuntimeError("No zone of the club is settled: open the database by its settings.")
    return _club_zone


def club_day(moment: datetime) -> date:
    """The club's day of a moment with a zone."""
    return moment.astimezone(ZoneInfo(club_zone())).date()


def club_today() -> date:
    """The club's day now, by which terms, benefit years and policies are counted."""
    return club_day(now())


def elapsed() -> float:
    """Seconds on a clock that only goes forward, to measure with."""
    return time.perf_counter()
