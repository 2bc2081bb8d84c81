"""Events and registrations as they are shown: to members and staff, by page and API."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts import Account, Permission
from vipclub.benefits import Benefit
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.errors import NotFound
from vipclub.core.paging import Page, beyond, cursor_after
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import Localized, parse_ref
from vipclub.events.curating.rules import AgendaItem, EventGiven
from vipclub.events.finding import visible_to
from vipclub.events.models import Event, PartyMember, Registration
from vipclub.events.registrations.party import Guest
from vipclub.events.registrations.queue import IN_ORDER, Place, place_of
from vipclub.events.steps import BY_A_SECOND_PERSON, EVENT_STEPS, REGISTRATION_STEPS
from vipclub.membership import TIERS
from vipclub.people import Person, stands_for


@dataclass(frozen=True, slots=True)
class EventView:
    """An event; moments on the venue's wall. `steps` are what the actor may do with it now."""

    event: str
    version: int
    kind: str
    status: str
    title: Localized
    summary: Localized
    venue: Localized
    address: Localized
    travel: Localized | None
    dress: Localized | None
    city: str
    zone: str
    map_url: str
    picture: str
    languages: tuple[str, ...]
    agenda: tuple[AgendaItem, ...]
    doors: datetime
    start: datetime
    end: datetime
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
    benefit_name: Localized | None
    unit: str | None
    late_cancel_uses: bool
    absence_uses: bool
    series: str
    host: str
    steps: tuple[str, ...]

    @property
    def free(self) -> int:
        """Seats that can be had now."""
        return self.seats - self.taken - self.reserved

    def registers(self, now: datetime) -> bool:
        """Whether somebody may register now."""
        return self.status == "published" and now < self.register_until


_host = aliased(Account)


def _select() -> AnySelect:
    return (
        select(Event, Benefit.code, Benefit.name, Benefit.unit, _host.display_name)
        .outerjoin(Benefit, Benefit.id == Event.benefit_id)
        .outerjoin(_host, _host.id == Event.host_id)
    )


def _view(actor: Actor, row: AnyRow, now: datetime) -> EventView:
    event, benefit, benefit_name, unit, host = row
    zone = ZoneInfo(event.time_zone)
    return EventView(
        event=event.public_ref,
        version=event.version,
        kind=event.kind,
        status=event.state,
        title=event.title,
        summary=event.summary,
        venue=event.venue,
        address=event.address,
        travel=event.travel,
        dress=event.dress,
        city=event.city_code,
        zone=event.time_zone,
        map_url=event.map_url or "",
        picture=event.picture or "",
        languages=tuple(event.languages),
        agenda=tuple(AgendaItem.from_json(item) for item in event.agenda),
        doors=event.doors_at.astimezone(zone),
        start=event.starts_at.astimezone(zone),
        end=event.ends_at.astimezone(zone),
        register_until=event.register_until.astimezone(zone),
        cancel_until=event.cancel_until.astimezone(zone),
        seats=event.seats,
        taken=event.taken,
        reserved=event.reserved,
        guests_at_most=event.guests_at_most,
        guest_age_from=event.guest_age_from,
        waitlist=event.waitlist,
        open=event.open,
        tiers=tuple(event.tiers),
        benefit=benefit,
        benefit_name=benefit_name,
        unit=unit,
        late_cancel_uses=event.late_cancel_uses,
        absence_uses=event.absence_uses,
        series=event.series or "",
        host=host or "",
        steps=_steps(actor, event, now),
    )


def _steps(actor: Actor, event: Event, now: datetime) -> tuple[str, ...]:
    """What the actor may do with it now: whoever submitted it leaves the review to others."""
    steps = EVENT_STEPS.open_to(actor, event.state, event, now)
    if actor.account_id is None or actor.account_id != event.submitted_by_id:
        return steps
    return tuple(step for step in steps if step not in BY_A_SECOND_PERSON)


