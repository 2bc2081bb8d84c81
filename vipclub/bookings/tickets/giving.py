"""A ticket is given by staff who may set rules aside, and withdrawn before it is used."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from vipclub import people
from vipclub.bookings.availability.offerings import OfferingInView, offerings
from vipclub.bookings.tickets.finding import find_ticket
from vipclub.bookings.tickets.letters import tell
from vipclub.bookings.tickets.models import BookingTicket, ticket_table
from vipclub.bookings.tickets.refusals import TicketsFull, TicketTimeNotAccepted
from vipclub.bookings.tickets.steps import GIVE, TICKET_STEPS, WITHDRAW
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound
from vipclub.core.types import new_ref, parse_ref

FURTHEST = timedelta(days=90)
MOST = 5
"""Tickets of one person that are open at once."""


@dataclass(frozen=True, slots=True)
class TicketGiven:
    """A ticket as it was given."""

    ticket: str
    service: str
    until: datetime


def give_ticket(
    session: Session,
    actor: Actor,
    *,
    member: str,
    service: str,
    until: datetime,
    offering: str | None = None,
    city: str | None = None,
    first_day: date | None = None,
    last_day: date | None = None,
    beneficiary: str | None = None,
    reason: str | None = None,
) -> TicketGiven:
    """The right to book the service until then, told to the member by letter. `reason` stays on
    record. Raises TicketTimeNotAccepted, TicketsFull, MalformedRef, NotFound, Forbidden."""
    now = clock.now()
    TICKET_STEPS.require(GIVE, actor)
    if not now < until <= now + FURTHEST or (first_day and last_day and last_day < first_day):
        raise TicketTimeNotAccepted(days=FURTHEST.days)
    what = _offered(session, service, offering, city)
    who, visitor = people.lock_member(session, actor, member, beneficiary)
    if visitor is None:
        raise NotFound()
    _one_more(session, who.id)
    ref = new_ref("G")
    session.execute(
        insert(ticket_table).values(
            public_ref=ref,
            person_id=who.id,
            beneficiary_id=visitor.id if beneficiary else None,
            benefit_id=what.benefit_id,
            offering_id=what.offering_id if offering else None,
            city=city or None,
            first_day=first_day,
            last_day=last_day,
            state=GIVE.target,
            ends_at=until,
            given_by_id=actor.account_id,
            created_at=now,
        )
    )
    audit.write(
        session,
        actor,
        "ticket.give",
        subject=("booking_ticket", ref),
        after={
            "member": who.ref,
            "service": what.service,
            "offering": what.offering if offering else None,
            "city": city or None,
            "beneficiary": visitor.ref if beneficiary else None,
            "until": until,
        },
        reason=reason or None,
        at=now,
    )
    tell(session, GIVE, ref=ref, person_id=who.id, service=what, until=until)
    return TicketGiven(ref, what.service, until)


def _one_more(session: Session, person_id: int) -> None:
    """Under the person's lock. Raises TicketsFull."""
    cluster = people.cluster_of(person_id)
    count = session.scalar(
        select(func.count())
        .select_from(BookingTicket)
        .where(BookingTicket.person_id.in_(cluster), BookingTicket.state == "open")
    )
    if (count or 0) >= MOST:
        raise TicketsFull(most=MOST)


def _offered(
    session: Session, service: str, offering: str | None, city: str | None
) -> OfferingInView:
    """An offering that the ticket would be good for. Raises NotFound, MalformedRef."""
    wanted = parse_ref(offering, "O") if offering else None
    for each in offerings(session).of_service(service):
        if wanted in {None, each.offering} and (not city or each.city == city):
            return each
    raise NotFound()


def withdraw_ticket(
    session: Session, actor: Actor, *, ticket: str, member: str | None = None
) -> None:
    """It is good no more, and the member hears that. Raises MalformedRef, NotFound (also for one of
    somebody else than `member`, where that is named), Forbidden, IllegalTransition for one that was
    used or has ended."""
    now = clock.now()
    TICKET_STEPS.require(WITHDRAW, actor)
    found = find_ticket(session, actor, ticket)
    if member is not None:
        named = people.find_person(session, actor, member)
        if people.person_of(session, found.person_id).id != named.id:
            raise NotFound()
    TICKET_STEPS.ask(WITHDRAW, actor, found.state, found, now)
    TICKET_STEPS.move(
        session, ticket_table, found.id, WITHDRAW, found.state, WITHDRAW.target, ended_at=now
    )
    audit.write(session, actor, "ticket.withdraw", subject=("booking_ticket", found.ref), at=now)
    tell(
        session,
        WITHDRAW,
        ref=found.ref,
        person_id=found.person_id,
        service=found,
        until=found.ends_at,
    )
