"""What happened to an appointment that later parts may care about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class AppointmentBooked:
    """Made, as `pending` or `booked`."""

    appointment: str
    status: str
    offering_id: int
    start: datetime


@dataclass(frozen=True, slots=True)
class AppointmentConfirmed:
    appointment: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentCancelled:
    """`consumed` says that the unit was used by a late cancellation."""

    appointment: str
    reason_code: str
    consumed: bool
    slot_id: int


@dataclass(frozen=True, slots=True)
class AppointmentFulfilled:
    appointment: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentMissed:
    appointment: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentProposed:
    """The partner offered another time."""

    appointment: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentMoved:
    """To another time, by the member's side or by accepting a proposal; `slot_id` is the time that
    it left."""

    appointment: str
    slot_id: int
    at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentUndone:
    """A check-in, completion or "missed" was taken back; `was` is the state until then."""

    appointment: str
    was: str
    at: datetime


@dataclass(frozen=True, slots=True)
class AppointmentMistaken:
    """Entered by mistake; `was` is the state until then."""

    appointment: str
    was: str
    at: datetime
