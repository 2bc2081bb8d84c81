"""Who needs a word this week, and why: the most urgent first, a line a member; and the portfolio in
figures, of the same members.

By urgency for the member, not by amount: what waits for an answer, what went wrong, what ends, and
then what is only kind. Everybody in sight is read once; visits and benefits are then looked up by
their ids alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, and_, bindparam, func, or_, select
from sqlalchemy.orm import Session

from vipclub import benefits, messages
from vipclub.accounts import Permission
from vipclub.benefits import EntitlementAccount
from vipclub.bookings import OF_THE_DAY, Appointment, offering_values
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.rows import AnyRow
from vipclub.core.types import Localized
from vipclub.core.value_lists import among, one_of
from vipclub.membership import TIERS, InSight, MemberInSight, all_in_sight
from vipclub.portfolio.figures import BenefitUse, benefit_use

ENDS_SOON = timedelta(days=30)
UNANSWERED = timedelta(days=3)
BEHIND = timedelta(days=7)
AHEAD = timedelta(days=7)
YEAR_ENDS_WITHIN = timedelta(days=60)
AT_MOST = 200
SHOWN_TODAY = 12
URGENCY = (
    "wrote",
    "proposed",
    "promise",
    "declined",
    "missed",
    "ends",
    "invited",
    "unused",
    "birthday",
)
"""Kinds of reasons, the most urgent first."""
_PLACE = {kind: place for place, kind in enumerate(URGENCY)}
_KINDS = {"proposed": "proposed", "pending": "promise", "noshow": "missed"}
_a: Table = Appointment.__table__  # type: ignore[assignment]
_account: Table = EntitlementAccount.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class Reason:
    """Why a member needs a word. `moment` is when it happened or until when there is time, `day`
    the same as a date."""

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


@dataclass(frozen=True, slots=True)
class VisitToday:
    """Somebody's visit on a day: whose, which service, in which state."""

    appointment: str
    member: str
    name: str = field(repr=False)
    service: Localized
    status: str


@dataclass(frozen=True, slots=True)
class Week:
    """What a manager's first page says: a line a member who needs a word, how many further reasons
    a member has, how many members there are by tier, how far this year's benefits are used, and
    today's visits by time."""

    reasons: list[Reason]
    more: dict[str, int]
    counts: dict[str, int]
    use: list[BenefitUse]
    visits: list[VisitToday]


def this_week(session: Session, actor: Actor, *, now: datetime, today: date) -> Week:
    """The week of the members in sight. Five statements. Raises Forbidden."""
    actor.require(Permission.APPOINTMENT_VIEW)
    actor.require(Permission.ENTITLEMENT_VIEW)
    sight = all_in_sight(session, actor, today=today)
    visits = _visits(session, sight, now, today)
    reasons = [
        *_of_messages(session, sight),
        *_of_visits(session, sight, visits, now),
        *_of_memberships(sight, now, today),
        *_of_benefits(session, sight, today),
    ]
    reasons.sort(key=lambda reason: (_PLACE[reason.kind], _when(reason), reason.member))
    first: dict[str, Reason] = {}
    more: dict[str, int] = {}
    for reason in reasons:
        if first.setdefault(reason.member, reason) is not reason:
            more[reason.member] = more.get(reason.member, 0) + 1
    counts = dict.fromkeys(TIERS, 0)
    for member in sight.members.values():
        counts[member.tier] += 1
    return Week(
        reasons=list(first.values()),
        more=more,
        counts=counts,
        use=benefit_use(session, sight, year=today.year),
        visits=_of_today(session, sight, visits, today),
    )


def _when(reason: Reason) -> str:
    if reason.moment is not None:
        return reason.moment.isoformat()
    return reason.day.isoformat() if reason.day else ""


def _rows_of_members(sight: InSight) -> list[int]:
    """The ids under which a member's visits and benefits may stand."""
    members = sight.members
    return [row for row, survivor in sight.survivors.items() if survivor in members]


def _visits(session: Session, sight: InSight, now: datetime, today: date) -> Sequence[AnyRow]:
    """Visits that are a reason or today's, by time. One statement."""
    asked = {
        "persons": _rows_of_members(sight),
        "now": now,
        "recent": now - BEHIND,
        "from": now - 2 * BEHIND,
        "today": today,
    }
    return run_built(session, _visits_of, asked).all()


