"""Help when it is needed: cases, their clocks, and who is on duty.

`cases` opens and handles them, `clocks` says what is promised and works out what runs, `questions`
and `playbooks` say what is asked and done, `duty` who answers and hands over to whom, `alarms`
tells who must know when a promise is in danger, `dispatch` asks partners.

Decisions:
- 2026-11: a case is never refused for what is missing: no entitlement, number, person or agent on
  duty. What is missing is asked for afterwards (docs/decisions.md 57).
- 2026-11: clocks are worked out from the timeline alone; `vipclub verify` does it once more.
- 2026-11: a case waits for whom it is for alone. While a partner is asked, the club's clocks run.
- 2026-11: a word by any way is a word: it wakes a case that waits and opens one that was resolved.
- 2026-11: partners are asked one after another, each with a clock; what they are told before they
  accept names nobody.
- 2026-11: a handover moves cases when it is accepted by somebody on duty, as the list that both
  have read; until then the rules of `duty/owners` hold, so that no case waits for a signature.
- 2026-11: what is asked, ticked, linked and handed over are entries of the timeline; only what
  waits for a moment (tasks, handovers) and what isn't said yet (drafts) have rows of their own.
- 2026-11: a caller who is neither the member nor one of her contacts opens a case and is told
  nothing; the case asks her, and her answer counts for that case alone.
- 2026-11: letters say that something is there; what was said stands behind the sign-in.
"""

