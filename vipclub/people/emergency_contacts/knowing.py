"""Whether a caller seems to be the member or one of her contacts, by the number and by the name as
said. Seeming opens nothing: it says whom the desk verifies, and about whom the member is asked."""

from __future__ import annotations

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from vipclub.core.crypto import cipher_of
from vipclub.people.clusters import survivor_of
from vipclub.people.emergency_contacts.models import EmergencyContact
from vipclub.people.emergency_contacts.steps import KEPT
from vipclub.people.models import Person
from vipclub.people.normal_forms.names import name_key
from vipclub.people.normal_forms.spellings import SPELLED, in_pinyin, spellings
from vipclub.people.searching.by_number import by_phone


def is_known_caller(session: Session, person_id: int, *, name: str, number: str | None) -> bool:
    """Whether whoever is called so, or calls from there, may be the survivor or one of the
    contacts. Three statements at most."""
    if number is not None and _has_number(session, person_id, number):
        return True
    if not name.strip():
        return False
    own = session.execute(
        select(Person.full_name, Person.latin_name).where(survivor_of(Person) == person_id)
    )
    contacts = session.execute(_contacts(person_id).with_only_columns(EmergencyContact.name))
    names = {each for row in own for each in row if each} | set(contacts.scalars())
    return any(same_name(name, each) for each in names)


def _has_number(session: Session, person_id: int, number: str) -> bool:
    meant = by_phone(session, number)
    if meant is not None and any(
        row.person_id == person_id for row in session.execute(meant.persons())
    ):
        return True
    indexes = cipher_of(session).blind_indexes("mobile", number)
    found = _contacts(person_id).where(EmergencyContact.phone_index.in_(indexes))
    return session.execute(found).first() is not None


def _contacts(person_id: int) -> Select[int]:
    return (
        select(EmergencyContact.id)
        .join(Person, Person.id == EmergencyContact.person_id)
        .where(survivor_of(Person) == person_id, EmergencyContact.state.in_(sorted(KEPT)))
    )


def same_name(said: str, known: str) -> bool:
    """Whether a name as said may be a name as written: the script, the order, spaces and tones
    aside.

    >>> same_name("wang xiaoming", "王小明"), same_name("陳曉芳", "陈晓芳")
    (True, True)
    >>> same_name("Wang", "王小明")
    False
    """
    said_key, known_key = name_key(said), name_key(known)
    if not said_key or not known_key:
        return False
    if said_key == known_key:
        return True
    spelled = {text for kind, text in spellings(known) if kind == SPELLED}
    return in_pinyin(said) in spelled or said_key in spelled
