"""Whether a member may have a time: what the member has for it and what the beneficiary did and
will do, read in one statement under their locks; and all rules asked about it, for a booking and
for a hold alike."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import and_, bindparam, literal, or_, select
from sqlalchemy.orm import Session

from vipclub import benefits, people
from vipclub.benefits import AccountFound, EntitlementAccount, most_left
from vipclub.bookings.availability.slots import SlotInView
from vipclub.bookings.models import Appointment
from vipclub.bookings.policies.rules import Allowed, Beneficiary, Policy, ask
from vipclub.bookings.refusals import (
    AlreadyBooked,
    NotEligible,
    OutsideWindow,
)
from vipclub.bookings.steps import LIVE
from vipclub.core import clock
from vipclub.core.built_statements import run_built
from vipclub.core.errors import Refused
from vipclub.core.rows import AnyRow
from vipclub.core.value_lists import one_of
from vipclub.membership import TIERS, Membership, running_on
from vipclub.partners import Offering, Site
from vipclub.people import LockedPerson


@dataclass(frozen=True, slots=True)
class Eligibility:
    """What a member has for a visit: the tier on the day, the account of the year (of a cluster's
    several, `accounts`, the one with most left), the visit that overlaps; and what the rules ask
    about the beneficiary."""

    tier: str | None
    account_id: int | None
    accounts: frozenset[int]
    overlaps: datetime | None
    beneficiary: Beneficiary


_one = select(literal(1).label("one")).subquery()


_members = people.cluster_of(bindparam("member"))


_cluster = people.cluster_of(bindparam("beneficiary"))


_m, _a, _e, _o = Membership, Appointment, EntitlementAccount, Offering


_moment = _a.starts_at.type


_eligibility = (
    select(
        _m.tier,
        _e.id.label("account_id"),
        _e.remaining.label("remaining"),
        _e.unlimited,
        _a.id.label("appointment_id"),
        _a.state,
        _a.starts_at,
        _a.ends_at,
        _a.local_day,
        _a.department,
        _o.benefit_id,
        Site.partner_id,
    )
    .select_from(_one)
    .outerjoin(
        _m,
        and_(
            _m.person_id.in_(_members),
            running_on(bindparam("club_day", type_=_m.effective_day.type)),
        ),
    )
    .outerjoin(
        _e,
        and_(
            _e.person_id.in_(_members),
            _e.benefit_id == bindparam("benefit_id"),
            _e.year == bindparam("year"),
        ),
    )
    .outerjoin(
        _a,
        and_(
            _a.beneficiary_id.in_(_cluster),
            or_(
                and_(
                    _a.starts_at < bindparam("month_end", type_=_moment),
                    _a.ends_at > bindparam("month_begin", type_=_moment),
                    one_of(_a.state, [*LIVE, "fulfilled", "noshow"]),
                ),
                and_(
                    one_of(_a.state, ["noshow"]),
                    _a.starts_at > bindparam("strikes_since", type_=_moment),
                ),
            ).is_(True),  # or SQLite goes through all appointments, once for each side
        ),
    )
    .outerjoin(_o, _o.id == _a.offering_id)
    .outerjoin(Site, Site.id == _o.site_id)
)


def eligibility_for(
    session: Session,
    time: SlotInView,
    member: LockedPerson,
    beneficiary: LockedPerson,
    now: datetime,
    *,
    without: int | None = None,
) -> Eligibility:
    """All that the rules ask about the persons, under their lock; an appointment that moves
    (`without`) never counts against itself. One statement."""
    rows = _rows_about(session, time, member, beneficiary, now)
    tiers = {r.tier for r in rows if r.tier}
    accounts = _accounts(rows, time.local_day.year)
    best = most_left(accounts)
    visits = {r.appointment_id: r for r in rows if r.appointment_id not in {None, without}}.values()
    counted = [v for v in visits if v.state in LIVE or v.state == "fulfilled"]
    here = [
        v for v in counted if v.partner_id == time.partner_id and v.benefit_id == time.benefit_id
    ]
    clash = [v for v in visits if v.state in LIVE and v.starts_at < time.ends_at]
    department = [
        v for v in here if v.local_day == time.local_day and v.department == time.department
    ]
    month, tier = time.local_day.replace(day=1), max(tiers, key=TIERS.index, default=None)
    return Eligibility(
        tier=tier,
        account_id=best.id if best else None,
        accounts=frozenset(account.id for account in accounts),
        overlaps=min((v.starts_at for v in clash if v.ends_at > time.starts_at), default=None),
        beneficiary=Beneficiary(
            tier=tier,
            birth_date=beneficiary.birth_date,
            sex=beneficiary.sex,
            same_department_day=len(department),
            same_month=sum(v.local_day.replace(day=1) == month for v in here),
            missed=tuple(
                v.starts_at
                for v in visits
                if v.state == "noshow" and v.partner_id == time.partner_id
            ),
        ),
    )


def _rows_about(
    session: Session,
    time: SlotInView,
    member: LockedPerson,
    beneficiary: LockedPerson,
    now: datetime,
) -> Sequence[AnyRow]:
    start = time.start
    begin = start.replace(day=1, hour=0, minute=0)
    asked = {
        "member": member.id,
        "beneficiary": beneficiary.id,
        "club_day": clock.club_day(start),
        "benefit_id": time.benefit_id,
        "year": time.local_day.year,
        "month_begin": begin,
        "month_end": (begin + timedelta(days=32)).replace(day=1),
        "strikes_since": now - _remembered(time.policy),
    }
    return run_built(session, _eligibility, asked).all()


def _accounts(rows: Sequence[AnyRow], year: int) -> set[AccountFound]:
    return {
        AccountFound(row.account_id, year, row.remaining, row.unlimited)
        for row in rows
        if row.account_id is not None
    }


def _remembered(policy: Policy) -> timedelta:
    """How long a missed visit may count."""
    strikes = policy.strikes
    months = strikes.within_months + strikes.suspend_months if strikes else 0
    return timedelta(days=32 * months)


def decide(
    time: SlotInView,
    eligibility: Eligibility,
    now: datetime,
    *,
    held: bool = False,
    overriding: bool = False,
    ticket: bool = False,
) -> Allowed:
    """Ask all rules; the first refusal is raised. A held time was within its window when it was
    chosen, and stays bookable while it is held. `overriding` goes beyond window, limits and
    suspension (not into the past): the partner's own offer, or staff with a reason on record. A
    `ticket` goes beyond the same, and beyond the tier."""
    if eligibility.tier is None:
        raise NotEligible(rule="membership")
    if eligibility.overlaps is not None:
        raise AlreadyBooked(start=eligibility.overlaps.astimezone(time.site_clock.zone))
    answer = ask(
        time.policy, time.site_clock, eligibility.beneficiary, time.starts_at, time.city, now
    )
    if isinstance(answer, Allowed):
        return answer
    overriding = overriding or ticket
    against = [
        refusal
        for refusal in answer
        if not _waived(refusal, held=held, overriding=overriding)
        and not (ticket and isinstance(refusal, NotEligible) and refusal.data["rule"] == "tier")
    ]
    if against:
        raise against[0]
    pending = time.policy.confirmation == "partner"
    start = time.starts_at
    return Allowed(
        status="pending" if pending else "booked",
        opens=time.site_clock.opening(time.policy, start),
        closes=time.site_clock.deadline(time.policy.closes, start),
        promised_by=time.site_clock.promised(time.policy, now, start) if pending else None,
    )


def _waived(refusal: Refused, *, held: bool, overriding: bool) -> bool:
    return (held and isinstance(refusal, OutsideWindow)) or (overriding and refusal.yields)


def account_for(time: SlotInView, eligibility: Eligibility) -> int:
    """The account of the visit's year. Raises NoEntitlement; the hold's guard decides about what
    is left."""
    if eligibility.account_id is None:
        raise benefits.none_left(time.service, time.service_name, time.local_day.year)
    return eligibility.account_id
