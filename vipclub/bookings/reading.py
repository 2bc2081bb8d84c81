"""What a use case needs to know before it decides: the time with its rules, the persons under
their lock, and the member's means and history. A statement each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Table, and_, bindparam, func, literal, or_, select
from sqlalchemy.orm import Session, aliased
from sqlalchemy.sql.elements import ColumnElement

from vipclub import partners, people
from vipclub.benefits import AccountFound, Benefit, EntitlementAccount, most_left
from vipclub.bookings.models import Appointment, BookingPolicy, SeatHold
from vipclub.bookings.policies.rules import Beneficiary, Policy
from vipclub.bookings.refusals import HoldExpired, PolicyNotFound
from vipclub.bookings.rows import PlaceRow, TimeRow, built
from vipclub.bookings.steps import LIVE
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import NotFound
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import parse_ref
from vipclub.membership import TIERS, Membership, running_on
from vipclub.partners import Offering, Partner, Site, Slot
from vipclub.people import FamilyTie, Person
from vipclub.people import visible_to as persons_visible_to

_of_service, _of_offering = aliased(BookingPolicy), aliased(BookingPolicy)
_slot: Table = Slot.__table__  # type: ignore[assignment]
_hold: Table = SeatHold.__table__  # type: ignore[assignment]

PLACE_COLUMNS = (
    Offering.id.label("offering_id"),
    Offering.public_ref.label("offering"),
    Offering.name.label("offering_name"),
    Offering.preparation,
    Offering.department,
    Benefit.id.label("benefit_id"),
    Benefit.code.label("service"),
    Benefit.name.label("service_name"),
    Benefit.who,
    Site.public_ref.label("site"),
    Site.name.label("site_name"),
    Site.address,
    Site.city_code.label("city"),
    Site.time_zone,
    Site.region,
    Partner.id.label("partner_id"),
    Partner.public_ref.label("partner"),
    Partner.name.label("partner_name"),
    func.coalesce(_of_offering.document, _of_service.document).label("policy"),
)


def with_place(statement: AnySelect) -> AnySelect:
    """Join all that `PLACE_COLUMNS` reads to a statement over offerings."""
    return (
        statement.join(Site, Site.id == Offering.site_id)
        .join(Partner, Partner.id == Site.partner_id)
        .join(Benefit, Benefit.id == Offering.benefit_id)
        .outerjoin(_of_service, _of_service.benefit_id == Benefit.id)
        .outerjoin(_of_offering, _of_offering.offering_id == Offering.id)
    )


_overdue = (
    select(func.count())
    .where(_hold.c.slot_id == _slot.c.id, _hold.c.state == "open")
    .where(_hold.c.expires_at <= bindparam("now", type_=_hold.c.expires_at.type))
    .correlate(_slot)
    .scalar_subquery()
)
_times = with_place(
    select(
        Slot.id,
        Slot.public_ref.label("ref"),
        Slot.starts_at,
        Slot.ends_at,
        Slot.local_day,
        and_(Slot.open, Slot.taken + Slot.reserved < Slot.capacity).label("has_room"),
        _overdue.label("overdue"),
        partners.webhooks.LISTENS,
        *PLACE_COLUMNS,
    ).join(Offering, Offering.id == Slot.offering_id)
).where(Offering.active)
_time_by_ref = _times.where(Slot.public_ref == bindparam("ref"))
_time_by_hold = _times.join(SeatHold, SeatHold.slot_id == Slot.id).where(
    SeatHold.public_ref == bindparam("hold")
)


def time_of(session: Session, ref: str, now: datetime) -> TimeRow:
    """The slot behind a reference, without a lock. One statement. Raises NotFound, and
    PolicyNotFound for a service without rules."""
    return _bookable(session, _time_by_ref, {"ref": parse_ref(ref, "S"), "now": now})


def time_held(session: Session, hold: str, now: datetime) -> TimeRow:
    """The slot that a hold keeps or kept. One statement. Raises HoldExpired for a hold that is
    nobody's, or of a time that is no longer offered; PolicyNotFound."""
    try:
        return _bookable(session, _time_by_hold, {"hold": parse_ref(hold, "H"), "now": now})
    except NotFound:
        raise HoldExpired() from None


def _bookable(session: Session, statement: AnySelect, asked: dict[str, str | datetime]) -> TimeRow:
    row = session.execute(statement, asked).first()
    if row is None:
        raise NotFound()
    if row.policy is None:
        raise PolicyNotFound(service=row.service_name)
    return built(TimeRow, session, row)


@dataclass(frozen=True, slots=True)
class Who:
    """A person under its lock: the survivor of its cluster."""

    id: int
    ref: str
    name: str = field(repr=False)
    birth_date: date | None = field(repr=False)
    sex: str | None


_asked, _survivor = aliased(Person), aliased(Person)


def lock_persons(session: Session, actor: Actor, refs: Sequence[str]) -> dict[str, Who]:
    """The persons behind references, locked in the order of their ids. One statement. Raises
    NotFound when one is missing or not for this actor."""
    wanted = [parse_ref(ref, "M") for ref in refs]
    found = _locked(
        session, and_(_asked.public_ref.in_(wanted), persons_visible_to(actor, _survivor))
    )
    if len(found) < len(set(wanted)):
        raise NotFound()
    return {ref: found[parse_ref(ref, "M")] for ref in refs}


