"""What staff know of a member beyond the figures: notes, calls taken, and what happened lately.

Decisions:
- 2026-11: notes and calls are never changed; a correction is a new note that names the old one.
- 2026-11: a relationship manager sees no health narrative (docs/decisions.md 22): notes of the kind
  `care` are the desk's alone, and of a health service only what, which day and in which state.
- 2026-11: what happened lately (`history`) is one statement over notes, calls and letters, because
  a caller asks about all three at once.
- 2026-11: a person is found by what a caller says: reference, card, number in whatever shape, name
  in any script that a record has it in. Ten at most are shown, numbers masked.
"""

from vipclub.desk.history import HistoryLine, history
from vipclub.desk.looking_up import FOUND_AT_MOST, FoundPerson, look_up
from vipclub.desk.models import Interaction, Note
from vipclub.desk.noting import (
    ABOUT,
    CHANNELS,
    LONGEST_NOTE,
    NOTE_KINDS,
    OUTCOMES,
    NoteView,
    add_note,
    note_kinds_for,
    notes_of,
    take_call,
)
from vipclub.desk.refusals import NoteNotAccepted
from vipclub.desk.sight import HEALTH_SERVICES, sees_health

__all__ = [
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
    "look_up",
    "FOUND_AT_MOST",
]
