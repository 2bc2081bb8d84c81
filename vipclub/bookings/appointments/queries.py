"""Reads of appointments, for members, partners and the desk. Each within the actor's sight."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from vipclub import people
from vipclub.benefits import Benefit
from vipclub.bookings.appointments.finding import (
    appointments,
    holder,
    look_at,
)
from vipclub.bookings.appointments.rows import AppointmentRow, appointment_built
from vipclub.bookings.models import Appointment, SeatHold
from vipclub.bookings.policies.rules import Policy, SiteClock, cancels_free
from vipclub.bookings.steps import MACHINE
from vipclub.bookings.webhook_events import shape_of
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import NotFound
from vipclub.core.paging import Page, beyond, cursor_after
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import Localized, parse_ref
from vipclub.core.value_lists import one_of
from vipclub.partners import Offering, Slot
from vipclub.people import Person, find_person
from vipclub.people import visible_to as persons_visible_to


@dataclass(frozen=True, slots=True)
class AppointmentView:
    """An appointment with its site; moments on the site's wall. `to_json` is the API's. The
    `beneficiary` is the member where nobody else is named; what is `proposed` is there only while
    the member is asked, until `answer_by`. `steps` are those open to who asked, at that moment."""

    appointment: str
    status: str
    member: str
    offering: str
    slot: str
    start: datetime
    end: datetime
    promised_by: datetime | None
    version: int
    asked_at: datetime
    answered_at: datetime | None
    consumed: bool
    reason_code: str | None
    reason: str | None = field(repr=False)
    note: str | None = field(repr=False)
    member_id: int
    member_name: str = field(repr=False)
    service: str
    service_name: Localized
    offering_name: Localized
    preparation: Localized | None
    site_name: Localized
    address: Localized
    partner: str
    partner_name: Localized
    city: str
    time_zone: str
    policy: Policy
    site_clock: SiteClock
    beneficiary: str
    beneficiary_name: str = field(repr=False)
    channel: str
    moves: int
    answer_kind: str | None
    proposed_slot: str | None
    proposed_start: datetime | None
    proposed_end: datetime | None
    proposed_site_name: Localized | None
    answer_by: datetime | None
    previous_state: str | None
    steps: tuple[str, ...]

    def to_json(self) -> dict[str, Any]:
        """As the API says it."""
        return shape_of(self)

    def may(self, step: str) -> bool:
        """Whether the step is open to who asked."""
        return step in self.steps

    def cancels_free(self, now: datetime) -> bool:
        """Whether cancelling now costs nothing."""
        return self.status != "booked" or cancels_free(
            self.policy, self.site_clock, self.start, now
        )


def views_of(session: Session, actor: Actor, rows: Iterable[AnyRow]) -> list[AppointmentView]:
    """Rows of `finding.appointments`, with the steps open to who asks. No statement."""
    now = clock.now()
    built = (appointment_built(AppointmentRow, session, row) for row in rows)
    return [view_of(session, actor, row, now) for row in built]


def view_of(session: Session, actor: Actor, row: AppointmentRow, now: datetime) -> AppointmentView:
    """An appointment as it is shown."""
    zone = row.site_clock.zone
    note = None
    if row.note is not None:
        note = cipher_of(session).unseal("appointment.note", row.ref, row.note)
    return AppointmentView(
        appointment=row.ref,
        status=row.state,
        member=row.member,
        offering=row.offering,
        slot=row.slot,
        start=row.start,
        end=row.end,
        promised_by=_on_wall(row.promised_by, zone),
        version=row.version,
        asked_at=row.created_at,
        answered_at=row.answered_at,
        consumed=row.consumed,
        reason_code=row.reason_code,
        reason=row.reason,
        note=note,
        member_id=row.member_id,
        member_name=row.member_name,
        service=row.service,
        service_name=row.service_name,
        offering_name=row.offering_name,
        preparation=row.preparation,
        site_name=row.site_name,
        address=row.address,
        partner=row.partner,
        partner_name=row.partner_name,
        city=row.city,
        time_zone=row.time_zone,
        policy=row.policy,
        site_clock=row.site_clock,
        beneficiary=row.visitor,
        beneficiary_name=row.visitor_name,
        channel=row.channel,
        moves=row.moves,
        answer_kind=row.answer_kind,
        proposed_slot=row.proposed_slot,
        proposed_start=row.proposed_start,
        proposed_end=_on_wall(row.proposed_ends_at, zone),
        proposed_site_name=row.proposed_site_name,
        answer_by=_on_wall(row.answer_by, zone),
        previous_state=row.previous_state,
        steps=MACHINE.open_to(actor, row.state, row, now),
    )


def _on_wall(moment: datetime | None, zone: ZoneInfo) -> datetime | None:
    return moment.astimezone(zone) if moment else None


def appointment(session: Session, actor: Actor, ref: str) -> AppointmentView:
    """One appointment. One statement. Raises NotFound, MalformedRef, Forbidden."""
    actor.require("appointment:view")
    return view_of(session, actor, look_at(session, actor, ref), clock.now())


def appointments_of(
    session: Session,
    actor: Actor,
    *,
    member: str,
    statuses: Collection[str] = (),
    after: str | None = None,
    limit: int = 200,
) -> Page[AppointmentView]:
    """A member's appointments, the latest first. Two statements. Raises NotFound, Forbidden."""
    person = find_person(session, actor, member)
    return appointments_by(session, actor, person.id, statuses=statuses, after=after, limit=limit)


