"""When a callback is due, and when its alarms are raised. Pure rules over moments."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from vipclub.core.i18n import N_

USUAL = timedelta(hours=2)
USUAL_BY_KIND = {"complaint": timedelta(hours=1)}
"""By what it is about, where that is sooner than the usual time."""
AGAIN = timedelta(hours=1)
"""After a call that reached nobody, where nobody says another time."""
FURTHEST = timedelta(days=30)
WARNED_BEFORE = timedelta(minutes=15)
ON_CALL_AFTER = timedelta(minutes=30)
DAILY = timedelta(days=1)
WARNED, MISSED = 1, 2
"""Levels, as `assistance.Duty.told` knows them: the owner is warned, the leader is told; above, the
leader on call, then every day."""

WINDOWS: dict[str, tuple[time, time] | None] = {
    "soon": None,
    "morning": (time(9), time(12)),
    "afternoon": (time(14), time(18)),
    "evening": (time(18), time(21)),
}
"""Hours in which somebody wants to be called, on the club's wall; None is as soon as possible."""
WINDOW_WORDS = {
    "soon": N_("As soon as possible"),
    "morning": N_("9:00 to 12:00"),
    "afternoon": N_("14:00 to 18:00"),
    "evening": N_("18:00 to 21:00"),
}


def usual_due(about: str, now: datetime) -> datetime:
    """By when somebody is called back where nobody says."""
    return now + USUAL_BY_KIND.get(about, USUAL)


def next_window(code: str, now: datetime, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
    """The beginning and end of the next such hours; today's while half an hour of them is left.
    None for as soon as possible. Raises KeyError.

    >>> zone = ZoneInfo("Asia/Shanghai")
    >>> noon = datetime(2026, 12, 1, 12, 0, tzinfo=zone)
    >>> [moment.isoformat() for moment in next_window("morning", noon, zone)]
    ['2026-12-02T09:00:00+08:00', '2026-12-02T12:00:00+08:00']
    >>> next_window("soon", noon, zone) is None
    True
    """
    hours = WINDOWS[code]
    if hours is None:
        return None
    day = now.astimezone(zone).date()
    if datetime.combine(day, hours[1], zone) - now < timedelta(minutes=30):
        day += DAILY
    return datetime.combine(day, hours[0], zone), datetime.combine(day, hours[1], zone)


def next_alarm(level: int, due: datetime) -> datetime:
    """When the level after this one is raised. It never falls silent while the callback is due.

    >>> due = datetime(2026, 12, 1, 12, 0)
    >>> [next_alarm(level, due).strftime("%d %H:%M") for level in range(5)]
    ['01 11:45', '01 12:00', '01 12:30', '02 12:00', '03 12:00']
    """
    if level < WARNED:
        return due - WARNED_BEFORE
    if level < MISSED:
        return due
    return due + (ON_CALL_AFTER if level == MISSED else (level - MISSED) * DAILY)


def reached_level(level: int, due: datetime, now: datetime) -> int:
    """The highest level whose moment has come.

    >>> due = datetime(2026, 12, 1, 12, 0)
    >>> reached_level(0, due, due + timedelta(days=1, minutes=1))
    4
    """
    while next_alarm(level, due) <= now:
        level += 1
    return level
