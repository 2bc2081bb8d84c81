"""Times that could be had instead of an appointment's own: the same offering first, then the
partner's other sites in the city, then other partners there; the nearest day first."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import Table, case, func, select, union_all
from sqlalchemy.orm import Session

from vipclub.bookings.appointments import queries
from vipclub.bookings.appointments.queries import AppointmentView
from vipclub.bookings.availability.offerings import offerings
from vipclub.bookings.availability.search import BookableOffering, bookable_now, bookable_of
from vipclub.core.actor import Actor
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import Localized
from vipclub.partners import Slot

_slot: Table = Slot.__table__  # type: ignore[assignment]
SHARES = (3, 2, 1)
"""Of six: so many of the same offering, at the partner's other sites, at other partners."""
A_DAY = 2
LOOKED_AT = 24


@dataclass(frozen=True, slots=True)
class Alternative:
    """A free time with its site; moments on the site's wall. `near` is 0 for the same offering, 1
    for another site of the partner, 2 for another partner."""

    slot: str
    offering: str
    site: str
    city: str
    start: datetime
    end: datetime
    free: int
    near: int
    site_name: Localized
    partner_name: Localized
    address: Localized
    time_zone: str


def alternatives(
    session: Session, actor: Actor, *, appointment: str | AppointmentView, limit: int = 6
) -> list[Alternative]:
    """What may be booked instead, for whoever may see the appointment; partners are shown their own
    only. At most two statements, one for an appointment that was read already. Raises NotFound,
    Forbidden."""
    view = appointment
    if isinstance(view, str):
        view = queries.appointment(session, actor, view)
    own = actor.refs("partner")
    bookables = {
        bookable.id: bookable
        for bookable in bookable_of(
            offering
            for offering in offerings(session).of_service(view.service)
            if offering.city == view.city and (actor.kind != "partner" or offering.partner in own)
        )
    }
    if not bookables:
        return []
    near = {bookable.id: _nearness(bookable, view) for bookable in bookables.values()}
    later, before = (_nearest(list(bookables.values()), near, view, side) for side in (True, False))
    rows = list(session.execute(union_all(later, before)))
    rows.sort(key=lambda row: (near[row.offering_id], abs(row.starts_at - view.start)))
    chosen = _spread(rows, near, limit)
    return [_alternative(row, bookables[row.offering_id], near[row.offering_id]) for row in chosen]


def _nearness(bookable: BookableOffering, view: AppointmentView) -> int:
    if bookable.offering == view.offering:
        return 0
    return 1 if bookable.partner == view.partner else 2


def _nearest(
    bookables: list[BookableOffering], near: dict[int, int], view: AppointmentView, later: bool
) -> AnySelect:
    """The first free times of each nearness from the appointment's day on, or the last before."""
    rank = case(near, value=_slot.c.offering_id)
    day: date = view.start.date()
    order = _slot.c.starts_at if later else _slot.c.starts_at.desc()
    ranked = (
        select(
            _slot.c.public_ref,
            _slot.c.offering_id,
            _slot.c.starts_at,
            _slot.c.ends_at,
            _slot.c.local_day,
            (_slot.c.capacity - _slot.c.taken - _slot.c.reserved).label("free"),
            func.row_number().over(partition_by=rank, order_by=order).label("place_in_row"),
        )
        .where(
            bookable_now(bookables, None, None),
            _slot.c.open.is_(True),
            _slot.c.taken + _slot.c.reserved < _slot.c.capacity,
            _slot.c.public_ref != view.slot,
            _slot.c.local_day >= day if later else _slot.c.local_day < day,
        )
        .subquery()
    )
    return select(ranked).where(ranked.c.place_in_row <= LOOKED_AT)


def _spread(rows: Sequence[AnyRow], near: dict[int, int], limit: int) -> list[AnyRow]:
    """Not all of one offering nor on one day; what a nearness leaves over, the others fill."""
    allowed = [share * limit // 6 or 1 for share in SHARES]
    first = list(_take(rows, near, allowed, A_DAY))
    rest = [row for row in rows if row not in first]
    chosen = (first + rest)[:limit]
    return sorted(chosen, key=lambda row: (near[row.offering_id], row.starts_at))


def _take(
    rows: Sequence[AnyRow], near: dict[int, int], allowed: list[int], a_day: int
) -> Iterator[AnyRow]:
    taken: Counter[int] = Counter()
    days: Counter[tuple[int, date]] = Counter()
    for row in rows:
        rank, day = near[row.offering_id], (row.offering_id, row.local_day)
        if taken[rank] < allowed[rank] and days[day] < a_day:
            taken[rank] += 1
            days[day] += 1
            yield row


def _alternative(row: AnyRow, bookable: BookableOffering, near: int) -> Alternative:
    zone = bookable.site_clock.zone
    return Alternative(
        slot=row.public_ref,
        offering=bookable.offering,
        site=bookable.site,
        city=bookable.city,
        start=row.starts_at.astimezone(zone),
        end=row.ends_at.astimezone(zone),
        free=row.free,
        near=near,
        site_name=bookable.site_name,
        partner_name=bookable.partner_name,
        address=bookable.address,
        time_zone=bookable.time_zone,
    )
