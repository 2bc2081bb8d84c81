"""What staff know of a member beyond the figures: notes, calls taken, and what happened lately.

`looking_up` finds a caller, `notes` and `calls` keep what was said, `history` lists what happened
lately, `health_visibility` says who sees health.

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
- 2026-11: four digits behind a name are a year of birth where they can be one, and the end of a
  number or a card as well.
"""

from vipclub.desk.calls import ABOUT, CHANNELS, OUTCOMES, take_call
from vipclub.desk.health_visibility import HEALTH_SERVICES, sees_health
from vipclub.desk.history import HistoryLine, history
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
from vipclub.desk.refusals import NoteNotAccepted
from vipclub.desk.sealed_columns import SEALED

__all__ = [
    "SEALED",
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