_recent = bindparam("recent", type_=_a.c.starts_at.type)
_now = bindparam("now", type_=_a.c.starts_at.type)
_visits_of = (
    select(
        _a.c.public_ref,
        _a.c.state,
        _a.c.starts_at,
        _a.c.promised_by,
        _a.c.answer_by,
        _a.c.local_day,
        _a.c.person_id,
        _a.c.offering_id,
        or_(
            and_(_a.c.state == "proposed", _a.c.starts_at > _now),
            and_(_a.c.state == "pending", _a.c.promised_by < _now),
            and_(_a.c.state == "noshow", _a.c.starts_at > _recent),
            and_(
                _a.c.state == "cancelled",
                _a.c.reason_code == "declined",
                func.coalesce(_a.c.answered_at, _a.c.created_at) > _recent,
            ),
        ).label("is_reason"),
    )
    .where(among(_a.c.person_id, bindparam("persons")), _a.c.starts_at > bindparam("from"))
    .order_by(_a.c.starts_at, _a.c.id)
)
_today = and_(_a.c.local_day == bindparam("today"), one_of(_a.c.state, OF_THE_DAY))
_visits_of = _visits_of.where(or_(_visits_of.selected_columns.is_reason, _today))


def _of_visits(
    session: Session, sight: InSight, visits: Sequence[AnyRow], now: datetime
) -> Iterator[Reason]:
    """Offers without an answer, promises that were not kept, visits declined or missed lately."""
    for row in visits:
        if row.is_reason:
            member = sight.members[sight.survivors[row.person_id]]
            offering = offering_values(session, row.offering_id)
            yield Reason(
                kind=_KINDS.get(row.state, "declined"),
                moment=_moment_of(row),
                service=offering["service_name"],
                service_code=offering["service"],
                appointment=row.public_ref,
                **_who(member),
            )


def _of_messages(session: Session, sight: InSight) -> Iterator[Reason]:
    """Members who wrote and wait for an answer. One statement."""
    waiting = messages.waiting_for_answer(session, _rows_of_members(sight))
    for person_id, answer_by in waiting.items():
        member = sight.members[sight.survivors[person_id]]
        yield Reason(kind="wrote", moment=answer_by, **_who(member))


def _who(member: MemberInSight) -> dict[str, Any]:
    return {"member": member.ref, "name": member.name, "tier": member.tier}


def _moment_of(row: AnyRow) -> datetime:
    """Until when the answer is wanted, since when it is late, or when the visit was to be."""
    found: datetime = {
        "proposed": row.answer_by or row.starts_at,
        "pending": row.promised_by,
    }.get(row.state, row.starts_at)
    return found


def _of_today(
    session: Session, sight: InSight, visits: Sequence[AnyRow], today: date
) -> list[VisitToday]:
    """The first of the day."""
    these = [row for row in visits if row.local_day == today and row.state in OF_THE_DAY]
    found = []
    for row in these[:SHOWN_TODAY]:
        member = sight.members[sight.survivors[row.person_id]]
        service = offering_values(session, row.offering_id)["service_name"]
        found.append(VisitToday(row.public_ref, member.ref, member.name, service, row.state))
    return found


def _of_memberships(sight: InSight, now: datetime, today: date) -> Iterator[Reason]:
    """Terms that end soon, invitations without an answer, birthdays."""
    days = {(day.month, day.day): day for day in (today + timedelta(n) for n in range(AHEAD.days))}
    soon, unanswered = today + ENDS_SOON, now - UNANSWERED
    for member in sight.members.values():
        if today <= member.ends_on <= soon:
            yield Reason(kind="ends", day=member.ends_on, **_who(member))
        if member.state == "invited" and member.created_at < unanswered:
            yield Reason(kind="invited", day=member.effective_day, **_who(member))
        born = member.birth_date
        if born is not None and (day := days.get((born.month, born.day))):
            yield Reason(kind="birthday", day=day, **_who(member))


def _of_benefits(session: Session, sight: InSight, today: date) -> list[Reason]:
    """What ends with the year, can be booked, and is not touched: the most first.
    One statement, none while the year's end is far."""
    last = date(today.year, 12, 31)
    if today + YEAR_ENDS_WITHIN < last:
        return []
    bookable = {each.id: each for each in benefits.benefits(session) if each.use == "slot"}
    place = {benefit_id: number for number, benefit_id in enumerate(bookable)}
    asked = {
        "persons": _rows_of_members(sight),
        "benefits": list(bookable),
        "year": today.year,
        "limit": AT_MOST,
    }
    found = run_built(session, _untouched, asked).all()
    rows = sorted(found, key=lambda row: (-row.remaining, place[row.benefit_id]))
    return [
        Reason(
            kind="unused",
            day=last,
            service=bookable[row.benefit_id].name,
            service_code=bookable[row.benefit_id].code,
            count=row.remaining,
            **_who(sight.members[sight.survivors[row.person_id]]),
        )
        for row in rows
    ]


_remaining = EntitlementAccount.remaining.label("remaining")
_untouched = (
    select(_account.c.person_id, _account.c.benefit_id, _remaining)
    .where(
        among(_account.c.person_id, bindparam("persons")),
        among(_account.c.benefit_id, bindparam("benefits")),
        _account.c.year == bindparam("year"),
        _account.c.unlimited.is_(False),
        _account.c.used == 0,
        _account.c.held == 0,
        _account.c.granted > 0,
    )
    .order_by(_remaining.desc(), _account.c.person_id, _account.c.benefit_id)
    .limit(bindparam("limit"))
)
