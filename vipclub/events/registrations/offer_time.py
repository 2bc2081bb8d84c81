"""How long seats are offered: long enough to hear of it and to think, and not through the night."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from vipclub.messages import QUIET

LONGEST = timedelta(hours=12)
SHORTEST = timedelta(minutes=15)
SHARE = 8
"""An offer takes at most an eighth of the time that is left until the event."""


def offer_ends(now: datetime, starts_at: datetime, zone: str) -> datetime:
    """Until when an offer of now can be accepted: an eighth of the time until the start, between 15
    minutes and 12 hours, counted outside the quiet hours; never after the start.

    >>> from datetime import UTC
    >>> evening = datetime(2026, 12, 3, 12, 30, tzinfo=UTC)  # 20:30 in Shanghai
    >>> start = datetime(2026, 12, 5, 4, 30, tzinfo=UTC)
    >>> offer_ends(evening, start, "Asia/Shanghai").isoformat()  # 5 h, one of them tonight
    '2026-12-04T04:00:00+00:00'
    """
    allowed = min(max((starts_at - now) / SHARE, SHORTEST), LONGEST)
    return min(_awake_after(now, allowed, zone), starts_at)


def _awake_after(moment: datetime, allowed: timedelta, zone: str) -> datetime:
    """The moment at which so much time outside the quiet hours has passed."""
    begins, ends = QUIET
    while True:
        wall = moment.astimezone(ZoneInfo(zone))
        if not ends <= wall.time() < begins:
            moment = _next(wall, ends, moment)
            continue
        evening = _next(wall, begins, moment)
        if moment + allowed <= evening:
            return moment + allowed
        allowed -= evening - moment
        moment = evening


def _next(wall: datetime, at: time, moment: datetime) -> datetime:
    """The next time that a clock on that wall shows this hour."""
    day = wall.date() + timedelta(days=1 if wall.time() >= at else 0)
    return datetime.combine(day, at, tzinfo=wall.tzinfo).astimezone(moment.tzinfo)
