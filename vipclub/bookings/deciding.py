"""Asking all rules about a time and a member, for a booking and for a hold alike."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from vipclub import benefits
from vipclub.bookings.policies.rules import Allowed, ask
from vipclub.bookings.reading import Means, next_free
from vipclub.bookings.refusals import (
    AlreadyBooked,
    NotEligible,
    OutsideWindow,
    SlotFull,
)
from vipclub.bookings.rows import TimeRow
from vipclub.core.errors import Refused


def decide(
    time: TimeRow, means: Means, now: datetime, *, held: bool = False, overriding: bool = False
) -> Allowed:
    """Ask all rules; the first refusal is raised. A held time was within its window when it was
    chosen, and stays bookable while it is held. `overriding` goes beyond window, limits and
    suspension (not into the past): the partner's own offer, or staff with a reason on record."""
    if means.tier is None:
        raise NotEligible(rule="membership")
    if means.overlaps is not None:
        raise AlreadyBooked(start=means.overlaps.astimezone(time.place.zone))
    answer = ask(time.policy, time.place, means.visitor, time.starts_at, time.city, now)
    if isinstance(answer, Allowed):
        return answer
    against = [r for r in answer if not _waived(r, held=held, overriding=overriding)]
    if against:
        raise against[0]
    pending = time.policy.confirmation == "partner"
    start = time.starts_at
    return Allowed(
        status="pending" if pending else "booked",
        opens=time.place.opening(time.policy, start),
        closes=time.place.deadline(time.policy.closes, start),
        promised_by=time.place.promised(time.policy, now, start) if pending else None,
    )


def _waived(refusal: Refused, *, held: bool, overriding: bool) -> bool:
    return (held and isinstance(refusal, OutsideWindow)) or (overriding and refusal.yields)


def account_for(time: TimeRow, means: Means) -> int:
    """The account of the visit's year. Raises NoEntitlement; the hold's guard decides about what
    is left."""
    if means.account_id is None:
        raise benefits.none_left(time.service, time.service_name, time.local_day.year)
    return means.account_id


def slot_full(session: Session, time: TimeRow, now: datetime) -> SlotFull:
    """The refusal, with the next free times."""
    found = next_free(session, time, now)
    return SlotFull(
        slot=time.ref,
        free=[moment for moment, _ in found] or ["-"],
        next_free=[{"slot": ref, "start": moment.isoformat()} for moment, ref in found],
    )
