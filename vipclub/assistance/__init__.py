"""Help when it is needed: cases, their clocks, and who is on duty.

`cases` opens and handles them, `clocks` says what is promised and works out what runs, `duty` who
answers, `alarms` tells who must know when a promise is in danger.

Decisions:
- 2026-11: a case is never refused for what is missing: no entitlement, number, person or agent on
  duty. What is missing is asked for afterwards (docs/decisions.md 57).
- 2026-11: clocks are worked out from the timeline alone; the rows are a copy that `vipclub verify`
  works out again.
- 2026-11: a case waits for whom it is for and for nobody else. While a partner is asked, the club's
  own clocks run.
- 2026-11: a word by any way is a word: it wakes a case that waits and opens one that was resolved.
- 2026-11: letters say that something is there; what was said stands behind the sign-in.
"""

from vipclub.assistance.alarms import raise_alarms
from vipclub.assistance.cases.answering import add_note, answer, note_or_write, write_to_case
from vipclub.assistance.cases.ending import close_resolved, end_waits
from vipclub.assistance.cases.finding import meant_by
from vipclub.assistance.cases.handling import (
    PARTNER_EVENTS,
    CaseResult,
    change_severity,
    close,
    extend,
    note_partner,
    reopen,
    resolve,
    resume,
    start,
    triage,
    wait,
)
from vipclub.assistance.cases.merging import merge
from vipclub.assistance.cases.opening import ask_for_help, open_case
from vipclub.assistance.cases.queries import (
    CaseLine,
    CasesNow,
    ClockView,
    OpenCase,
    Received,
    case_line,
    cases_now,
    find_cases,
    newest_open_case,
    open_case_by_phone,
    open_cases,
    received,
)
from vipclub.assistance.cases.whole_case import CaseView, EntryView, case, record_view
from vipclub.assistance.clocks.promises import EMERGENCIES, KINDS, SEVERITIES
from vipclub.assistance.duty.keeping_owners import keep_owners
from vipclub.assistance.duty.on_duty import Agent, leader_on_call, on_duty
from vipclub.assistance.duty.own_duty import OwnAbsence, OwnDuty, OwnShift, own_duty
from vipclub.assistance.duty.owners import Duty, duty_at, unowned
from vipclub.assistance.duty.roster import (
    ABSENCES,
    ShiftView,
    add_absence,
    add_shift,
    agents,
    cancel_shift,
    name_leader_on_call,
    shifts_between,
)
from vipclub.assistance.invariants import INVARIANTS
from vipclub.assistance.letters import LETTERS
from vipclub.assistance.models import CHANNELS, Case, CaseAlarm, CaseClock, CaseEntry, Shift
from vipclub.assistance.refusals import (
    AnotherPersonExtends,
    CannotMerge,
    ExtensionNotAccepted,
    MergedAway,
    ShiftNotAccepted,
    WaitNotAccepted,
    WordsMissing,
)
from vipclub.assistance.sealed_columns import SEALED
from vipclub.assistance.steps import MACHINE, OPEN, STATES, WAIT_REASONS
from vipclub.assistance.words import (
    CHANNEL_WORDS,
    CLOCK_WORDS,
    ENTRY_WORDS,
    KIND_WORDS,
    SEVERITY_WORDS,
    STATE_WORDS,
)

__all__ = [
    "ABSENCES",
    "CHANNELS",
    "CHANNEL_WORDS",
    "CLOCK_WORDS",
    "EMERGENCIES",
    "ENTRY_WORDS",
    "INVARIANTS",
    "KINDS",
    "KIND_WORDS",
    "LETTERS",
    "MACHINE",
    "OPEN",
    "PARTNER_EVENTS",
    "SEALED",
    "SEVERITIES",
    "SEVERITY_WORDS",
    "STATES",
    "STATE_WORDS",
    "WAIT_REASONS",
    "Agent",
    "AnotherPersonExtends",
    "CannotMerge",
    "Case",
    "CaseAlarm",
    "CaseClock",
    "CaseEntry",
    "CaseLine",
    "CaseResult",
    "CaseView",
    "CasesNow",
    "ClockView",
    "Duty",
    "EntryView",
    "ExtensionNotAccepted",
    "MergedAway",
    "OpenCase",
    "OwnAbsence",
    "OwnDuty",
    "OwnShift",
    "own_duty",
    "Shift",
    "Received",
    "ShiftNotAccepted",
    "ShiftView",
    "WaitNotAccepted",
    "WordsMissing",
    "add_absence",
    "add_note",
    "add_shift",
    "agents",
    "answer",
    "ask_for_help",
    "cancel_shift",
    "case",
    "case_line",
    "cases_now",
    "change_severity",
    "close",
    "close_resolved",
    "duty_at",
    "end_waits",
    "extend",
    "find_cases",
    "keep_owners",
    "leader_on_call",
    "meant_by",
    "merge",
    "name_leader_on_call",
    "newest_open_case",
    "note_or_write",
    "note_partner",
    "on_duty",
    "open_case",
    "open_case_by_phone",
    "open_cases",
    "raise_alarms",
    "received",
    "record_view",
    "reopen",
    "resolve",
    "resume",
    "shifts_between",
    "start",
    "triage",
    "unowned",
    "wait",
    "write_to_case",
]
