"""Overbooking: one seat more in a full slot, in an act of its own with a name and a reason on it.
Who may: whoever may change the partner's capacity (`capacity:change`).

Elsewhere a slot was overbooked although it was set not to be
(department-of-veterans-affairs/va.gov-team#49635): here it is never the side effect of a change of
capacity.
"""

from __future__ import annotations

from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound
from vipclub.core.rows import columns_of, row_as
from vipclub.core.types import parse_ref
from vipclub.partners.capacity.change_plan import SlotRow, TimeHit
from vipclub.partners.catalogue.partners import visible_to
from vipclub.partners.models import Offering, Partner, Site, Slot
from vipclub.partners.refusals import ReasonNeeded, TimeIsOver, TimeNotFull

_slot: Table = Slot.__table__  # type: ignore[assignment]


def overbook(session: Session, actor: Actor, *, slot: str, reason: str) -> TimeHit:
    """One seat more in a full slot. One guarded UPDATE, so that two clerks add one seat, not two:
    the second finds a free one. Raises ReasonNeeded, TimeNotFull, TimeIsOver, NotFound,
    Forbidden."""
    actor.require("capacity:change")
    now = clock.now()
    row = _find(session, actor, slot)
    start = row.starts_at.astimezone(ZoneInfo(row.time_zone))
    reason = reason.strip()
    if not reason:
        raise ReasonNeeded()
    if row.starts_at <= now:
        raise TimeIsOver(start=start)

    capacity = (
        session.connection()
        .execute(
            update(_slot)
            .where(
                _slot.c.id == row.id,
                _slot.c.open.is_(True),
                _slot.c.taken + _slot.c.reserved >= _slot.c.capacity,
            )
            .values(capacity=_slot.c.capacity + 1)
            .returning(_slot.c.capacity)
        )
        .scalar_one_or_none()
    )
    if capacity is None:
        raise TimeNotFull(start=start)
    audit.write(
        session,
        actor,
        "capacity.overbook",
        subject=("slot", row.public_ref),
        before={"capacity": capacity - 1},
        after={"capacity": capacity},
        reason=reason,
        at=now,
    )
    return TimeHit(
        id=row.id,
        slot=row.public_ref,
        offering=row.offering,
        start=start,
        day=row.local_day,
        was_capacity=capacity - 1,
        capacity=capacity,
        was_open=True,
        open=True,
        was_planned=row.planned,
        planned=row.planned,
        people=row.taken + row.reserved,
        excess=0,
    )


@dataclass(frozen=True, slots=True)
class _FullSlot(SlotRow):
    """A slot with whose it is and in which time zone."""

    offering: str
    time_zone: str


def _find(session: Session, actor: Actor, ref: str) -> _FullSlot:
    row = session.execute(
        select(*columns_of(SlotRow, _slot), Offering.public_ref.label("offering"), Site.time_zone)
        .join(Offering, Offering.id == Slot.offering_id)
        .join(Site, Site.id == Offering.site_id)
        .join(Partner, Partner.id == Site.partner_id)
        .where(Slot.public_ref == parse_ref(ref, "S"), visible_to(actor))
    ).first()
    if row is None:
        raise NotFound()
    return row_as(_FullSlot, row)
