"""A portfolio in figures: how far this year's benefits are used, and whose visits are today."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts import Permission
from vipclub.benefits import Benefit, EntitlementAccount
from vipclub.bookings import OF_THE_DAY, Appointment, around_days
from vipclub.core.actor import Actor
from vipclub.core.types import Localized
from vipclub.membership import members_in_sight
from vipclub.partners import Offering
from vipclub.people import Person, Subsidiary, visible_to


@dataclass(frozen=True, slots=True)
class BenefitUse:
    """A benefit over all members in sight: units used or reserved of those given."""

    name: Localized
    taken: int
    granted: int


@dataclass(frozen=True, slots=True)
class VisitToday:
    """Somebody's visit on a day: whose, which service, in which state."""

    appointment: str
    member: str
    name: str = field(repr=False)
    service: Localized
    status: str


def benefit_use(session: Session, actor: Actor, *, year: int) -> list[BenefitUse]:
    """How far the year's benefits are used by the persons in sight who have any. One statement.
    Raises Forbidden."""
    actor.require(Permission.ENTITLEMENT_VIEW)
    a, owner = EntitlementAccount, aliased(Person)
    rows = session.execute(
        select(Benefit.name, func.sum(a.used + a.held), func.sum(a.granted))
        .join(owner, owner.id == a.person_id)
        .join(Benefit, Benefit.id == a.benefit_id)
        .where(a.year == year, a.unlimited.is_(False), visible_to(actor, owner))
        .group_by(Benefit.id)
        .order_by(Benefit.position)
    )
    return [BenefitUse(name, int(taken), int(granted)) for name, taken, granted in rows]


def visits_of_day(
    session: Session, actor: Actor, *, day: date, limit: int = 12
) -> list[VisitToday]:
    """Visits of the members in sight on a local day of the site, by time. One statement. Raises
    Forbidden."""
    actor.require(Permission.APPOINTMENT_VIEW)
    payer = aliased(Person)
    members = members_in_sight(actor, day).subquery()
    rows = session.execute(
        select(
            Appointment.public_ref,
            members.c.public_ref,
            members.c.full_name,
            Benefit.name,
            Appointment.state,
        )
        .join(payer, payer.id == Appointment.person_id)
        .join(members, members.c.id == people.survivor_of(payer))
        .join(Offering, Offering.id == Appointment.offering_id)
        .join(Benefit, Benefit.id == Offering.benefit_id)
        .where(*around_days(day, day), Appointment.state.in_(OF_THE_DAY))
        .order_by(Appointment.starts_at, Appointment.id)
        .limit(limit)
    )
    return [VisitToday(*row) for row in rows]


def companies(session: Session) -> list[tuple[str, str]]:
    """The group's companies: code and name. One statement."""
    rows = session.execute(select(Subsidiary.code, Subsidiary.name).order_by(Subsidiary.code))
    return [(code, name or code) for code, name in rows]
