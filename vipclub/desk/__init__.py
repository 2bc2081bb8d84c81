"""What staff know of a member beyond the figures: notes, calls taken, and what happened lately.

`looking_up` finds a caller, `notes` and `calls` keep what was said, `history` lists what happened
lately, `health_visibility` says who sees health. `verifying_callers` finds out who calls, by
`facts_on_file`; `known_callers` says what may be told by it, `at_callers_word` is what is done at a
caller's word. `revealing` shows numbers whole, `reviewing_access` is the second person's word where
that was in an emergency. `callbacks`: who is to be called back by when.
`referral_letters` tells of referrals. `standing` is the rest of a member's file in one statement.

Decisions:
- 2026-11: notes and calls are never changed; a correction is a new note that names the old one.
- 2026-11: a relationship manager sees no health narrative (docs/decisions.md 22): notes of the kind
  `care` are the desk's alone, and of a health service only what, which day and in which state.
- 2026-11: what happened lately (`history`) is one statement over notes, calls and letters, because
  a caller asks about all three at once.
- 2026-11: a person is found by what a caller says: reference, card, number in whatever shape,
  e-mail, last four digits, name in characters or pinyin. A list, ten at most, numbers masked; only
  a whole number that one alone has leads to somebody at once, and a name never does: who types the
  name of a caller must see that there is another one.
- 2026-11: who calls is known by two right answers and none that is wrong, or by a call back to a
  number on file; for half an hour, to the agent who asked. Which answer was wrong is not said, and
  three within half an hour end the questions about this member for everybody.
- 2026-11: the newest check of an agent and a member counts, whatever it says: the next caller is
  another one.
- 2026-11: a number is shown whole with a ground: a verified caller, an open emergency of the
  member, or a reason in words that a second person who leads the desk reviews.
- 2026-11: a callback belongs to somebody on duty, as a case does; it never falls silent while it is
  due, and after three calls that reach nobody whose it is hears that by letter.
- 2026-11: four digits behind a name are a year of birth where they can be one, and the end of a
  number or a card as well.
"""

from vipclub.desk.at_callers_word import (
    add_contact,
    answer_about_caller,
    change_contact,
    change_contact_details,
    open_case,
    remove_contact,
)
from vipclub.desk.callbacks.asking import CallbackPlanned, ask_callback, cancel_callback
from vipclub.desk.callbacks.calling import not_reached, reached
from vipclub.desk.callbacks.leaving import leave_callbacks
from vipclub.desk.callbacks.merged_cases import follow_the_case
from vipclub.desk.callbacks.models import Callback, CallbackTry
from vipclub.desk.callbacks.queries import (
    CallbackLine,
    CallbacksNow,
    CallbackView,
    callback,
    callbacks_of,
    due_callbacks,
    record_callback_view,
)
from vipclub.desk.callbacks.refusals import (
    CallbackNumberMissing,
    CallbacksFull,
    CallbackTimeNotAccepted,
)
from vipclub.desk.callbacks.steps import CALLBACK_STEPS, MOST_TRIES
from vipclub.desk.callbacks.times import WINDOW_WORDS
from vipclub.desk.callbacks.watching import keep_callback_owners, watch_callbacks
from vipclub.desk.calls import ABOUT, CHANNELS, OUTCOMES, take_call
from vipclub.desk.facts_on_file import FACTS
from vipclub.desk.health_visibility import HEALTH_SERVICES, sees_health
from vipclub.desk.history import HistoryLine, history
from vipclub.desk.invariants import INVARIANTS
from vipclub.desk.known_callers import (
    NOTHING,
    KnownCallers,
    MayBeTold,
    known_callers,
    verified_caller,
)
from vipclub.desk.letters import LETTERS
from vipclub.desk.looking_up import FOUND_AT_MOST, FoundPerson, LookedUp, look_up
from vipclub.desk.models import BreakGlass, CallerCheck, Interaction, Note
from vipclub.desk.notes import (
    LONGEST_NOTE,
    NOTE_KINDS,
    NoteView,
    add_note,
    note_kinds_for,
    notes_of,
)
from vipclub.desk.referral_letters import STATE_WORDS as REFERRAL_STATES
from vipclub.desk.referral_letters import SUBJECT_WORDS as REFERRAL_SUBJECTS
from vipclub.desk.referral_letters import (
    tell_of_end,
    tell_of_referral,
)
from vipclub.desk.refusals import (
    CallBackNotOffered,
    FactsMissing,
    FactUnreadable,
    NoNumberOnFile,
    NoteNotAccepted,
    NotYetCalled,
    RevealNotAllowed,
)
from vipclub.desk.revealing import Revealed, ground_of, reveal
from vipclub.desk.reviewing_access import (
    AccessView,
    accesses,
    review,
    tell_of_overdue_reviews,
)
from vipclub.desk.sealed_columns import SEALED
from vipclub.desk.standing import ManagerView, Matter, Standing, standing
from vipclub.desk.steps import BREAK_GLASS_STEPS
from vipclub.desk.verifying_callers import (
    Check,
    Questions,
    called_back,
    check_facts,
    nobody_known,
    number_to_call,
    questions_for,
)
from vipclub.desk.waiting_now import WaitingNow, waiting_now

__all__ = [
    "BREAK_GLASS_STEPS",
    "FACTS",
    "LETTERS",
    "NOTHING",
    "AccessView",
    "BreakGlass",
    "CallBackNotOffered",
    "CallerCheck",
    "Check",
    "Questions",
    "FactUnreadable",
    "FactsMissing",
    "KnownCallers",
    "MayBeTold",
    "NoNumberOnFile",
    "NotYetCalled",
    "RevealNotAllowed",
    "Revealed",
    "accesses",
    "add_contact",
    "answer_about_caller",
    "called_back",
    "change_contact",
    "change_contact_details",
    "check_facts",
    "ground_of",
    "known_callers",
    "nobody_known",
    "number_to_call",
    "open_case",
    "questions_for",
    "remove_contact",
    "reveal",
    "review",
    "tell_of_overdue_reviews",
    "verified_caller",
    "WaitingNow",
    "waiting_now",
    "SEALED",
    "CALLBACK_STEPS",
    "INVARIANTS",
    "MOST_TRIES",
    "WINDOW_WORDS",
    "Callback",
    "CallbackLine",
    "CallbackNumberMissing",
    "CallbackPlanned",
    "CallbackTimeNotAccepted",
    "CallbackTry",
    "CallbackView",
    "CallbacksFull",
    "CallbacksNow",
    "ManagerView",
    "Matter",
    "Standing",
    "REFERRAL_STATES",
    "REFERRAL_SUBJECTS",
    "ask_callback",
    "callback",
    "callbacks_of",
    "cancel_callback",
    "due_callbacks",
    "follow_the_case",
    "keep_callback_owners",
    "leave_callbacks",
    "not_reached",
    "reached",
    "standing",
    "tell_of_end",
    "tell_of_referral",
    "record_callback_view",
    "watch_callbacks",
    "Note",
    "Interaction",
    "NOTE_KINDS",
    "CHANNELS",
    "LONGEST_NOTE",
    "ABOUT",
    "OUTCOMES",
    "note_kinds_for",
    "NoteView",
    "add_note",
    "notes_of",
    "take_call",
    "NoteNotAccepted",
    "HistoryLine",
    "history",
    "HEALTH_SERVICES",
    "sees_health",
    "FoundPerson",
    "LookedUp",
    "look_up",
    "FOUND_AT_MOST",
]
