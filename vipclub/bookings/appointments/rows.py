"""An appointment as bookings read it: frozen classes built by the columns' names. Moments are UTC
as they are kept; `start` and `end` are on the site's wall."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import TypeVar

from sqlalchemy.orm import Session

from vipclub.bookings.availability.offerings import built, offering_values
from vipclub.bookings.availability.slots import OfferingAtTime
from vipclub.core.rows import AnyRow
from vipclub.core.types import Localized


@dataclass(frozen=True, slots=True, kw_only=True)
class AppointmentRow(OfferingAtTime):
    """An appointment with its time and offering; `member` and `visitor` are survivors, what is
    `proposed` is another time that the partner offers."""

    id: int
    ref: str
    state: str
    version: int
    promised_by: datetime | None
    answered_at: datetime | None
    consumed: bool
    reason_code: str | None
    reason: str | None = field(repr=False)
    previous_state: str | None
    note: bytes | None = field(repr=False)
    created_at: datetime
    account_id: int
    slot_id: int
    slot: str
    proposed_slot_id: int | None
    proposed_slot: str | None
    proposed_starts_at: datetime | None
    proposed_ends_at: datetime | None
    proposed_offering_id: int | None
    proposed_site_name: Localized | None
    answer_by: datetime | None
    answer_kind: str | None
    moves: int
    channel: str
    reminded_for: datetime | None
    visitor_id: int
    visitor: str
    visitor_name: str = field(repr=False)
    member_id: int
    member: str
    member_name: str = field(repr=False)

    @property
    def status(self) -> str:
        """The state, as the API calls it."""
        return self.state

    @property
    def proposed_start(self) -> datetime | None:
        """On the site's wall."""
        moment = self.proposed_starts_at
        return moment.astimezone(self.site_clock.zone) if moment else None

    @property
    def seats(self) -> list[int]:
        """The slots in which it has a seat."""
        return [slot for slot in (self.slot_id, self.proposed_slot_id) if slot is not None]


@dataclass(frozen=True, slots=True, kw_only=True)
class LockedAppointment(AppointmentRow):
    """An appointment under its lock."""


A = TypeVar("A", bound=AppointmentRow)


def appointment_built(cls: type[A], session: Session, row: AnyRow) -> A:
    """A row of `finding.appointments` as its class, with what is kept of its offering and of the
    one that is proposed. No statement as a rule."""
    other = row.proposed_offering_id
    there = offering_values(session, other)["site_name"] if other is not None else None
    return built(cls, session, row, proposed_site_name=there)
