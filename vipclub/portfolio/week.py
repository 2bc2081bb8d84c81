"""Who needs a word this week, and why: the most urgent first, a line a member.

By urgency for the member, not by amount: what waits for an answer, what went wrong, what ends, and
then what is only kind.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from sqlalchemy import and_, extract, func, or_, select
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts import Permission
from vipclub.benefits import Benefit, EntitlementAccount
from vipclub.bookings import Appointment
from vipclub.core.actor import Actor
from vipclub.core.rows import AnyRow
from vipclub.core.types import Localized
from vipclub.membership import Membership, ends_on, members_in_sight
from vipclub.partners import Offering
from vipclub.people import Person

ENDS_SOON = timedelta(days=30)
UNANSWERED = timedelta(days=3)
BEHIND = timedelta(days=7)
AHEAD = timedelta(days=7)
YEAR_ENDS_WITHIN = timedelta(days=60)
AT_MOST = 200
URGENCY = ("proposed", "promise", "declined", "missed", "ends", "invited", "unused", "birthday")
"""Kinds of reasons, the most urgent first."""


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a member needs a word. `moment` is when it happened or until when there is time, `day`
    the same as a date; `more` counts the member's further reasons."""

    kind: str
    member: str
    name: str = field(repr=False)
    tier: str
    moment: datetime | None = None
    day: date | None = None
    service: Localized | None = None
    service_code: str = ""
    appointment: str = ""
    count: int = 0
    more: int = 0


def who_needs_a_word(session: Session, actor: Actor, *, now: datetime, today: date) -> list[Reason]:
    """A line a member, the most urgent first. Three statements. Raises Forbidden."""
    actor.require(Permission.MEMBER_VIEW)
    found = [
        *_of_visits(session, actor, now, today),
        *_of_memberships(session, actor, now, today),
        *_of_benefits(session, actor, today),
    ]
    found.sort(key=lambda reason: (URGENCY.index(reason.kind), _when(reason), reason.member))
    first: dict[str, Reason] = {}
    more: dict[str, int] = {}
    for reason in found:
        if reason.member in first:
            more[reason.member] = more.get(reason.member, 0) + 1
        else:
            first[reason.member] = reason
    return [_with_more(reason, more.get(member, 0)) for member, reason in first.items()]


def _when(reason: Reason) -> str:
    if reason.moment is not None:
        return reason.moment.isoformat()
    return reason.day.isoformat() if reason.day else ""


def _with_more(reason: Reason, more: int) -> Reason:
    return replace(reason, more=more) if more else reason


def _of_visits(session: Session, actor: Actor, now: datetime, today: date) -> list[Reason]:
    """Offers without an answer, promises that were not kept, visits declined or missed lately. One
    statement."""
    a, payer = Appointment, aliased(Person)
    recent = now - BEHIND
    members = members_in_sight(actor, today).subquery()
    rows = session.execute(
        select(
            a.public_ref,
            a.state,
            a.starts_at,
            a.promised_by,
            a.answer_by,
            a.answered_at,
            members.c.public_ref.label("member"),
            members.c.full_name,
            members.c.tier,
            Benefit.name,
            Benefit.code,
        )
        .join(payer, payer.id == a.person_id)
        .join(members, members.c.id == people.survivor_of(payer))
        .join(Offering, Offering.id == a.offering_id)
        .join(Benefit, Benefit.id == Offering.benefit_id)
        .where(
            a.starts_at > now - 2 * BEHIND,
            or_(
                and_(a.state == "proposed", a.starts_at > now),
                and_(a.state == "pending", a.promised_by < now),
                and_(a.state == "noshow", a.starts_at > recent),
                and_(
                    a.state == "cancelled",
                    a.reason_code == "declined",
                    func.coalesce(a.answered_at, a.created_at) > recent,
                ),
            ),
        )
        .order_by(a.starts_at)
        .limit(AT_MOST)
    )
    kinds = {"proposed": "proposed", "pending": "promise", "noshow": "missed"}
    return [
        Reason(
            kind=kinds.get(row.state, "declined"),
            member=row.member,
            name=row.full_name,
            tier=row.tier,
            moment=_moment_of(row),
            service=row.name,
            service_code=row.code,
            appointment=row.public_ref,
        )
        for row in rows
    ]


def _moment_of(row: AnyRow) -> datetime:
    """Until when the answer is wanted, since when it is late, or when the visit was to be."""
    found: datetime = {
        "proposed": row.answer_by or row.starts_at,
        "pending": row.promised_by,
    }.get(row.state, row.starts_at)
    return found


def _of_memberships(session: Session, actor: Actor, now: datetime, today: date) -> list[Reason]:
    """Terms that end soon, invitations without an answer, birthdays. One statement."""
    days = [today + timedelta(days=n) for n in range(AHEAD.days)]
    birthday = or_(
        *(
            and_(
                extract("month", Person.birth_date) == day.month,
                extract("day", Person.birth_date) == day.day,
            )
            for day in days
        )
    )
    ends = ends_on()
    rows = session.execute(
        members_in_sight(actor, today)
        .add_columns(
            Person.birth_date,
            birthday.label("birthday"),
            ends.label("ends"),
            Membership.effective_day,
            Membership.created_at,
        )
        .where(
            or_(
                ends.between(today, today + ENDS_SOON),
                and_(Membership.state == "invited", Membership.created_at < now - UNANSWERED),
                birthday,
            )
        )
        .order_by(ends, Person.id)
        .limit(2 * AT_MOST)
    )
    found = []
    for row in rows:
        member = {"member": row.public_ref, "name": row.full_name, "tier": row.tier}
        if row.ends <= today + ENDS_SOON:
            found.append(Reason(kind="ends", day=row.ends, **member))
        if row.state == "invited" and row.created_at < now - UNANSWERED:
            found.append(Reason(kind="invited", day=row.effective_day, **member))
        if row.birthday:
            found.append(Reason(kind="birthday", day=_birthday(row.birth_date, days), **member))
    return found


def _birthday(birth: date, days: list[date]) -> date:
    return next(day for day in days if (day.month, day.day) == (birth.month, birth.day))


def _of_benefits(session: Session, actor: Actor, today: date) -> list[Reason]:
    """What ends with the year, can be booked, and is not touched: the most first.
    One statement, none while the year's end is far."""
    last = date(today.year, 12, 31)
    if today + YEAR_ENDS_WITHIN < last:
        return []
    a, owner = EntitlementAccount, aliased(Person)
    members = members_in_sight(actor, today).subquery()
    rows = session.execute(
        select(
            members.c.public_ref,
            members.c.full_name,
            members.c.tier,
            Benefit.name,
            Benefit.code,
            a.remaining.label("remaining"),
        )
        .join(owner, owner.id == a.person_id)
        .join(members, members.c.id == people.survivor_of(owner))
        .join(Benefit, Benefit.id == a.benefit_id)
        .where(
            a.year == today.year,
            a.unlimited.is_(False),
            a.used == 0,
            a.held == 0,
            a.granted > 0,
            Benefit.use == "slot",
        )
        .order_by(a.remaining.desc(), members.c.id, Benefit.position)
        .limit(AT_MOST)
    )
    return [
        Reason(
            kind="unused",
            member=row.public_ref,
            name=row.full_name,
            tier=row.tier,
            day=last,
            service=row.name,
            service_code=row.code,
            count=row.remaining,
        )
        for row in rows
    ]
