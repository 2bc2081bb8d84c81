"""An appointment's states as all doors say them, and how their badges look."""

from __future__ import annotations

from vipclub.core.i18n import N_, gettext

STATES = {
    "proposed": N_("Another time offered"),
    "pending": N_("Waiting for confirmation"),
    "booked": N_("Confirmed"),
    "arrived": N_("Checked in"),
    "fulfilled": N_("Completed"),
    "cancelled": N_("Cancelled"),
    "noshow": N_("Missed"),
    "waitlist": N_("Waiting list"),
    "entered-in-error": N_("Entered by mistake"),
}


MOODS = {
    "proposed": "soon",
    "pending": "soon",
    "waitlist": "soon",
    "booked": "calm",
    "arrived": "calm",
    "noshow": "late",
}


def state_word(language: str, status: str) -> str:
    """What people call a state."""
    return gettext(language, STATES[status]) if status in STATES else status


def mood_of(status: str) -> str:
    """How a state's badge looks."""
    return MOODS.get(status, "")
