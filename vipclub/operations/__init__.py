"""What those who run the club look at: whether the machinery keeps up, how far the calendars reach,
and what the audit trail says.

`machinery` is the outbox, the timed jobs and the workers; `books` the check whether the
entitlements' books agree; `calendars` how far working days are decreed; `audit_trail` the reading
of the trail, and `cli` the command that checks it (`vipclub audit verify`).

Decisions:
- 2026-11: this part reads what the ground keeps (outbox, timetable, leases, trail) and has no table
  of its own so far; each read asks its right.
- 2026-11: that the trail is read is a record of its own, written before anything is shown.
- 2026-11: an error of a message that was given up is shown without addresses and numbers: who was
  meant is no business of operations.
"""

from vipclub.operations.audit_trail import (
    Act,
    ActsAsked,
    TrailStanding,
    WholeAct,
    acts,
    one_act,
    record_check,
    record_reading,
    trail_standing,
)
from vipclub.operations.books import Checks, check_books
from vipclub.operations.calendars import CALENDAR_ALARM, CalendarEnd, calendar_ends
from vipclub.operations.first_steps import FirstStep, FirstSteps, first_steps, steps_missing
from vipclub.operations.invariants import INVARIANTS
from vipclub.operations.machinery import (
    DeadLetter,
    JobRow,
    Machinery,
    close_dead_letter,
    dead_letters,
    machinery_now,
    retry_dead_letter,
    timed_jobs,
)

__all__ = [
    "FirstStep",
    "FirstSteps",
    "first_steps",
    "steps_missing",
    "INVARIANTS",
    "Machinery",
    "machinery_now",
    "JobRow",
    "timed_jobs",
    "DeadLetter",
    "dead_letters",
    "retry_dead_letter",
    "close_dead_letter",
    "CALENDAR_ALARM",
    "CalendarEnd",
    "calendar_ends",
    "Checks",
    "check_books",
    "ActsAsked",
    "Act",
    "acts",
    "WholeAct",
    "one_act",
    "TrailStanding",
    "trail_standing",
    "record_reading",
    "record_check",
]