def _locked(session: Session, condition: ColumnElement[bool]) -> dict[str, Who]:
    statement = (
        select(
            _asked.public_ref.label("asked"),
            _survivor.id,
            _survivor.public_ref,
            _survivor.full_name,
            _survivor.birth_date,
            _survivor.sex,
        )
        .join(_survivor, people.stands_for(_survivor, _asked))
        .where(condition)
        .order_by(_survivor.id)
    )
    rows = session.execute(for_no_key_update(statement, of=_survivor))  # type: ignore[arg-type]
    return {
        row.asked: Who(row.id, row.public_ref, row.full_name, row.birth_date, row.sex)
        for row in rows
    }


def lock_member(
    session: Session, actor: Actor, member: str, beneficiary: str | None
) -> tuple[Who, Who | None]:
    """The member and whom the visit is for, both locked in the order of their ids; None for
    somebody who isn't the member nor of the family. One statement. Raises NotFound."""
    own = parse_ref(member, "M")
    other = parse_ref(beneficiary, "M") if beneficiary else own
    if other == own:
        who = lock_persons(session, actor, [own])[own]
        return who, who
    owner = aliased(Person)
    mine = select(people.survivor_of(owner)).where(owner.public_ref == own).scalar_subquery()
    cluster = aliased(Person)
    family = (
        select(FamilyTie.relative_id)
        .join(cluster, cluster.id == FamilyTie.person_id)
        .where(people.survivor_of(cluster) == mine, FamilyTie.ended_at.is_(None))
    )
    found = _locked(
        session,
        or_(
            and_(_asked.public_ref == own, persons_visible_to(actor, _survivor)),
            and_(
                _asked.public_ref == other,
                or_(_asked.id.in_(family), people.survivor_of(_asked) == mine),
            ),
        ),
    )
    if own not in found:
        raise NotFound()
    return found[own], found.get(other)


def lock_persons_of(session: Session, ref: str) -> dict[int, Who]:
    """The member and the visitor of an appointment, locked, by their ids: before the appointment
    itself, which then says whether the actor may see it. One statement."""
    named = aliased(Person)
    theirs = (
        select(people.survivor_of(named))
        .join(
            Appointment,
            or_(Appointment.person_id == named.id, Appointment.beneficiary_id == named.id),
        )
        .where(Appointment.public_ref == parse_ref(ref, "A"))
    )
    found = _locked(session, and_(_asked.id == _survivor.id, _survivor.id.in_(theirs)))
    return {who.id: who for who in found.values()}


@dataclass(frozen=True, slots=True)
class Means:
    """What a member has for a visit, and what the beneficiary did and will do: tier on the day,
    the account of the year (of a cluster's several, `accounts`, the one with most left), the visit
    that overlaps."""

    tier: str | None
    account_id: int | None
    accounts: frozenset[int]
    overlaps: datetime | None
    visitor: Beneficiary


_one = select(literal(1).label("one")).subquery()
_members = people.cluster_of(bindparam("member"))
_cluster = people.cluster_of(bindparam("beneficiary"))
_m, _a, _e, _o = Membership, Appointment, EntitlementAccount, Offering
_moment = _a.starts_at.type
_means = (
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
                    _a.state.in_([*LIVE, "fulfilled", "noshow"]),
                ),
                and_(
                    _a.state == "noshow",
                    _a.starts_at > bindparam("strikes_since", type_=_moment),
                ),
            ).is_(True),  # or SQLite goes through all appointments, once for each side
        ),
    )
    .outerjoin(_o, _o.id == _a.offering_id)
    .outerjoin(Site, Site.id == _o.site_id)
)


def means_of(
    session: Session,
    time: TimeRow,
    member: Who,
    beneficiary: Who,
    now: datetime,
    *,
    without: int | None = None,
) -> Means:
    """All that the rules ask about the persons, under their lock; an appointment that moves
    (`without`) never counts against itself. One statement."""
    start = time.start
    begin = start.replace(day=1, hour=0, minute=0)
    end = (begin + timedelta(days=32)).replace(day=1)
    rows = session.execute(
        _means,
        {
            "member": member.id,
            "beneficiary": beneficiary.id,
            "club_day": clock.club_day(start),
            "benefit_id": time.benefit_id,
            "year": time.local_day.year,
            "month_begin": begin,
            "month_end": end,
            "strikes_since": now - _remembered(time.policy),
        },
    ).all()
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
    return Means(
        tier=tier,
        account_id=best.id if best else None,
        accounts=frozenset(account.id for account in accounts),
        overlaps=min((v.starts_at for v in clash if v.ends_at > time.starts_at), default=None),
        visitor=Beneficiary(
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


_next_free = (
    select(Slot.starts_at, Slot.public_ref)
    .where(
        Slot.offering_id == bindparam("offering_id"),
        Slot.open,
        Slot.taken + Slot.reserved < Slot.capacity,
        Slot.starts_at > bindparam("now", type_=_slot.c.starts_at.type),
        Slot.local_day >= bindparam("day", type_=_slot.c.local_day.type),
    )
    .order_by(Slot.starts_at)
    .limit(3)
)


def next_free(session: Session, time: TimeRow, now: datetime) -> list[tuple[datetime, str]]:
    """The next three free times of the same offering from that day on: moment on the wall, slot."""
    rows = session.execute(
        _next_free,
        {"offering_id": time.offering_id, "now": now, "day": time.local_day},
    )
    return [(row.starts_at.astimezone(time.place.zone), row.public_ref) for row in rows]


def describe(place: PlaceRow) -> dict[str, Any]:
    """The parts of a letter that name the place."""
    return {
        "service": place.service_name,
        "partner": place.partner_name,
        "site": place.site_name,
        "address": place.address,
        "zone": place.time_zone,
        "preparation": place.preparation,
    }