def appointments_by(
    session: Session,
    actor: Actor,
    person_id: int,
    *,
    statuses: Collection[str] = (),
    after: str | None = None,
    limit: int = 200,
) -> Page[AppointmentView]:
    """Like `appointments_of`, of a survivor by id: the caller has found the person by the actor's
    rights. One statement. Raises Forbidden."""
    actor.require("appointment:view")
    asked: dict[str, Any] = {"person": person_id, "limit": limit + 1}
    statement = _of_person_in(STATES.intersection(statuses)) if statuses else _of_person
    if after:
        statement = statement.where(
            beyond(after, Appointment.starts_at, Appointment.id, datetime, backwards=True)
        )
    return page_of(session, actor, run_built(session, statement, asked).all(), limit)


STATES = MACHINE.states
_of_person = (
    appointments()
    .where(people.survivor_of(holder) == bindparam("person"))
    .order_by(Appointment.starts_at.desc(), Appointment.id.desc())
    .limit(bindparam("limit"))
)


@lru_cache(maxsize=64)
def _of_person_in(states: frozenset[str]) -> AnySelect:
    return _of_person.where(one_of(Appointment.state, states))


def page_of(
    session: Session, actor: Actor, rows: Sequence[AnyRow], limit: int
) -> Page[AppointmentView]:
    items = views_of(session, actor, rows[:limit])
    return Page(items, cursor_after(rows, limit, "starts_at"))


@dataclass(frozen=True, slots=True)
class HeldTime:
    """A time that is kept for a member, for the page that asks to confirm it."""

    hold: str
    slot: str
    offering: str
    service: str
    member: str
    created_at: datetime
    expires_at: datetime
    start: datetime
    end: datetime
    ticket: str | None


def held_time(session: Session, actor: Actor, *, hold: str, now: datetime) -> HeldTime:
    """An open hold of one's own. One statement. Raises NotFound when it has ended."""
    found: AnySelect = (
        select(
            SeatHold.public_ref,
            Slot.public_ref,
            Offering.public_ref,
            Benefit.code,
            Person.public_ref,
            SeatHold.created_at,
            SeatHold.expires_at,
            Slot.starts_at,
            Slot.ends_at,
            SeatHold.ticket,
        )
        .join(Slot, Slot.id == SeatHold.slot_id)
        .join(Offering, Offering.id == Slot.offering_id)
        .join(Benefit, Benefit.id == Offering.benefit_id)
        .join(Person, Person.id == SeatHold.person_id)
        .where(
            SeatHold.public_ref == parse_ref(hold, "H"),
            SeatHold.state == "open",
            SeatHold.expires_at > now,
            persons_visible_to(actor, Person),
        )
    )
    row = session.execute(found).first()
    if row is None:
        raise NotFound()
    values: Sequence[Any] = row
    return HeldTime(*values)