from vipclub.assistance import dispatch
from vipclub.assistance.alarms import raise_alarms
from vipclub.assistance.case_sheet import SHEETS_FOLDER, write_case_sheet
from vipclub.assistance.cases.about import (
    about_now,
    colleagues_to_name,
    known_to_member,
    say_about,
)
from vipclub.assistance.cases.answering import add_note, answer, note_or_write, write_to_case
from vipclub.assistance.cases.callers import (
    CallerQuestion,
    answer_about_caller,
    answered_level,
    ask_about_caller,
    note_verified_caller,
)
from vipclub.assistance.cases.changing_kind import change_kind
from vipclub.assistance.cases.drafts import forget_draft, forget_old_drafts, keep_draft
from vipclub.assistance.cases.emergencies import open_emergency
from vipclub.assistance.cases.ending import close_resolved, end_waits
from vipclub.assistance.cases.extending import extend
from vipclub.assistance.cases.finding import meant_by, visible_to
from vipclub.assistance.cases.for_operations import CasesLeft, cases_left
from vipclub.assistance.cases.handling import (
    PARTNER_EVENTS,
    CaseResult,
    change_severity,
    close,
    note_partner,
    reopen,
    resolve,
    resume,
    start,
    triage,
    wait,
)
from vipclub.assistance.cases.merging import merge
from vipclub.assistance.cases.on_the_desk import (
    OnTheDesk,
    on_the_desk,
    open_case_page,
    stay_on_case,
)
from vipclub.assistance.cases.opening import open_case
from vipclub.assistance.cases.passing_on import (
    Written,
    pass_on,
    pass_on_unanswered,
    write_to_club,
)
from vipclub.assistance.cases.queries import (
    CaseLine,
    CasesNow,
    ClockView,
    OpenCase,
    case_line,
    cases_now,
    find_cases,
    newest_open_case,
    open_case_by_phone,
    open_cases,
)
from vipclub.assistance.cases.rating import (
    RATED,
    RatingMean,
    RatingView,
    mean_rating,
    rate_case,
    rating_of,
)
from vipclub.assistance.cases.red_button import ask_for_help, received
from vipclub.assistance.cases.related import (
    link_cases,
    linked_refs,
    related_cases,
    unlink_cases,
)
from vipclub.assistance.cases.said import CaseWords, words_in_cases
from vipclub.assistance.cases.task_steps import TASK_STATES, TASK_STEPS
from vipclub.assistance.cases.tasks import (
    DueTask,
    TaskView,
    add_task,
    cancel_task,
    do_task,
    tasks_to_do,
    warn_of_tasks,
)
from vipclub.assistance.cases.wall import Answered, answered_in_time
from vipclub.assistance.cases.whole_case import CaseView, EntryView, case, record_view
from vipclub.assistance.clocks.promises import EMERGENCIES, KINDS, SEVERITIES
from vipclub.assistance.duty.changing import changes_roster
from vipclub.assistance.duty.handover import (
    accept_handover,
    decline_handover,
    end_handovers,
    give_handover,
    withdraw_handover,
)
from vipclub.assistance.duty.handover_lists import (
    Colleague,
    HandoverView,
    colleagues,
    handover,
    own_list,
    record_handover_view,
    running_clocks,
)
from vipclub.assistance.duty.handover_steps import HANDOVER_STATES, HANDOVER_STEPS
from vipclub.assistance.duty.keeping_owners import keep_owners
from vipclub.assistance.duty.leading import leaders, leads_the_desk, of_whom, who_leads
from vipclub.assistance.duty.on_duty import Agent, on_duty, stand_in_of
from vipclub.assistance.duty.own_duty import OwnDuty, own_duty
from vipclub.assistance.duty.owners import Duty, duty_at, to_be_given, unowned
from vipclub.assistance.duty.roster import (
    add_absence,
    add_shift,
    agents,
    cancel_shift,
    name_leader_on_call,
    shifts_between,
)
from vipclub.assistance.duty.waiting_handovers import (
    HandoverLine,
    ShiftChange,
    shift_change,
    waiting_handovers,
)
from vipclub.assistance.facts import CasesMerged, ComplaintAbout
from vipclub.assistance.invariants import INVARIANTS
from vipclub.assistance.letters import LETTERS
from vipclub.assistance.models import CHANNELS, Case, CaseAlarm, CaseClock, CaseEntry, Shift
from vipclub.assistance.playbooks.reading import (
    StepOfCase,
    countries,
    playbook_for,
    read_playbooks,
)
from vipclub.assistance.playbooks.ticking import done_steps, step_text, tick_step
from vipclub.assistance.questions.answering import answers_in_words, facts_of, save_facts
from vipclub.assistance.questions.asked import (
    Question,
    questions_for,
    read_questions,
)
from vipclub.assistance.questions.deciding import suggested_severity
from vipclub.assistance.refusals import (
    AnotherPersonExtends,
    CannotLink,
    CannotMerge,
    ChangeMissing,
    ExtensionNotAccepted,
    ExtensionTooLate,
    HandoverNotAccepted,
    HandoverWaits,
    LeadersChangeIt,
    LessUrgentKind,
    ListChanged,
    MergedAway,
    NobodyMakesThemselvesLeader,
    NothingToHandOver,
    NotOnDuty,
    RatingClosed,
    RatingNotAccepted,
    ShiftNotAccepted,
    TaskNotAccepted,
    UnknownAnswer,
    WaitNotAccepted,
    WordsMissing,
)
from vipclub.assistance.sealed_columns import SEALED
from vipclub.assistance.steps import MACHINE, OPEN, STATES, WAIT_REASONS
from vipclub.assistance.webhook_events import WEBHOOK_EVENTS
from vipclub.assistance.words import (
    CHANNEL_WORDS,
    CLOCK_WORDS,
    ENTRY_WORDS,
    KIND_WORDS,
    SEVERITY_WORDS,
    STATE_WORDS,
)
from vipclub.assistance.work_models import DRAFT_BOXES

