"""The partner's list of appointments."""

from __future__ import annotations

from typing import Any

from vipclub import bookings
from vipclub.core.errors import Malformed
from vipclub.web.api import shapes
from vipclub.web.api._kit import call
from vipclub.web.api.pages import days_in_order, page_of
from vipclub.web.frame import current_actor, read


@call(
    "GET",
    "/partner/appointments",
    scopes={"partner"},
    query=shapes.PartnerQuery,
    answer=shapes.Appointments,
)
def list_partner_appointments(query: shapes.PartnerQuery) -> Any:
    """Appointments at the partner's sites; `status` takes one or more, by commas."""
    days_in_order(query.from_, query.to)
    statuses = [s for s in (query.status or "").split(",") if s]
    unknown = set(statuses) - bookings.STATES
    if unknown:
        raise Malformed("status", problem=f"unknown: {', '.join(sorted(unknown))[:100]}")
    with read() as session:
        found = bookings.partner_appointments(
            session,
            current_actor(),
            statuses=statuses,
            first=query.from_,
            last=query.to,
            after=query.cursor,
            limit=query.limit,
        )
    return page_of(found)
