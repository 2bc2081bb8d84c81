"""The partner's capacity: listed by slot, changed, and overbooked on purpose."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy.orm import Session

from vipclub import bookings, partners
from vipclub.bookings import CapacityHits
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound
from vipclub.partners import Change, Plan
from vipclub.web.api import capacity_shapes
from vipclub.web.api.calls import Said, act, as_json, call
from vipclub.web.api.lists import days_in_order
from vipclub.web.frame import current_actor, read
from vipclub.web.frame.request_context import db

SHOWN = timedelta(days=14)


@call(
    "GET",
    "/partner/capacity",
    scopes={"partner"},
    query=capacity_shapes.CapacityQuery,
    answer=capacity_shapes.PlaceTimes,
    refusals=(NotFound,),
)
def list_capacity(query: capacity_shapes.CapacityQuery) -> Said:
    """The times of the partner's offerings with their places, closed ones too."""
    days_in_order(query.from_, query.to)
    first = query.from_ or clock.club_today()
    last = query.to or min(first, date.max - SHOWN) + SHOWN
    with read() as session:
        found = partners.capacity_by_slot(
            session,
            current_actor(),
            first=first,
            last=last,
            offering=query.offering,
            after=query.cursor,
            limit=query.limit,
        )
    return {
        "items": [
            {
                "slot": time.slot,
                "offering": time.offering,
                "site": time.site,
                "start": time.start,
                "end": time.end,
                "capacity": time.capacity,
                "taken": time.taken,
                "free": time.free,
                "open": time.open,
            }
            for time in found.items
        ],
        "next": found.next,
    }


@call(
    "PUT",
    "/partner/capacity",
    scopes={"partner"},
    body=capacity_shapes.CapacityChanges,
    answer=capacity_shapes.CapacityHits,
    refusals=(
        NotFound,
        partners.TimeIsFull,
        partners.TimeIsOver,
        partners.NoHoursThatDay,
    ),
)
def change_capacity(body: capacity_shapes.CapacityChanges) -> Said:
    """Change places, or close and open: all items or none. Repeating changes nothing more. Whoever
    has an appointment in a time that closes is offered another at once, or within a minute."""
    changes = [Change(**item.model_dump()) for item in body.items]
    if body.dry_run:
        with read() as session:
            found = bookings.preview_capacity(session, current_actor(), changes=changes)
        return _hits(found, dry_run=True)
    return bookings.close_and_offer(
        db(), current_actor(), lambda: act(_change_capacity, changes=changes, reason=body.reason)
    )


@dataclass(frozen=True, slots=True)
class CapacityTold:
    """A change of capacity as the API says it."""

    changed: CapacityHits

    @property
    def closures(self) -> tuple[str, ...]:
        return self.changed.closures

    def to_json(self) -> dict[str, Any]:
        return {name: as_json(value) for name, value in _hits(self.changed, dry_run=False).items()}


def _change_capacity(
    session: Session, actor: Actor, *, changes: Sequence[Change], reason: str | None
) -> CapacityTold:
    return CapacityTold(
        bookings.change_capacity_with_hits(session, actor, changes=changes, reason=reason)
    )


@call(
    "POST",
    "/partner/capacity/{ref}/overbook",
    scopes={"partner"},
    body=capacity_shapes.Why,
    answer=capacity_shapes.TimeHit,
    refusals=(partners.TimeNotFull, partners.TimeIsOver, partners.ReasonNeeded),
)
def overbook_slot(ref: str, body: capacity_shapes.Why) -> Said:
    """One place more in a full time, on record with its reason."""
    return act(_overbook, slot=ref, reason=body.reason)


def _overbook(session: Session, actor: Actor, *, slot: str, reason: str) -> dict[str, Any]:
    return _hit(partners.overbook(session, actor, slot=slot, reason=reason))


def _hits(found: CapacityHits, *, dry_run: bool) -> dict[str, Any]:
    plan: Plan = found.plan
    return {
        "dry_run": dry_run,
        "items": [_hit(hit) for hit in plan.times],
        "days": [
            {
                "offering": hit.offering,
                "day": hit.day,
                "capacity_before": hit.was,
                "capacity": hit.capacity,
            }
            for hit in plan.days
        ],
        "times_made": plan.made,
        "places_added": plan.added,
        "places_removed": plan.removed,
        "excess": plan.excess,
        "displaced": found.displaced,
        "closings": list(found.closures),
    }


def _hit(hit: partners.TimeHit) -> dict[str, Any]:
    return {
        "slot": hit.slot,
        "offering": hit.offering,
        "start": hit.start,
        "capacity_before": hit.was_capacity,
        "capacity": hit.capacity,
        "open_before": hit.was_open,
        "open": hit.open,
        "people": hit.people,
        "excess": hit.excess,
    }
