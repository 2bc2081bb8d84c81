"""A second way to work the clocks of a case out: minute by minute, as slowly and plainly as can be.
For the tests of the first one; it shares no line with it but the promises."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from vipclub.assistance.clocks.promises import Promise
from vipclub.assistance.clocks.running import Event

MINUTE = timedelta(minutes=1)


BEGINS = {
    "first_answer": ("opened", "reopened"),
    "reply": ("wrote",),
    "triage": ("opened", "reopened"),
    "partner_found": ("opened", "reopened", "partner_lost"),
    "member_told": ("opened", "reopened", "answered"),
    "resolution": ("opened", "reopened"),
}
ENDS = {
    "first_answer": ("answered",),
    "reply": ("answered",),
    "triage": ("triaged",),
    "partner_found": ("partner_found", "no_partner"),
    "member_told": ("answered",),
    "resolution": (),
}


def within(clock: str, number: int, history: Sequence[Event], what: str) -> list[Event]:
    """The entries of one sort that fall into the `number`th round of a clock."""
    found, rounds, runs = list[Event](), 0, False
    for event in history:
        if event.what in (*ENDS[clock], "resolved", "closed", "merged"):
            runs = False
        waits = event.what == "merged_in" and event.since is not None and clock == "reply"
        if not runs and (waits or event.what in BEGINS[clock]):
            rounds, runs = rounds + 1, True
        meant = event.what == what and event.clock in (None, clock)
        if runs and rounds == number and meant:
            found.append(event)
    return found


class MinuteCounter:
    """Counts in one zone, with the days that are worked there and stretches that don't count."""

    def __init__(self, zone: ZoneInfo, worked: dict[date, bool], horizon: timedelta) -> None:
        self.zone, self.worked, self.horizon = zone, worked, horizon

    def counts(self, minute: datetime, measure: str) -> bool:
        if measure != "working_minutes":
            return True
        wall = minute.astimezone(self.zone)
        worked = self.worked.get(wall.date(), wall.weekday() < 5)
        return worked and 9 <= wall.hour < 18

    def after(
        self, start: datetime, minutes: int, measure: str, paused: Sequence[tuple[datetime, object]]
    ) -> datetime | None:
        """When so many minutes have counted."""
        at, left, last = start, minutes, start + self.horizon
        while left:
            if at >= last:
                return None
            stands = any(begin <= at and (end is None or at < end) for begin, end in paused)
            left -= self.counts(at, measure) and not stands
            at += MINUTE
        while measure == "days" and at.astimezone(self.zone).strftime("%H:%M") != "00:00":
            at += MINUTE
        return at

    def due(
        self,
        promise: Promise,
        started: datetime,
        history: Sequence[Event],
        until: datetime | None,
        number: int = 1,
        extends: bool = False,
    ) -> datetime | None:
        """When a round that began at `started` is due, and that ended at `until`; it is the
        `number`th of its clock. An extension of this round counts that is not later than the moment
        which was promised without it."""
        due = self.due_with(promise, started, history, until, number, [])
        given: list[Event] = []
        for event in within(promise.clock, number, history, "extended") if extends else ():
            if event.days and (due is None or event.at <= due):
                given.append(event)
                due = self.due_with(promise, started, history, until, number, given)
        return due

    def due_with(
        self,
        promise: Promise,
        started: datetime,
        history: Sequence[Event],
        until: datetime | None,
        number: int,
        given: Sequence[Event],
    ) -> datetime | None:
        """With these extensions."""
        days = max((event.days or 0 for event in given), default=0)
        seen = [e for e in history if until is None or e.at <= until]
        paused: list[tuple[datetime, datetime | None]] = []
        for event in seen if promise.pauses else ():
            lasts = bool(paused) and paused[-1][1] is None
            if event.what == "waited" and not lasts:
                paused.append((event.at, None))
            elif lasts and event.what in ("resumed", "reopened", "resolved", "closed", "merged"):
                paused[-1] = (paused[-1][0], event.at)
        if until is not None:
            paused = [(begin, end or until) for begin, end in paused]
        levels: list[tuple[datetime, str]] = []
        for event in seen:
            if event.severity is None:
                continue
            if event.at <= started or not levels:  # a merged case may have waited before
                levels = [(started, event.severity)]
            else:
                levels.append((event.at, event.severity))
        moments = []
        for level, (begin, _) in enumerate(levels):
            each = []
            for _, severity in levels[level:]:
                allowed = promise.allowed[severity]
                minutes = days * 1440 if days else allowed.minutes
                each.append(self.after(begin, minutes, allowed.measure, paused))
            if None in each:
                return None
            moments.append(max(m for m in each if m is not None))
        for event in within(promise.clock, number, seen, "owed"):
            moment = self.put_off(event, paused)
            if event.since and any(one.at >= event.at for one in given):
                moment = self.after(event.since, days * 1440, "days", paused)
            if moment is None:
                return None
            moments.append(moment)
        return min(moments).astimezone(UTC)

    def put_off(self, owed: Event, paused: Sequence[tuple[datetime, object]]) -> datetime | None:
        """When a promise taken over from a merged case is due: each minute since then that stands
        puts it off by one."""
        assert owed.until is not None
        at, due, last = owed.at, owed.until, owed.at + self.horizon
        while at < due:
            if at >= last:
                return None
            if any(begin <= at and (end is None or at < end) for begin, end in paused):
                due += MINUTE
            at += MINUTE
        return due
