"""Tickets as they are shown: to staff in the member's file, to the member on the first page and
where a time is chosen."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from functools import lru_cache
from zoneinfo import ZoneInfo

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts import Account, Permission
from vipclub.benefits import Benefit
from vipclub.bookings.availability.search import BookableOffering
from vipclub.bookings.overrides import beyond_the_window
from vipclub.bookings.tickets.finding import visible_to
from vipclub.bookings.tickets.models import BookingTicket
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.errors import NotFound
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import Localized, parse_ref
from vipclub.partners import Offering, Site
from vipclub.people import Person, same_person, stands_for


@dataclass(frozen=True, slots=True)
class TicketView:
    """A ticket: for what, where, when, for whom, until when."""

    ref: str
    service: str
    service_name: Localized
    icon: str
    offering: str | None
    site_name: Localized | None
    city: str | None
    first_day: date | None
    last_day: date | None
    beneficiary: str | None
    beneficiary_name: str = field(repr=False)
    state: str
    ends_at: datetime
    used_by: str | None
    given_by: str
    created_at: datetime

    def open(self, now: datetime) -> bool:
        """Whether it can be used now."""
        return self.state == "open" and self.ends_at > now


_beneficiary, _survivor = aliased(Person), aliased(Person)


def _select() -> AnySelect:
    return (
        select(
            BookingTicket.public_ref.label("ref"),
            Benefit.code.label("service"),
            Benefit.name.label("service_name"),
            Benefit.icon,
            Offering.public_ref.label("offering"),
            Site.name.label("site_name"),
            BookingTicket.city,
            BookingTicket.first_day,
            BookingTicket.last_day,
            _survivor.public_ref.label("beneficiary"),
            _survivor.full_name.label("beneficiary_name"),
            BookingTicket.state,
            BookingTicket.ends_at,
            BookingTicket.used_by,
            Account.display_name.label("given_by"),
            BookingTicket.created_at,
        )
        .join(Benefit, Benefit.id == BookingTicket.benefit_id)
        .outerjoin(Offering, Offering.id == BookingTicket.offering_id)
        .outerjoin(Site, Site.id == Offering.site_id)
        .outerjoin(_beneficiary, _beneficiary.id == BookingTicket.beneficiary_id)
        .outerjoin(_survivor, stands_for(_survivor, _beneficiary))
        .outerjoin(Account, Account.id == BookingTicket.given_by_id)
    )


def _view(row: AnyRow) -> TicketView:
    values = row._asdict()
    values["beneficiary_name"] = row.beneficiary_name or ""
    values["given_by"] = row.given_by or ""
    return TicketView(**values)


def tickets_of(
    session: Session, actor: Actor, *, member: str, only_open: bool = False, limit: int = 10
) -> list[TicketView]:
    """A person's tickets, the open ones first. One statement. Raises MalformedRef, Forbidden."""
    actor.require(Permission.APPOINTMENT_VIEW)
    asked = {"member": parse_ref(member, "M"), "limit": limit, **people.values_of(actor)}
    statement = _of_member(people.sight_of(actor), only_open)
    return [_view(row) for row in run_built(session, statement, asked)]


@lru_cache(maxsize=64)
def _of_member(sight: people.Sight, only_open: bool) -> AnySelect:
    asked, holder = aliased(Person), aliased(Person)
    found = (
        _select()
        .join(holder, holder.id == BookingTicket.person_id)
        .join(asked, same_person(asked, holder))
        .where(asked.public_ref == bindparam("member"), sight.over(holder))
        .order_by(BookingTicket.state != "open", BookingTicket.id.desc())
        .limit(bindparam("limit"))
    )
    return found.where(BookingTicket.state == "open") if only_open else found


def ticket(session: Session, actor: Actor, ref: str) -> TicketView:
    """One ticket. One statement. Raises MalformedRef, NotFound, Forbidden."""
    actor.require(Permission.APPOINTMENT_VIEW)
    row = session.execute(
        _select().where(BookingTicket.public_ref == parse_ref(ref, "G"), visible_to(actor))
    ).first()
    if row is None:
        raise NotFound()
    return _view(row)


def with_ticket(
    offerings: Iterable[BookableOffering], found: TicketView, now: datetime
) -> list[BookableOffering]:
    """The offerings that a ticket is good for, with all their times to come on its days."""
    allowed = []
    for each in offerings:
        if found.offering not in {None, each.offering} or found.city not in {None, each.city}:
            continue
        wide = beyond_the_window(each, now)
        first = max(found.first_day or wide.first_day, wide.first_day)
        last = min(found.last_day or wide.last_day, wide.last_day)
        allowed.append(replace(wide, first_day=first, last_day=last))
    return allowed


def end_of_day(day: date, zone: str) -> datetime:
    """The last second of a day on a wall: a ticket is good through it."""
    return datetime(day.year, day.month, day.day, 23, 59, 59, tzinfo=ZoneInfo(zone))


_own = aliased(Person)
_holder = aliased(Person)
OPEN_TICKETS = (
    select(func.count(BookingTicket.id))
    .join(_holder, _holder.id == BookingTicket.person_id)
    .join(_own, same_person(_own, _holder))
    .where(_own.id == Account.person_id, BookingTicket.state == "open")
    .correlate(Account)
    .scalar_subquery()
    .label("tickets")
)
"""How many tickets the account's own person has: a column for the statement that finds its sign-in,
so that the first page asks for them only where there are some."""
