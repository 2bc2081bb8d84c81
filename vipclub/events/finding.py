"""Events and registrations, and who may know of them. The finder is the lock."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, and_, or_, select, true
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts import Permission
from vipclub.benefits import Benefit
from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import NotFound
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import Localized, parse_ref
from vipclub.events.models import Event, Registration, event_table, registration_table
from vipclub.people import Person

SHOWN = ("published", "closed", "held", "cancelled")
"""States in which members see an event."""


@dataclass(frozen=True, slots=True)
class EventRow:
    """An event as the rules ask about it; moments in UTC."""

    id: int
    ref: str
    version: int
    kind: str
    state: str
    title: Localized
    venue: Localized
    time_zone: str
    starts_at: datetime
    ends_at: datetime
    register_until: datetime
    cancel_until: datetime
    seats: int
    taken: int
    reserved: int
    guests_at_most: int
    guest_age_from: int | None
    waitlist: bool
    open: bool
    tiers: tuple[str, ...]
    benefit: str | None
    unit: str | None
    late_cancel_uses: bool
    absence_uses: bool
    submitted_by_id: int | None

    @property
    def free(self) -> int:
        """Seats that are neither taken nor reserved."""
        return self.seats - self.taken - self.reserved

    @property
    def local_day(self) -> date:
        """The day on the venue's wall."""
        return self.starts_at.astimezone(ZoneInfo(self.time_zone)).date()

    def units_of(self, size: int) -> int:
        """How many units of the member's entitlement a party of so many people takes."""
        if self.benefit is None:
            return 0
        return size if self.unit == "people" else 1


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which events an actor may know of: staff who curate or review all; everybody else those that
    are published and open, or to which somebody in sight is invited."""
    if actor.has(Permission.EVENT_CURATE) or actor.has(Permission.EVENT_REVIEW):
        return true()
    shown = Event.state.in_(SHOWN)
    if actor.sees_all:
        return shown
    invited, whose = aliased(Registration), aliased(Person)
    theirs = (
        select(invited.id)
        .join(whose, whose.id == invited.person_id)
        .where(invited.event_id == Event.id, people.visible_to(actor, whose))
        .correlate(Event)
        .exists()
    )
    return and_(shown, or_(Event.open.is_(True), theirs))


def _events() -> AnySelect:
    return select(Event, Benefit.code, Benefit.unit).outerjoin(
        Benefit, Benefit.id == Event.benefit_id
    )


def _event(row: AnyRow) -> EventRow:
    event, benefit, unit = row
    return EventRow(
        id=event.id,
        ref=event.public_ref,
        version=event.version,
        kind=event.kind,
        state=event.state,
        title=event.title,
        venue=event.venue,
        time_zone=event.time_zone,
        starts_at=event.starts_at,
        ends_at=event.ends_at,
        register_until=event.register_until,
        cancel_until=event.cancel_until,
        seats=event.seats,
        taken=event.taken,
        reserved=event.reserved,
        guests_at_most=event.guests_at_most,
        guest_age_from=event.guest_age_from,
        waitlist=event.waitlist,
        open=event.open,
        tiers=tuple(event.tiers),
        benefit=benefit,
        unit=unit,
        late_cancel_uses=event.late_cancel_uses,
        absence_uses=event.absence_uses,
        submitted_by_id=event.submitted_by_id,
    )


def find_event(session: Session, actor: Actor, ref: str) -> EventRow:
    """An event that the actor may know of. One statement. Raises MalformedRef, NotFound."""
    row = session.execute(
        _events().where(Event.public_ref == parse_ref(ref, "E"), visible_to(actor))
    ).first()
    if row is None:
        raise NotFound()
    return _event(row)


def lock_event(session: Session, event_id: int) -> EventRow:
    """An event under its lock until the transaction ends, as it stands now: whoever moves seats of
    more than one registration takes it before their rows. One statement. Raises NotFound."""
    statement = _events().where(Event.id == event_id)
    row = session.execute(
        for_no_key_update(statement, of=event_table),
        execution_options={"populate_existing": True},
    ).first()
    if row is None:
        raise NotFound()
    return _event(row)


@dataclass(frozen=True, slots=True)
class RegistrationRow:
    """A registration under its lock, with what the rules ask of its event."""

    id: int
    ref: str
    version: int
    state: str
    person_id: int
    member: str = field(repr=False)
    size: int = 1
    units: int = 0
    account_id: int | None = None
    due_at: datetime | None = None
    register_until: datetime = field(kw_only=True)
    starts_at: datetime = field(kw_only=True)
    event_id: int = field(kw_only=True)


def find_registration(session: Session, actor: Actor, ref: str) -> RegistrationRow:
    """A registration of somebody in sight: the event's row is locked first, then its own, until the
    transaction ends. Two statements. Raises MalformedRef, NotFound."""
    own, whose = parse_ref(ref, "R"), aliased(Person)
    in_sight = (
        select(Registration.event_id)
        .join(whose, whose.id == Registration.person_id)
        .where(Registration.public_ref == own, people.visible_to(actor, whose))
    )
    locked = select(event_table.c.id).where(event_table.c.id.in_(in_sight))
    if session.execute(for_no_key_update(locked, of=event_table)).first() is None:
        raise NotFound()
    return lock_registration(session, own)


def lock_registration(session: Session, ref: str) -> RegistrationRow:
    """A registration under its lock, by its reference; asks nobody who may. One statement. Raises
    NotFound."""
    row = session.execute(
        for_no_key_update(
            select(
                Registration.id,
                Registration.public_ref,
                Registration.version,
                Registration.state,
                Registration.person_id,
                Person.public_ref,
                Registration.size,
                Registration.units,
                Registration.account_id,
                Registration.due_at,
                Event.register_until,
                Event.starts_at,
                Event.id,
            )
            .join(Event, Event.id == Registration.event_id)
            .join(Person, Person.id == Registration.person_id)
            .where(Registration.public_ref == ref),
            of=registration_table,
        )
    ).first()
    if row is None:
        raise NotFound()
    *values, register_until, starts_at, event_id = row
    return RegistrationRow(
        *values, register_until=register_until, starts_at=starts_at, event_id=event_id
    )
