"""What the club promises in a case of each kind: within which time, by severity and clock, and
whether a pause of the case stops it.

Sources: the complaint's days are those of the state's rules on consumer complaints to banks and
insurers (15 days, 30 where it is complex, 30 more with approval); the others are the club's own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from vipclub.assistance.clocks.counting import Allowance, Measure

ClockName = Literal["first_answer", "reply", "triage", "partner_found", "member_told", "resolution"]
SEVERITIES = ("critical", "high", "normal", "low")
"""From the one that can't wait to the one that can."""
KINDS = ("emergency_domestic", "emergency_overseas", "green_channel", "complaint", "enquiry")
EMERGENCIES = frozenset({"emergency_domestic", "emergency_overseas"})
DAY = 1440
WORKING_DAY = 540
"""Minutes of office hours in a working day, 9:00 to 18:00."""
USUAL_SEVERITY: Mapping[str, str] = {
    "emergency_domestic": "critical",
    "emergency_overseas": "critical",
    "green_channel": "normal",
    "complaint": "normal",
    "enquiry": "low",
}
"""How severe a case is until somebody has asked: an emergency is the worst that it may be."""
EXTENSIONS = (30, 60)
"""To how many days in all a complaint may be extended: where it is complex, and once more with
the approval of a second person."""


@dataclass(frozen=True)
class Promise:
    """What one clock of a kind promises. `allowed` is by severity; `pauses` says whether the clock
    stops while the ball is with whom the case is for, `extends` whether days of an extension take
    the place of those allowed."""

    clock: ClockName
    allowed: Mapping[str, Allowance]
    pauses: bool
    extends: bool = False


def _promise(
    clock: ClockName,
    minutes: tuple[int, int, int, int],
    measure: Measure,
    *,
    pauses: bool,
    extends: bool = False,
) -> Promise:
    allowed = {
        severity: Allowance(count, measure)
        for severity, count in zip(SEVERITIES, minutes, strict=True)
    }
    return Promise(clock, allowed, pauses, extends)


_EMERGENCY = (
    _promise("first_answer", (5, 10, 15, 30), "minutes", pauses=False),
    _promise("reply", (5, 10, 30, 60), "minutes", pauses=False),
    _promise("triage", (10, 15, 30, 60), "minutes", pauses=False),
    _promise("partner_found", (30, 60, 120, 240), "minutes", pauses=True),
    _promise("member_told", (30, 60, 120, 240), "minutes", pauses=True),
)
PROMISES: Mapping[str, tuple[Promise, ...]] = {
    "emergency_domestic": _EMERGENCY,
    "emergency_overseas": _EMERGENCY,
    "green_channel": (
        _promise("first_answer", (30, 60, 120, 240), "working_minutes", pauses=False),
        _promise("reply", (60, 120, 240, 540), "working_minutes", pauses=False),
        _promise("triage", (60, 120, 540, 1080), "working_minutes", pauses=False),
        _promise("partner_found", (540, 1080, 1620, 2700), "working_minutes", pauses=True),
        _promise("member_told", (540, 540, 1080, 1620), "working_minutes", pauses=True),
    ),
    "complaint": (
        _promise("first_answer", (120, 240, 540, 540), "working_minutes", pauses=False),
        _promise("reply", (240, 540, 1080, 1080), "working_minutes", pauses=False),
        _promise("triage", (240, 540, 1080, 1080), "working_minutes", pauses=False),
        _promise("member_told", (2 * DAY, 5 * DAY, 7 * DAY, 7 * DAY), "days", pauses=False),
        _promise("resolution", (15 * DAY,) * 4, "days", pauses=False, extends=True),
    ),
    "enquiry": (
        _promise("first_answer", (60, 120, 240, 540), "working_minutes", pauses=False),
        _promise("reply", (60, 120, 240, 540), "working_minutes", pauses=False),
        _promise(
            "resolution",
            (WORKING_DAY, 2 * WORKING_DAY, 3 * WORKING_DAY, 5 * WORKING_DAY),
            "working_minutes",
            pauses=True,
        ),
    ),
}
"""kind -> its promises, in the order in which they are shown."""

GOES_ON_IN: Mapping[str, frozenset[str]] = {
    "emergency_domestic": EMERGENCIES,
    "emergency_overseas": EMERGENCIES,
    "green_channel": EMERGENCIES | {"green_channel"},
    "complaint": frozenset({"complaint"}),
    "enquiry": frozenset(KINDS) - {"complaint"},
}
"""kind -> the kinds in which a case may go on when it is merged, so that no promise is lost; a
complaint is merged with a complaint alone."""

WARNED, MISSED, ESCALATED, LAST = 1, 2, 3, 4
"""The levels of an alarm: its owner is warned, the promise is missed and the leader on duty is
told, then the leader on call, at last operations too."""
ALARM_SHARES: Mapping[int, float] = {WARNED: 0.75, ESCALATED: 1.5, LAST: 2.0}
"""When a level is reached, in parts of what is allowed; `MISSED` is when it is spent."""
