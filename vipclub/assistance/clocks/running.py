"""The clocks of a case, worked out from its timeline and its calendar alone.

Each clock is independent of the others. A clock runs in rounds: the first answer is promised once,
news are promised again after each. Days of an extension count for the round in which it was
given, and only where it was not due yet: nothing that comes later makes a missed promise kept.
What is kept in `case_clock` is a copy of what this says, and
`invariants.py` works it out again.

A change of severity: whoever was promised something for a severity keeps that promise as long as
the case is at least as severe. So the due moment is the earliest of those that began with the round
or with any change since, each with the longest time allowed from there on. A case that becomes
more severe is due from that moment by its new promise, and never later than before; one that
becomes less severe gets the longer time from the beginning.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from vipclub.assistance.clocks.counting import Allowance, CaseCalendar, Pause, moment_after
from vipclub.assistance.clocks.promises import (
    ALARM_SHARES,
    DAY,
    MISSED,
    PROMISES,
    ClockName,
    Promise,
)


@dataclass(frozen=True, slots=True)
class Event:
    """What the clocks are told of an entry of the timeline. `severity` comes with what sets one;
    `since` is when somebody began to wait who waits here now (a merged case); `days` are those in
    all of an extension; an `owed` clock is due at `until`, as the merged case promised it."""

    at: datetime
    what: str
    severity: str | None = None
    since: datetime | None = None
    days: int | None = None
    until: datetime | None = None
    clock: str | None = None


@dataclass(frozen=True, slots=True)
class Clock:
    """One round of a clock. `due` is None once it is stopped, and while a pause lasts before it was
    missed (`paused`); `done` is
    when the promise was kept or, late, made good; `stopped` when nobody waits any more. `alarms`
    are (level, moment) in order, as long as it runs."""

    clock: ClockName
    round: int
    started: datetime
    due: datetime | None
    paused: bool
    done: datetime | None
    stopped: datetime | None
    alarms: tuple[tuple[int, datetime], ...] = ()

    @property
    def running(self) -> bool:
        """Whether somebody waits for it, paused or not."""
        return self.done is None and self.stopped is None

    @property
    def late(self) -> bool:
        """Whether it was done after it was due."""
        return self.done is not None and self.due is not None and self.done > self.due


BEGINS: dict[ClockName, frozenset[str]] = {
    "first_answer": frozenset({"opened", "reopened"}),
    "reply": frozenset({"wrote"}),
    "triage": frozenset({"opened", "reopened"}),
    "partner_found": frozenset({"opened", "reopened", "partner_lost"}),
    "member_told": frozenset({"opened", "reopened", "answered"}),
    "resolution": frozenset({"opened", "reopened"}),
}
ENDS: dict[ClockName, frozenset[str]] = {
    "first_answer": frozenset({"answered"}),
    "reply": frozenset({"answered"}),
    "triage": frozenset({"triaged"}),
    "partner_found": frozenset({"partner_found"}),
    "member_told": frozenset({"answered"}),
    "resolution": frozenset({"resolved"}),
}
OWED = "owed"
"""What was promised in a case that became part of this one, and isn't kept yet."""
STOPS = frozenset({"resolved", "closed", "merged"})
"""After these nobody waits."""
STOPS_ONE: dict[ClockName, frozenset[str]] = {"partner_found": frozenset({"no_partner"})}
RESUMES = frozenset({"resumed", "reopened", *STOPS})


def clocks_of(kind: str, history: Sequence[Event], calendar: CaseCalendar) -> list[Clock]:
    """All rounds of all clocks of a case of a kind, in the order of its promises, by round. The
    history begins with `opened` and is in order."""
    pauses, severities = _pauses(history), _severities(history)
    found = []
    for promise in PROMISES[kind]:
        for number, one in enumerate(rounds_of(promise.clock, history), start=1):
            found.append(_clock(promise, number, one, pauses, severities, calendar))
    return found


@dataclass(slots=True)
class Round:
    """From when until when a clock ran; neither done nor stopped while it still does. `owed` are
    the promises that were taken over from merged cases, `extended` the extensions given in it."""

    started: datetime
    done: datetime | None = None
    stopped: datetime | None = None
    owed: list[Event] = field(default_factory=list)
    extended: list[Event] = field(default_factory=list)


def rounds_of(clock: ClockName, history: Sequence[Event]) -> list[Round]:
    """The rounds of a clock, in order."""
    rounds: list[Round] = []
    for event in history:
        last = rounds[-1] if rounds else None
        runs = last is not None and last.done is None and last.stopped is None
        if last is not None and runs:
            if event.what in ENDS[clock]:
                last.done, runs = event.at, False
            elif event.what in STOPS or event.what in STOPS_ONE.get(clock, ()):
                last.stopped, runs = event.at, False
            elif event.what == OWED and event.clock == clock:
                last.owed.append(event)
            elif event.what == "extended":
                last.extended.append(event)
        if not runs and (begins := _begins(clock, event)) is not None:
            rounds.append(Round(begins))
    return rounds


