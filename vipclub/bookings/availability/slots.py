"""The slot that somebody asks for, as a use case sees it before it decides: its time, offering,
site and partner, and the rules that hold there. Moments are UTC as they are kept; `start` and `end`
are on the site's wall."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

from sqlalchemy import Table, and_, bindparam, func, select
from sqlalchemy.orm import Session, aliased

from vipclub import partners
from vipclub.benefits import Benefit
from vipclub.bookings.models import BookingPolicy, SeatHold
from vipclub.bookings.policies.document import policy_of
from vipclub.bookings.policies.rules import Policy, SiteClock
from vipclub.bookings.refusals import HoldExpired, PolicyNotFound, SlotFull
from vipclub.core.errors import NotFound
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import Localized, parse_ref
from vipclub.core.working_days import load_calendar
from vipclub.partners import Offering, Partner, Site, Slot


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingInView:
    """An offering with its service, site and partner, the rules that hold there and its clock."""

    offering_id: int
    offering: str
    offering_name: Localized
    preparation: Localized | None
    department: str | None
    benefit_id: int
    service: str
    service_name: Localized
    who: tuple[str, ...]
    site: str
    site_name: Localized
    address: Localized
    city: str
    time_zone: str
    region: str
    partner_id: int
    partner: str
    partner_name: Localized
    policy: Policy
    site_clock: SiteClock


@dataclass(frozen=True, slots=True, kw_only=True)
class OfferingAtTime(OfferingInView):
    """An offering at one of its times: what a slot and an appointment have in common."""

    starts_at: datetime
    ends_at: datetime
    local_day: date

    @property
    def start(self) -> datetime:
        """On the site's wall."""
        return self.starts_at.astimezone(self.site_clock.zone)

    @property
    def end(self) -> datetime:
        """On the site's wall."""
        return self.ends_at.astimezone(self.site_clock.zone)


@dataclass(frozen=True, slots=True, kw_only=True)
class SlotInView(OfferingAtTime):
    """A slot as it was when looked at; the guard decides later. `overdue` counts its open holds
    whose time has passed; `listens` says whether the partner's own system is told of steps."""

    id: int
    ref: str
    has_room: bool
    overdue: int
    listens: bool


R = TypeVar("R", bound=OfferingInView)


def clock_of_site(session: Session, time_zone: str, region: str) -> SiteClock:
    """A site's clock and calendar. No statement once the calendar is known to the process."""
    return SiteClock(ZoneInfo(time_zone), load_calendar(session, region))


def built(cls: type[R], session: Session, row: AnyRow) -> R:
    """A row of a statement with `OFFERING_COLUMNS` as its class, by the columns' names."""
    values = row._asdict()
    values["who"] = tuple(values["who"])
    values["policy"] = policy_of(values["policy"])
    return cls(site_clock=clock_of_site(session, row.time_zone, row.region), **values)


_of_service, _of_offering = aliased(BookingPolicy), aliased(BookingPolicy)
_slot: Table = Slot.__table__  # type: ignore[assignment]
_hold: Table = SeatHold.__table__  # type: ignore[assignment]

OFFERING_COLUMNS = (
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


def join_offering(statement: AnySelect) -> AnySelect:
    """Join all that `OFFERING_COLUMNS` reads to a statement over offerings."""
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
_times = join_offering(
    select(
        Slot.id,
        Slot.public_ref.label("ref"),
        Slot.starts_at,
        Slot.ends_at,
        Slot.local_day,
        and_(Slot.open, Slot.taken + Slot.reserved < Slot.capacity).label("has_room"),
        _overdue.label("overdue"),
        partners.webhooks.LISTENS,
        *OFFERING_COLUMNS,
    ).join(Offering, Offering.id == Slot.offering_id)
).where(Offering.active)
_time_by_ref = _times.where(Slot.public_ref == bindparam("ref"))
_time_by_hold = _times.join(SeatHold, SeatHold.slot_id == Slot.id).where(
    SeatHold.public_ref == bindparam("hold")
)


def find_slot(session: Session, ref: str, now: datetime) -> SlotInView:
    """The slot behind a reference, without a lock. One statement. Raises NotFound, and
    PolicyNotFound for a service without rules."""
    return _bookable(session, _time_by_ref, {"ref": parse_ref(ref, "S"), "now": now})


def find_held_slot(session: Session, hold: str, now: datetime) -> SlotInView:
    """The slot that a hold keeps or kept. One statement. Raises HoldExpired for a hold that is
    nobody's, or of a time that is no longer offered; PolicyNotFound."""
    try:
        return _bookable(session, _time_by_hold, {"hold": parse_ref(hold, "H"), "now": now})
    except NotFound:
        raise HoldExpired() from None


def _bookable(
    session: Session, statement: AnySelect, asked: dict[str, str | datetime]
) -> SlotInView:
    row = session.execute(statement, asked).first()
    if row is None:
        raise NotFound()
    if row.policy is None:
        raise PolicyNotFound(service=row.service_name)
    return built(SlotInView, session, row)


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


def next_free(session: Session, time: SlotInView, now: datetime) -> list[tuple[datetime, str]]:
    """The next three free times of the same offering from that day on: moment on the wall, slot."""
    rows = session.execute(
        _next_free,
        {"offering_id": time.offering_id, "now": now, "day": time.local_day},
    )
    return [(row.starts_at.astimezone(time.site_clock.zone), row.public_ref) for row in rows]


def describe(offering: OfferingInView) -> dict[str, Any]:
    """The parts of a letter that say where the visit is: service, partner, site, address, its time
    zone and how to prepare."""
    return {
        "service": offering.service_name,
        "partner": offering.partner_name,
        "site": offering.site_name,
        "address": offering.address,
        "zone": offering.time_zone,
        "preparation": offering.preparation,
    }


def slot_full(session: Session, time: SlotInView, now: datetime) -> SlotFull:
    """The refusal, with the next free times."""
    found = next_free(session, time, now)
    return SlotFull(
        slot=time.ref,
        free=[moment for moment, _ in found] or ["-"],
        next_free=[{"slot": ref, "start": moment.isoformat()} for moment, ref in found],
    )
