"""What staff know of a member beyond the figures: notes, calls taken, and what happened lately.

`looking_up` finds a caller, `notes` and `calls` keep what was said, `history` lists what happened
lately, `health_visibility` says who sees health. `callbacks`: who is to be called back by when.
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
- 2026-11: a callback belongs to somebody on duty, as a case does; it never falls silent while it is
  due, and after three calls that reach nobody whose it is hears that by letter.
- 2026-11: four digits behind a name are a year of birth where they can be one, and the end of a
  number or a card as well.
"""

from vipclub.desk.callbacks.asking import CallbackPlanned, ask_callback, cancel_callback
from vipclub.desk.callbacks.calling import not_reached, reached
from vipclub.desk.callbacks.models import Callback, CallbackTry
from vipclub.desk.callbacks.queries import (
    CallbackLine,
    CallbacksNow,
    CallbackView,
    callback,
    callbacks_now,
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
from vipclub.desk.health_visibility import HEALTH_SERVICES, sees_health
from vipclub.desk.history import HistoryLine, history
from vipclub.desk.invariants import INVARIANTS
from vipclub.desk.letters import LETTERS
from vipclub.desk.looking_up import FOUND_AT_MOST, FoundPerson, LookedUp, look_up
from vipclub.desk.models import Interaction, Note
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
from vipclub.desk.refusals import NoteNotAccepted
from vipclub.desk.sealed_columns import SEALED
from vipclub.desk.standing import ManagerView, Matter, Standing, standing

__all__ = [
    "SEALED",
    "CALLBACK_STEPS",
    "INVARIANTS",
    "LETTERS",
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
    "callbacks_now",
    "callbacks_of",
    "cancel_callback",
    "due_callbacks",
    "keep_callback_owners",
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