def _begins(clock: ClockName, event: Event) -> datetime | None:
    """From when on a round runs that an event begins."""
    if event.what == "merged_in" and event.since is not None and clock == "reply":
        return event.since
    return event.at if event.what in BEGINS[clock] else None


def _pauses(history: Sequence[Event]) -> list[Pause]:
    found: list[Pause] = []
    since: datetime | None = None
    for event in history:
        if event.what == "waited" and since is None:
            since = event.at
        elif event.what in RESUMES and since is not None:
            found.append(Pause(since, event.at))
            since = None
    if since is not None:
        found.append(Pause(since, None))
    return found


def _severities(history: Sequence[Event]) -> list[tuple[datetime, str]]:
    return [(event.at, event.severity) for event in history if event.severity is not None]


@dataclass(frozen=True, slots=True)
class _Run:
    """What the moments of a round are worked out from."""

    calendar: CaseCalendar
    pauses: Sequence[Pause]
    starts: Sequence[tuple[datetime, Allowance]] = field(repr=False)
    """When each severity began to hold in the round, with what it allows."""
    owed: Sequence[Event] = ()
    extension: Event | None = None
    """The last one that counts."""

    def moment(self, share: float = 1.0) -> datetime | None:
        """When a share of what is allowed is spent: the earliest promise that was made."""
        found = [self._owed(one, share) for one in self.owed]
        if None in found:
            return None
        for number, (start, _) in enumerate(self.starts):
            longest = [self._spent(start, one.share(share)) for _, one in self.starts[number:]]
            if None in longest:
                return None
            found.append(max(moment for moment in longest if moment is not None))
        return min(moment for moment in found if moment is not None)

    def _owed(self, one: Event, share: float) -> datetime | None:
        """A promise that was taken over: as it stood, and later by the pauses since then."""
        if one.since is None or one.until is None:
            return None
        given = self.extension
        if given is not None and given.days is not None and given.at >= one.at:
            return self._spent(one.since, Allowance(given.days * DAY, "days").share(share))
        moment = one.since + share * (one.until - one.since)
        for pause in self.pauses:
            begins = max(pause.start, one.at)
            if begins >= moment or (pause.end is not None and pause.end <= begins):
                continue
            if pause.end is None:
                return None
            moment += pause.end - begins
        return moment

    def _spent(self, start: datetime, allowance: Allowance) -> datetime | None:
        return moment_after(self.calendar, start, allowance, self.pauses)


def _clock(
    promise: Promise,
    number: int,
    one: Round,
    pauses: Sequence[Pause],
    severities: Sequence[tuple[datetime, str]],
    calendar: CaseCalendar,
) -> Clock:
    ended = one.done or one.stopped
    counted = [pause for pause in pauses if promise.pauses and (not ended or pause.start < ended)]
    if ended is not None:
        counted = [Pause(pause.start, min(pause.end or ended, ended)) for pause in counted]
    run = _Run(calendar, counted, _starts(promise, one, ended, severities, None), one.owed)
    days = 0
    for event in one.extended if promise.extends else ():
        due = run.moment()
        if event.days is not None and (due is None or event.at <= due):
            days = max(days, event.days)
            starts = _starts(promise, one, ended, severities, days)
            run = _Run(calendar, counted, starts, one.owed, event)
    due = run.moment() if one.stopped is None else None
    paused = ended is None and due is None
    alarms = _alarms(run) if ended is None else ()
    return Clock(promise.clock, number, one.started, due, paused, one.done, one.stopped, alarms)


def _starts(
    promise: Promise,
    one: Round,
    ended: datetime | None,
    severities: Sequence[tuple[datetime, str]],
    days: int | None,
) -> list[tuple[datetime, Allowance]]:
    before = [severity for at, severity in severities if at <= one.started]
    # a case that took another one over may have a round older than itself
    first = before[-1] if before else severities[0][1]
    since = [
        (at, severity)
        for at, severity in severities
        if at > one.started and (ended is None or at <= ended)
    ]
    if not before:
        since = since[1:]
    longer = Allowance(days * DAY, "days") if days and promise.extends else None
    return [
        (at, longer or promise.allowed[severity]) for at, severity in [(one.started, first), *since]
    ]


def _alarms(run: _Run) -> tuple[tuple[int, datetime], ...]:
    """Each level with its moment; none that a pause keeps from coming."""
    moments = {level: run.moment(share) for level, share in {**ALARM_SHARES, MISSED: 1.0}.items()}
    return tuple((level, at) for level, at in sorted(moments.items()) if at is not None)
