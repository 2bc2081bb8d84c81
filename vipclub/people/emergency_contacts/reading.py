"""A member's emergency contacts as they are shown: to the member whole, to staff with their numbers
masked until these are revealed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import Cipher, cipher_of
from vipclub.core.rows import AnyRow
from vipclub.core.types import parse_ref
from vipclub.people.clusters import survivor_of
from vipclub.people.emergency_contacts.callers import Level, acts_on
from vipclub.people.emergency_contacts.models import EmergencyContact
from vipclub.people.emergency_contacts.steps import KEPT, VIEW
from vipclub.people.finding import find_person
from vipclub.people.masks import masked_number
from vipclub.people.models import Person
from vipclub.people.viewing import Viewed

COLUMNS = (
    EmergencyContact.public_ref.label("contact"),
    EmergencyContact.name.label("contact_name"),
    EmergencyContact.relation.label("contact_relation"),
    EmergencyContact.phone.label("contact_phone"),
    EmergencyContact.language.label("contact_language"),
    EmergencyContact.may_be_told,
    EmergencyContact.delegate_until,
)
"""What a `ContactView` is made of."""


@dataclass(frozen=True, slots=True)
class ContactView:
    """A contact. `delegate` is whether they may act for the member on the day it is read;
    `level` what they may be told on it."""

    ref: str
    name: str = field(repr=False)
    relation: str
    phone: str = field(repr=False)
    language: str
    may_be_told: Level
    delegate_until: date | None
    delegate: bool

    @property
    def level(self) -> Level:
        return "all" if self.delegate else self.may_be_told


def view_of(cipher: Cipher, row: AnyRow, today: date, *, whole: bool) -> ContactView:
    """A contact from a row with `COLUMNS`."""
    number = cipher.unseal("emergency_contact.phone", row.contact, row.contact_phone)
    return ContactView(
        ref=row.contact,
        name=row.contact_name,
        relation=row.contact_relation,
        phone=number if whole else masked_number(number),
        language=row.contact_language,
        may_be_told=row.may_be_told,
        delegate_until=row.delegate_until,
        delegate=acts_on(today, row.delegate_until),
    )


def own_contacts(session: Session, actor: Actor, *, member: str) -> list[ContactView]:
    """The member's own contacts, numbers whole as she gave them, in the order they were named. Two
    statements. Raises NotFound, Forbidden."""
    actor.require(VIEW)
    person = find_person(session, actor, member)
    whole = parse_ref(member, "M") in actor.refs("person")
    return _contacts(session, person.id, whole=whole)


def reveal_contacts(
    session: Session, actor: Actor, *, member: str, purpose: str, viewed: Viewed
) -> list[ContactView]:
    """The contacts with their numbers whole, for staff; the trail says that they were shown. Raises
    NotFound, Forbidden."""
    actor.require(VIEW)
    actor.require("personal:reveal")
    viewed.must_cover(parse_ref(member, "M"))
    person = find_person(session, actor, member)
    found = _contacts(session, person.id, whole=True)
    if found:
        audit.write(
            session,
            actor,
            "contact.reveal",
            subject=("person", person.ref),
            after={"contacts": [each.ref for each in found]},
            reason=purpose,
        )
    return found


def may_view_contacts(actor: Actor) -> bool:
    """Whether this role may see whom members named: for a page that shows it."""
    return actor.has(VIEW)


def _contacts(session: Session, person_id: int, *, whole: bool) -> list[ContactView]:
    rows = session.execute(
        select(*COLUMNS)
        .join(Person, Person.id == EmergencyContact.person_id)
        .where(survivor_of(Person) == person_id, EmergencyContact.state.in_(sorted(KEPT)))
        .order_by(EmergencyContact.id)
    )
    cipher, today = cipher_of(session), clock.club_today()
    return [view_of(cipher, row, today, whole=whole) for row in rows]