def events(
    session: Session,
    actor: Actor,
    *,
    statuses: Collection[str] = (),
    past: bool = False,
    after: str | None = None,
    limit: int = 50,
) -> Page[EventView]:
    """What the actor may know of, the next first; with `past` what is over, the latest first. One
    statement. Raises Malformed, Forbidden."""
    actor.require(Permission.EVENT_VIEW)
    now, order = clock.now(), (Event.starts_at, Event.id)
    found = _select().where(visible_to(actor))
    found = found.where(Event.ends_at <= now if past else Event.ends_at > now)
    if statuses:
        found = found.where(Event.state.in_(sorted(statuses)))
    if after is not None:
        found = found.where(beyond(after, *order, datetime, backwards=past))
    found = found.order_by(*(column.desc() if past else column for column in order))
    rows = session.execute(found.limit(limit + 1)).all()
    views = [_view(actor, row, now) for row in rows[:limit]]
    return Page(views, cursor_after([row[0] for row in rows], limit, "starts_at"))


def event(session: Session, actor: Actor, ref: str) -> EventView:
    """One event. One statement. Raises MalformedRef, NotFound, Forbidden."""
    actor.require(Permission.EVENT_VIEW)
    row = session.execute(
        _select().where(Event.public_ref == parse_ref(ref, "E"), visible_to(actor))
    ).first()
    if row is None:
        raise NotFound()
    return _view(actor, row, clock.now())


def given_of(session: Session, event_id: int) -> EventGiven:
    """What was said of an event, as a form or a copy has it. One statement."""
    row = session.execute(_select().where(Event.id == event_id)).one()
    found: Event = row[0]
    return EventGiven(
        kind=found.kind,
        title=found.title,
        summary=found.summary,
        venue=found.venue,
        address=found.address,
        city_code=found.city_code,
        time_zone=found.time_zone,
        starts_at=found.starts_at,
        ends_at=found.ends_at,
        doors_at=found.doors_at,
        register_until=found.register_until,
        cancel_until=found.cancel_until,
        seats=found.seats,
        guests_at_most=found.guests_at_most,
        guest_age_from=found.guest_age_from,
        waitlist=found.waitlist,
        open=found.open,
        tiers=tuple(found.tiers),
        benefit=row[1],
        late_cancel_uses=found.late_cancel_uses,
        absence_uses=found.absence_uses,
        languages=tuple(found.languages),
        agenda=tuple(AgendaItem.from_json(item) for item in found.agenda),
        dress=found.dress,
        travel=found.travel,
        map_url=found.map_url or "",
        picture=found.picture or "",
        series=found.series or "",
    )


@dataclass(frozen=True, slots=True)
class RegistrationView:
    """A registration. `place` where it waits; `until` is when an offer ends; `tier` is what the
    member had when registering; `steps` are what the actor may do with it now."""

    id: int
    registration: str
    version: int
    event: str
    status: str
    member: str
    member_name: str = field(repr=False)
    size: int = 1
    units: int = 0
    consumed: bool = False
    until: datetime | None = None
    created_at: datetime | None = None
    came_at: datetime | None = None
    reason: str | None = None
    channel: str = ""
    tier: str = ""
    place: Place | None = None
    steps: tuple[str, ...] = ()


def _in_sight(actor: Actor) -> AnySelect:
    """Registrations of whom the actor may know of, with their event and whose they are."""
    holder, survivor = aliased(Person), aliased(Person)
    return (
        select(Registration, Event, survivor.public_ref, survivor.full_name)
        .join(Event, Event.id == Registration.event_id)
        .join(holder, holder.id == Registration.person_id)
        .join(survivor, stands_for(survivor, holder))
        .where(people.visible_to(actor, holder))
    )


@dataclass(frozen=True, slots=True)
class _Row:
    due_at: datetime | None
    register_until: datetime
    starts_at: datetime


def _registration_view(
    actor: Actor, row: AnyRow, now: datetime, place: Place | None = None
) -> RegistrationView:
    found, event, member, name = row
    asked = _Row(found.due_at, event.register_until, event.starts_at)
    return RegistrationView(
        id=found.id,
        registration=found.public_ref,
        version=found.version,
        event=event.public_ref,
        status=found.state,
        member=member,
        member_name=name,
        size=found.size,
        units=found.units,
        consumed=found.consumed,
        until=found.due_at if found.state == "offered" else None,
        created_at=found.created_at,
        came_at=found.came_at,
        reason=found.reason_code,
        channel=found.channel,
        tier=TIERS[found.tier_rank] if found.tier_rank >= 0 else "",
        place=place,
        steps=REGISTRATION_STEPS.open_to(actor, found.state, asked, now),
    )


