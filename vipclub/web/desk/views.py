"""The desk's first pages. A phone or card number travels in a form, never in an address."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from vipclub import accounts, benefits, bookings, membership, people
from vipclub.core.actor import Actor
from vipclub.core.errors import MalformedRef
from vipclub.core.types import parse_ref
from vipclub.web.desk.forms import FindForm
from vipclub.web.frame import current_actor, door, read
from vipclub.web.words import STATES

desk = door("desk", url_prefix="/desk", audience={"desk"})


@desk.get("/")
def home() -> str:
    """Find a member by what the caller says."""
    return render_template("desk/home.html", typed="", unknown=False)


@desk.post("/find")
def find() -> ResponseReturnValue:
    """By reference, card number or phone number."""
    actor = current_actor()
    actor.require(accounts.Permission.MEMBER_FIND)
    typed: str = FindForm.sent().who.data
    with read() as session:
        ref = _found(session, actor, typed)
    if ref is None:
        return render_template("desk/home.html", typed=typed, unknown=True), 404
    return redirect(url_for("desk.show", ref=ref), code=303)


def _found(session: Session, actor: Actor, typed: str) -> str | None:
    try:
        return parse_ref(typed, "M")
    except MalformedRef:
        person_id = membership.find_by_card(session, typed) or people.find_by_phone(session, typed)
    return people.person_of(session, person_id).ref if person_id is not None else None


@desk.get("/members/<ref>")
def show(ref: str) -> str:
    """A member at a glance: tier, what is left, what is booked. No numbers and no address."""
    actor = current_actor()
    actor.require(accounts.Permission.MEMBER_VIEW)
    with read() as session:
        person = people.find_person(session, actor, ref)
        term = membership.member_summary(session, person.survivor_id)
        left = benefits.entitlements_of(session, actor, member=person.ref)
        booked = bookings.appointments_of(session, actor, member=person.ref, limit=20)
    return render_template(
        "desk/member.html",
        person=person,
        term=term,
        left=left,
        booked=booked.items,
        tiers=membership.TIER_NAMES,
        states=STATES,
    )