__all__ = [
    "CHANNELS",
    "CHANNEL_WORDS",
    "CLOCK_WORDS",
    "DRAFT_BOXES",
    "EMERGENCIES",
    "ENTRY_WORDS",
    "HANDOVER_STATES",
    "HANDOVER_STEPS",
    "INVARIANTS",
    "KINDS",
    "KIND_WORDS",
    "LETTERS",
    "MACHINE",
    "OPEN",
    "PARTNER_EVENTS",
    "RATED",
    "SEALED",
    "SEVERITIES",
    "SHEETS_FOLDER",
    "SEVERITY_WORDS",
    "STATES",
    "STATE_WORDS",
    "TASK_STATES",
    "TASK_STEPS",
    "WAIT_REASONS",
    "Agent",
    "AnotherPersonExtends",
    "Answered",
    "CannotLink",
    "CannotMerge",
    "ChangeMissing",
    "CasesMerged",
    "Case",
    "CallerQuestion",
    "CaseAlarm",
    "CaseClock",
    "CaseEntry",
    "CaseLine",
    "CaseResult",
    "CaseView",
    "CaseWords",
    "CasesNow",
    "ClockView",
    "Colleague",
    "DueTask",
    "Duty",
    "EntryView",
    "ExtensionNotAccepted",
    "ExtensionTooLate",
    "HandoverLine",
    "HandoverNotAccepted",
    "HandoverView",
    "HandoverWaits",
    "ListChanged",
    "MergedAway",
    "NotOnDuty",
    "NothingToHandOver",
    "OnTheDesk",
    "OpenCase",
    "Question",
    "RatingClosed",
    "RatingMean",
    "RatingNotAccepted",
    "RatingView",
    "OwnDuty",
    "own_duty",
    "Shift",
    "ShiftChange",
    "LeadersChangeIt",
    "LessUrgentKind",
    "NobodyMakesThemselvesLeader",
    "ShiftNotAccepted",
    "changes_roster",
    "about_now",
    "colleagues_to_name",
    "known_to_member",
    "say_about",
    "CasesLeft",
    "ComplaintAbout",
    "cases_left",
    "leaders",
    "StepOfCase",
    "TaskNotAccepted",
    "TaskView",
    "UnknownAnswer",
    "WaitNotAccepted",
    "WordsMissing",
    "Written",
    "accept_handover",
    "add_absence",
    "add_note",
    "add_shift",
    "add_task",
    "agents",
    "answer",
    "answered_in_time",
    "answers_in_words",
    "answer_about_caller",
    "answered_level",
    "ask_about_caller",
    "ask_for_help",
    "cancel_shift",
    "cancel_task",
    "case",
    "dispatch",
    "case_line",
    "cases_now",
    "change_kind",
    "change_severity",
    "close",
    "close_resolved",
    "colleagues",
    "countries",
    "decline_handover",
    "do_task",
    "done_steps",
    "duty_at",
    "end_handovers",
    "end_waits",
    "extend",
    "facts_of",
    "find_cases",
    "forget_draft",
    "forget_old_drafts",
    "give_handover",
    "handover",
    "keep_draft",
    "keep_owners",
    "link_cases",
    "linked_refs",
    "mean_rating",
    "leads_the_desk",
    "of_whom",
    "who_leads",
    "meant_by",
    "merge",
    "name_leader_on_call",
    "newest_open_case",
    "note_or_write",
    "note_verified_caller",
    "note_partner",
    "on_duty",
    "on_the_desk",
    "open_case",
    "open_case_by_phone",
    "open_case_page",
    "open_cases",
    "pass_on",
    "pass_on_unanswered",
    "own_list",
    "playbook_for",
    "questions_for",
    "open_emergency",
    "raise_alarms",
    "rate_case",
    "rating_of",
    "read_playbooks",
    "read_questions",
    "received",
    "record_handover_view",
    "record_view",
    "related_cases",
    "reopen",
    "resolve",
    "resume",
    "running_clocks",
    "save_facts",
    "shift_change",
    "shifts_between",
    "stand_in_of",
    "start",
    "stay_on_case",
    "step_text",
    "suggested_severity",
    "tasks_to_do",
    "tick_step",
    "to_be_given",
    "triage",
    "unlink_cases",
    "unowned",
    "visible_to",
    "wait",
    "words_in_cases",
    "write_case_sheet",
    "write_to_club",
    "waiting_handovers",
    "warn_of_tasks",
    "withdraw_handover",
    "write_to_case",
    "WEBHOOK_EVENTS",
]
