"""Services and their free times."""

from __future__ import annotations

from vipclub import bookings
from vipclub.web.api import shapes
from vipclub.web.api.calls import Said, call
from vipclub.web.api.lists import days_in_order, page_of
from vipclub.web.frame import current_actor, read

BOTH = {"member", "channel"}


@call("GET", "/services", scopes=BOTH, answer=shapes.Services)
def list_services() -> Said:
    """Services that can be booked by time."""
    with read() as session:
        found = bookings.services(session, current_actor())
    return {
        "items": [{"service": s.service, "name": s.name, "summary": s.summary} for s in found],
        "next": None,
    }


@call("GET", "/services/{code}/slots", scopes=BOTH, query=shapes.SlotQuery, answer=shapes.Slots)
def list_slots(code: str, query: shapes.SlotQuery) -> Said:
    """Times of a service that may be booked now, by site and time."""
    days_in_order(query.from_, query.to)
    with read() as session:
        found = bookings.free_slots(
            session,
            current_actor(),
            service=code,
            first=query.from_,
            last=query.to,
            city=query.city,
            offering=query.offering,
            after=query.cursor,
            limit=query.limit,
        )
    return page_of(found)
