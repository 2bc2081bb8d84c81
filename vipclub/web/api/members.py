"""Members: who they are, what they have left, what they have booked."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from vipclub import benefits, bookings, membership, people
from vipclub.core.errors import Malformed, NotFound
from vipclub.web.api import shapes
from vipclub.web.api._kit import Said, call
from vipclub.web.api.pages import page_of, statuses_of
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
    if (body.card is None) == (body.phone is None):
        raise Malformed("body", problem="card or phone, one of the two")
    actor = current_actor()
    actor.require("member:find")
    with read() as session:
        if body.card is not None:
            person_id = membership.find_by_card(session, body.card)
        else:
            person_id = people.find_by_phone(session, body.phone or "")
        if person_id is None:
            raise NotFound()
        return _member(session, people.person_of(session, person_id))


@call("GET", "/members/{ref}", scopes=BOTH, answer=shapes.Member)
def show_member(ref: str) -> Said:
    """A member: name, tier, membership and card."""
    actor = current_actor()
    actor.require("member:view")
    with read() as session:
        return _member(session, people.find_person(session, actor, ref))


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


def _member(session: Session, person: people.PersonRow) -> dict[str, Any]:
    term = membership.member_summary(session, person.id)
    if term is None:
        raise NotFound()
    return {"member": person.ref, "name": person.full_name, **term.to_json()}
