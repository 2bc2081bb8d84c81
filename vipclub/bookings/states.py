"""The states of an appointment (FHIR R4 codes) and who may take which step (`decisions` 36)."""

from __future__ import annotations

from vipclub.accounts import Permission
from vipclub.core.states import Machine


def _by(*permissions: Permission) -> frozenset[str]:
    return frozenset(str(permission) for permission in permissions)


_ANSWER, _ATTEND = Permission.APPOINTMENT_ANSWER, Permission.APPOINTMENT_ATTEND
_CANCEL, _ACCEPT = Permission.APPOINTMENT_CANCEL, Permission.APPOINTMENT_ACCEPT
_MOVE, _BOOK = Permission.APPOINTMENT_RESCHEDULE, Permission.APPOINTMENT_BOOK
_CORRECT = _by(Permission.APPOINTMENT_CORRECT)

_MISTAKE = {"entered-in-error": _CORRECT}

MACHINE = Machine(
    "appointment",
    {
        "pending": {
            "booked": _by(_ANSWER),
            "proposed": _by(_ANSWER),
            "cancelled": _by(_CANCEL, _ANSWER),
            **_MISTAKE,
        },
        "proposed": {
            "booked": _by(_ACCEPT),
            "pending": _by(_MOVE),
            "cancelled": _by(_CANCEL, _ANSWER),
            **_MISTAKE,
        },
        "booked": {
            "pending": _by(_MOVE),
            "proposed": _by(_ANSWER),
            "arrived": _by(_ATTEND),
            "fulfilled": _by(_ATTEND),
            "noshow": _by(_ATTEND),
            "cancelled": _by(_CANCEL),
            **_MISTAKE,
        },
        "arrived": {"fulfilled": _by(_ATTEND), "booked": _by(_ATTEND), **_MISTAKE},
        "noshow": {"booked": _by(_ATTEND), **_MISTAKE},
        "fulfilled": {"arrived": _by(_ATTEND), **_MISTAKE},
        "waitlist": {
            "pending": _by(_BOOK),
            "booked": _by(_BOOK),
            "cancelled": _by(_CANCEL),
            **_MISTAKE,
        },
        "cancelled": {**_MISTAKE},
        "entered-in-error": {},
    },
)

STATES = MACHINE.states
LIVE = frozenset({"proposed", "pending", "booked", "arrived"})
"""States in which a seat is taken and the person is expected."""
