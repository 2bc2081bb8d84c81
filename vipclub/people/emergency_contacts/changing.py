"""Naming, changing and removing emergency contacts: the member herself, or the desk at her own word
on the telephone, once it knows that it is she. Each change is told to her, whoever made it: who
took over her account or her voice can't do it in silence."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import func, insert, select
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import NotFound
from vipclub.core.facts import record
from vipclub.core.i18n import language_of
from vipclub.core.types import new_ref, parse_ref
from vipclub.people.clusters import cluster_of, survivor_of
from vipclub.people.emergency_contacts.callers import Verified, must_be_herself
from vipclub.people.emergency_contacts.models import EmergencyContact
from vipclub.people.emergency_contacts.steps import CONTACT_STEPS, KEPT, LEVELS, RELATIONS
from vipclub.people.facts import ContactsChanged
from vipclub.people.finding import PersonRow, find_person
from vipclub.people.models import Person
from vipclub.people.normal_forms.phone_numbers import callable_number
from vipclub.people.normal_forms.texts import visible
from vipclub.people.refusals import ContactNotAccepted, ContactsFull

AT_MOST = 6
LONGEST_NAME = 120
LONGEST = timedelta(days=731)
"""For so long somebody may be a delegate before the member says so again."""
_contact: Any = EmergencyContact.__table__


@dataclass(frozen=True, slots=True, kw_only=True)
class ContactGiven:
    """What is said of a contact. The number may be left empty where one is there already."""

    name: str = field(repr=False)
    relation: str
    phone: str = field(default="", repr=False)
    language: str
    may_be_told: str = "nothing"
    delegate_until: date | None = None


def add_contact(
    session: Session,
    actor: Actor,
    *,
    member: str,
    given: ContactGiven,
    heard: Verified | None = None,
) -> str:
    """One more; gives the reference. Staff bring the receipt that the member herself calls. Raises
    ContactNotAccepted, ContactsFull, CallerNotVerified, NotFound, Forbidden."""
    CONTACT_STEPS.require(CONTACT_STEPS["add"], actor)
    person, now = find_person(session, actor, member), clock.now()
    must_be_herself(actor, person, member, heard, now)
    values = _values(given, phone_known=False)
    session.execute(for_no_key_update(select(Person.id).where(Person.id == person.id)))
    count = session.scalar(
        select(func.count())
        .select_from(EmergencyContact)
        .join(Person, Person.id == EmergencyContact.person_id)
        .where(survivor_of(Person) == person.id, EmergencyContact.state.in_(sorted(KEPT)))
    )
    if (count or 0) >= AT_MOST:
        raise ContactsFull(most=AT_MOST)
    ref = new_ref("G")
    session.execute(
        insert(_contact).values(
            public_ref=ref,
            person_id=person.id,
            created_at=now,
            removed_at=None,
            **_sealed(session, ref, values),
        )
    )
    _tell(session, actor, person, "add", ref, now, values)
    return ref


def change_contact(
    session: Session,
    actor: Actor,
    *,
    member: str,
    contact: str,
    given: ContactGiven,
    heard: Verified | None = None,
) -> None:
    """All that is said of a contact, said anew. Raises as `add_contact` does."""
    person, now, row = _found(session, actor, "change", member, contact, heard)
    values = _values(given, phone_known=True)
    step, new = CONTACT_STEPS["change"], str(values.pop("state"))
    CONTACT_STEPS.move(
        session, _contact, row.id, step, row.state, new, **_sealed(session, row.public_ref, values)
    )
    _tell(session, actor, person, "change", row.public_ref, now, {**values, "state": new})


def remove_contact(
    session: Session,
    actor: Actor,
    *,
    member: str,
    contact: str,
    heard: Verified | None = None,
) -> None:
    """One less: nothing may be told to them any more. Raises as `add_contact` does."""
    person, now, row = _found(session, actor, "remove", member, contact, heard)
    CONTACT_STEPS.move(
        session,
        _contact,
        row.id,
        CONTACT_STEPS["remove"],
        row.state,
        "removed",
        delegate_until=None,
        removed_at=now,
    )
    _tell(session, actor, person, "remove", row.public_ref, now, {})


def _found(
    session: Session, actor: Actor, step: str, member: str, contact: str, heard: Verified | None
) -> tuple[PersonRow, datetime, Any]:
    """Whose contact, now, and its row under its lock."""
    CONTACT_STEPS.require(CONTACT_STEPS[step], actor)
    person, now = find_person(session, actor, member), clock.now()
    must_be_herself(actor, person, member, heard, now)
    row = session.execute(
        for_no_key_update(
            select(_contact.c.id, _contact.c.public_ref, _contact.c.state).where(
                _contact.c.public_ref == parse_ref(contact, "G"),
                _contact.c.person_id.in_(cluster_of(person.id)),
                _contact.c.state.in_(sorted(KEPT)),
            )
        )
    ).first()
    if row is None:
        raise NotFound()
    return person, now, row


def _values(given: ContactGiven, *, phone_known: bool) -> dict[str, Any]:
    """What goes into the row, read and checked; no `phone` where it stays. Raises
    ContactNotAccepted."""
    name, today = visible(given.name), clock.club_today()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise ContactNotAccepted(rule="name")
    if given.relation not in RELATIONS:
        raise ContactNotAccepted(rule="relation")
    phone = callable_number(given.phone) if given.phone.strip() else None
    if phone is None and (given.phone.strip() or not phone_known):
        raise ContactNotAccepted(rule="phone")
    if language_of(given.language) is None:
        raise ContactNotAccepted(rule="language")
    if given.may_be_told not in LEVELS:
        raise ContactNotAccepted(rule="may_be_told")
    until = given.delegate_until
    if until is not None and not today <= until <= today + LONGEST:
        raise ContactNotAccepted(rule="delegate_until")
    return {
        "state": "contact" if until is None else "delegate",
        "name": name,
        "relation": given.relation,
        "language": given.language,
        "may_be_told": given.may_be_told,
        "delegate_until": until,
        **({"phone": phone} if phone is not None else {}),
    }


def _sealed(session: Session, ref: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The row with its number sealed, and findable."""
    if "phone" not in values:
        return dict(values)
    cipher = cipher_of(session)
    return {
        **values,
        "phone": cipher.seal("emergency_contact.phone", ref, values["phone"]),
        "phone_index": cipher.blind_index("mobile", values["phone"]),
    }


def _tell(
    session: Session,
    actor: Actor,
    person: PersonRow,
    change: str,
    ref: str,
    now: datetime,
    values: Mapping[str, Any],
) -> None:
    """The trail, with what may be told and until when, and the letter to the member."""
    kept = {name: values[name] for name in ("state", "may_be_told") if name in values}
    if values.get("delegate_until"):
        kept["delegate_until"] = values["delegate_until"]
    audit.write(
        session,
        actor,
        f"contact.{change}",
        subject=("person", person.ref),
        after={"contact": ref, **kept, **({"phone": "new"} if "phone" in values else {})},
        at=now,
    )
    record(session, ContactsChanged(person.id, person.ref, change, now))
