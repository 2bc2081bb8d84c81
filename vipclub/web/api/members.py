"""Members: who they are, what they have left, what they have booked."""

from __future__ import annotations

from vipclub import benefits, bookings, membership
from vipclub.core.errors import NotFound
from vipclub.web.api import shapes
from vipclub.web.api.calls import Said, call
from vipclub.web.api.lists import page_of, statuses_of
from vipclub.web.frame import current_actor, read

BOTH = {"member", "channel"}


@call(
    "POST",
    "/members/find",
    scopes={"channel"},
    body=shapes.Find,
    answer=shapes.Member,
    refusals=(NotFound,),
)
def find_member(body: shapes.Find) -> Said:
    """The member behind a card number or a phone number."""
    with read() as session:
        found = membership.find_member(session, current_actor(), card=body.card, phone=body.phone)
    return found.to_json()


@call("GET", "/members/{ref}", scopes=BOTH, answer=shapes.Member)
def show_member(ref: str) -> Said:
    """A member: name, tier, membership and card."""
    with read() as session:
        return membership.show_member(session, current_actor(), ref).to_json()


@call("GET", "/members/{ref}/entitlements", scopes=BOTH, answer=shapes.Entitlements)
def list_entitlements(ref: str) -> Said:
    """What a member has left, by benefit and calendar year."""
    with read() as session:
        found = benefits.entitlements_of(session, current_actor(), member=ref)
    return {"items": [row.to_json() for row in found], "next": None}


@call(
    "GET",
    "/members/{ref}/appointments",
    scopes=BOTH,
    query=shapes.MemberQuery,
    answer=shapes.Appointments,
)
def list_appointments(ref: str, query: shapes.MemberQuery) -> Said:
    """A member's appointments, the latest first; `status` takes one or more, by commas."""
    statuses = statuses_of(query.status)
    with read() as session:
        found = bookings.appointments_of(
            session,
            current_actor(),
            member=ref,
            statuses=statuses,
            after=query.cursor,
            limit=query.limit,
        )
    return page_of(found)
