"""The club's own day is of its own zone."""

from __future__ import annotations

import threading
from datetime import UTC, date, datetime

import pytest
import time_machine

from tests.club_zone import club_in
from vipclub.core import clock


def test_the_clubs_day_is_that_of_its_own_zone_in_every_thread() -> None:
    moment = datetime(2026, 12, 3, 17, 0, tzinfo=UTC)
    with club_in("Pacific/Auckland"), time_machine.travel(moment, tick=False):
        found: list[date] = []
        other = threading.Thread(target=lambda: found.append(clock.club_today()))
        other.start()
        other.join()
        assert [clock.club_today(), *found] == [date(2026, 12, 4)] * 2
    with club_in("Europe/London"):
        assert clock.club_day(moment) == date(2026, 12, 3)


def test_a_process_serves_one_club_and_guesses_no_zone() -> None:
    with club_in(None):
        with pytest.raises(RuntimeError, match="open the database"):
            clock.club_today()
        clock.settle_zone("Europe/London")
        clock.settle_zone("Europe/London")
        with pytest.raises(RuntimeError, match="in Europe/London, not in Asia/Hong_Kong"):
            clock.settle_zone("Asia/Hong_Kong")
        assert clock.club_zone() == "Europe/London"
