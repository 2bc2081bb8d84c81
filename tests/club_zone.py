"""The club of another zone, within one test."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from vipclub.core import clock


@contextmanager
def club_in(time_zone: str | None) -> Iterator[None]:
    """Within it, the process's club counts its days in this zone, or has settled none yet."""
    settled, clock._club_zone = clock._club_zone, time_zone
    try:
        yield
    finally:
        clock._club_zone = settled