def registration_for(
    session: Session, actor: Actor, *, event: str, member: str
) -> RegistrationView | None:
    """The newest registration of a member for an event; None for none. One statement, and one for
    the place in the line. Raises MalformedRef, Forbidden."""
    actor.require(Permission.EVENT_VIEW)
    row = session.execute(
        _in_sight(actor)
        .where(
            Event.public_ref == parse_ref(event, "E"),
            Registration.person_id.in_(people.cluster_behind(parse_ref(member, "M"))),
        )
        .order_by(Registration.ended_at.is_not(None), Registration.id.desc())
        .limit(1)
    ).first()
    return _with_place(session, actor, row) if row is not None else None


def registration(session: Session, actor: Actor, ref: str) -> RegistrationView:
    """One registration. One statement, and one for the place in the line. Raises MalformedRef,
    NotFound, Forbidden."""
    actor.require(Permission.EVENT_VIEW)
    row = session.execute(
        _in_sight(actor).where(Registration.public_ref == parse_ref(ref, "R"))
    ).first()
    if row is None:
        raise NotFound()
    return _with_place(session, actor, row)


def _with_place(session: Session, actor: Actor, row: AnyRow) -> RegistrationView:
    waits = row[0].state == "waitlisted"
    place = place_of(session, row[0].id) if waits else None
    return _registration_view(actor, row, clock.now(), place)


def registrations_of_member(
    session: Session, actor: Actor, *, member: str, limit: int = 50
) -> list[tuple[RegistrationView, Localized, datetime, str]]:
    """A member's registrations that stand or are over, the latest event first, each with title,
    start on the wall and zone. One statement. Raises MalformedRef, Forbidden."""
    actor.require(Permission.EVENT_VIEW)
    rows = session.execute(
        _in_sight(actor)
        .where(Registration.person_id.in_(people.cluster_behind(parse_ref(member, "M"))))
        .order_by(Event.starts_at.desc(), Registration.id.desc())
        .limit(limit)
    ).all()
    now = clock.now()
    return [
        (
            _registration_view(actor, row, now),
            row[1].title,
            row[1].starts_at.astimezone(ZoneInfo(row[1].time_zone)),
            row[1].time_zone,
        )
        for row in rows
    ]


def registrations_of_event(
    session: Session, actor: Actor, *, event: str, limit: int = 500
) -> list[RegistrationView]:
    """Who has a seat, waits, or had one, of an event: those in sight of the actor, who registered
    first first, the line in its order. One statement. Raises MalformedRef, Forbidden."""
    actor.require(Permission.EVENT_CURATE)
    rows = session.execute(
        _in_sight(actor)
        .where(Event.public_ref == parse_ref(event, "E"))
        .order_by(*IN_ORDER)
        .limit(limit)
    ).all()
    now, line, views = clock.now(), 0, []
    for row in rows:
        line += row[0].state == "waitlisted"
        place = Place(line, 0, row[0].size) if row[0].state == "waitlisted" else None
        views.append(_registration_view(actor, row, now, place))
    return views


def party_of(session: Session, registration_id: int) -> tuple[list[Guest], str]:
    """The guests of a registration that the caller may see, and the member's own needs. One
    statement."""
    cipher = cipher_of(session)
    rows = session.scalars(
        select(PartyMember)
        .where(PartyMember.registration_id == registration_id)
        .order_by(PartyMember.position)
    ).all()

    def needs(row: PartyMember) -> str:
        if row.needs is None:
            return ""
        return cipher.unseal("registration_party.needs", row.public_ref, row.needs)

    guests = [Guest(row.name, row.age, needs(row)) for row in rows if row.position]
    return guests, next((needs(row) for row in rows if not row.position), "")
