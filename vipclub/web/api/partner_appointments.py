"""The partner's list of appointments."""

from __future__ import annotations

from vipclub import bookings
from vipclub.web.api import shapes
from vipclub.web.api.calls import Said, call
from vipclub.web.api.lists import days_in_order, page_of, statuses_of
from vipclub.web.frame import current_actor, read


@call(
    "GET",
    "/partner/appointments",
    scopes={"partner"},
    query=shapes.PartnerQuery,
    answer=shapes.Appointments,
)
def list_partner_appointments(query: shapes.PartnerQuery) -> Said:
    """Appointments at the partner's sites; `status` takes one or more, by commas."""
    days_in_order(query.from_, query.to)
    statuses = statuses_of(query.status)
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
