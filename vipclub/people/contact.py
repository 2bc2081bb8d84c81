"""How a person is reached by the person's own word: mobile number, e-mail address, language,
reminders. It wins over what subsidiaries send, and the newest word counts.

Nobody is shown a number unmasked before the trail has a row about it (`reveal_contact_details`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import FieldDamaged, cipher_of
from vipclub.core.db import insert_ignore
from vipclub.core.errors import Malformed
from vipclub.core.facts import record
from vipclub.core.i18n import language_of
from vipclub.core.types import parse_ref
from vipclub.people import golden_record
from vipclub.people.clusters import same_person, stands_for
from vipclub.people.codes import end_codes
from vipclub.people.emergency_contacts.callers import Verified, must_be_herself
from vipclub.people.facts import DetailsChanged
from vipclub.people.finding import PersonRow, find_person
from vipclub.people.masks import masked_email, masked_number
from vipclub.people.models import OwnDetails, Person
from vipclub.people.normal_forms import email_addresses, phone_numbers
from vipclub.people.proven_contacts import (
    KINDS,
    ProvenContacts,
    proven_at,
    proven_contacts,
)
from vipclub.people.reasons import BadValue
from vipclub.people.refusals import DetailUnreadable
from vipclub.people.search_keys import mobile_end_index
from vipclub.people.viewing import Viewed

_own_details: Any = OwnDetails.__table__
_person: Any = Person.__table__


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """How a person is reached; numbers masked or whole, as the function says that made it."""

    mobile: str | None = field(repr=False)
    email: str | None = field(repr=False)
    language: str | None
    reminders: bool
    said_at: datetime | None
    mobile_proven: bool = False
    email_proven: bool = False


def change_contact_details(
    session: Session,
    actor: Actor,
    *,
    member: str,
    language: str | None = None,
    mobile: str | None = None,
    email: str | None = None,
    heard: Verified | None = None,
) -> None:
    """The person's own language, mobile number or e-mail address; what is not named stays. Staff
    on the telephone bring the receipt that the member herself calls, before a number or an address
    is changed; at a counter she stands before them. Raises NotFound, Forbidden, Malformed,
    DetailUnreadable and CallerNotVerified."""
    actor.require("details:state")
    person, own = find_person(session, actor, member), parse_ref(member, "M")
    if (mobile or email) and actor.channel != "counter":
        must_be_herself(actor, person, member, heard, clock.now())
    changes: dict[str, Any] = {}
    if language is not None:
        if language_of(language) is None:
            raise Malformed("language")
        changes["language"] = language
    cipher, own_word = cipher_of(session), None
    for name, text, reader in (
        ("mobile", mobile, phone_numbers.mobile),
        ("email", email, email_addresses.email),
    ):
        if text is None:
            continue
        plain = _readable(name, text, reader)
        if own_word is None:
            own_word = _own_word(session, person)
        if own_word.get(name) == plain:
            continue
        changes[f"{name}_proven_at"] = None
        if own_word.get(f"{name}_proven_at") is not None:
            kept = own_word[name]
            changes[f"proven_{name}"] = cipher.seal(f"own_details.proven_{name}", own, kept)
        end_codes(session, owner=own, kind=name)
        changes[name] = cipher.seal(f"own_details.{name}", own, plain)
        changes[f"{name}_index"] = cipher.blind_index(name, plain.lower())
        if name == "mobile":
            changes["mobile_end_index"] = mobile_end_index(cipher, plain)
    if not changes:
        return
    what = tuple(name for name in ("mobile", "email") if name in changes)
    before = details_of(session, person).email if what else None
    proven = proven_contacts(session, person.id) if what else ProvenContacts()
    write_own_details(session, person, changes)
    golden_record.renew(session, [person.id])
    names = sorted(name for name in changes if name in ("language", *what))
    audit.write(session, actor, "person.state_details", subject=("person", person.ref), after=names)
    if what:
        old = before if before != proven.email else None  # what was proven has the letter anyway
        now = clock.now()
        record(session, DetailsChanged(person.id, person.ref, what, old, proven.mobile, now))


def _own_word(session: Session, person: PersonRow) -> dict[str, Any]:
    """What the very person who was named has said, opened, and when it was proven."""
    row = session.execute(
        select(
            _person.c.public_ref,
            _own_details.c.mobile,
            _own_details.c.mobile_proven_at,
            _own_details.c.email,
            _own_details.c.email_proven_at,
        )
        .join(_person, _person.c.id == _own_details.c.person_id)
        .where(_own_details.c.person_id == person.asked_id)
    ).one_or_none()
    if row is None:
        return {}
    found = dict(row._mapping)
    for name in KINDS:
        if found[name] is not None:
            try:
                place = f"own_details.{name}"
                found[name] = cipher_of(session).unseal(place, row.public_ref, found[name])
            except FieldDamaged:  # what nobody can read was never proven
                found[name] = found[f"{name}_proven_at"] = None
    return found


def _readable(name: str, text: str, reader: Callable[[str], str]) -> str:
    try:
        plain = reader(text)
    except BadValue as bad:
        raise DetailUnreadable(field=name, reason=str(bad)) from None
    return plain


def write_own_details(session: Session, person: PersonRow, changes: dict[str, Any]) -> None:
    """Into the row of the very person who was named, not of the cluster's survivor: should the two
    turn out not to be one, each keeps the own word. The wish for reminders is the cluster's."""
    now = clock.now()
    changes = {"reminders": wants_reminders(session, person.id), **changes}
    first = {"person_id": person.asked_id, "changed_at": now, **changes}
    if insert_ignore(session, _own_details, first, conflict=["person_id"]):
        return
    session.execute(
        update(_own_details)
        .where(_own_details.c.person_id == person.asked_id)
        .values(**changes, changed_at=now)
        .execution_options(synchronize_session=False)
    )


def set_reminders(session: Session, actor: Actor, *, member: str, wanted: bool) -> None:
    """The person wants reminders of visits, or no more. Raises NotFound, Forbidden."""
    actor.require("details:state")
    person = find_person(session, actor, member)
    write_own_details(session, person, {"reminders": wanted})
    audit.write(
        session,
        actor,
        "person.set_reminders",
        subject=("person", person.ref),
        after={"reminders": wanted},
    )


def wants_reminders(session: Session, person_id: int) -> bool:
    """Whether a person (any of the cluster) is to be reminded: yes unless the person said no. For
    the job that queues reminders, and asked again when one is sent. One statement."""
    asked = aliased(Person)
    said = session.scalars(
        select(_own_details.c.reminders)
        .join_from(_own_details, _person, _person.c.id == _own_details.c.person_id)
        .join(asked, same_person(asked, _person))
        .where(asked.id == person_id)
        .order_by(_own_details.c.changed_at.desc())
        .limit(1)
    ).first()
    return said is not False


def contact_details_of(session: Session, actor: Actor, *, member: str) -> ContactDetails:
    """How a person is reached, numbers masked. Two statements. Raises NotFound."""
    return contact_details_by(session, find_person(session, actor, member))


def contact_details_by(session: Session, person: PersonRow) -> ContactDetails:
    """Like `contact_details_of`, of a person whom the caller has found by the actor's rights. One
    statement."""
    found = details_of(session, person)
    return ContactDetails(
        mobile=masked_number(found.mobile) if found.mobile else None,
        email=masked_email(found.email) if found.email else None,
        language=found.language,
        reminders=found.reminders,
        said_at=found.said_at,
        mobile_proven=found.mobile_proven,
        email_proven=found.email_proven,
    )


def may_reveal(actor: Actor) -> bool:
    """Whether this role may see whole numbers of others at all: for a page that offers it."""
    return actor.has("personal:reveal")


def may_state_details(actor: Actor) -> bool:
    """Whether this role may say for somebody how they are reached and what they allow: for a page
    that offers it."""
    return actor.has("details:state")


def reveal_contact_details(
    session: Session,
    actor: Actor,
    *,
    member: str,
    purpose: str | None = None,
    viewed: Viewed | None = None,
) -> ContactDetails:
    """How a person is reached, numbers whole: for the person's own eyes, or for a role that may and
    has it on record that it looks (`viewed`). The trail gets a row with the purpose.
    Raises NotFound, Forbidden."""
    person, asked = find_person(session, actor, member), parse_ref(member, "M")
    if asked not in actor.refs("person"):
        actor.require("personal:reveal")
        if viewed is None:
            raise ValueError(f"{asked}: not on record yet")
        viewed.must_cover(asked)
    found = details_of(session, person)
    audit.write(
        session,
        actor,
        "person.reveal",
        subject=("person", person.ref),
        after=["email", "mobile"],
        reason=purpose,
    )
    return found


def details_of(session: Session, person: PersonRow) -> ContactDetails:
    """How a person is reached, numbers whole: for use cases that show them to nobody. One
    statement."""
    asked = aliased(Person)
    row = session.execute(
        select(
            _person.c.mobile,
            _person.c.email,
            _person.c.language,
            _own_details.c.reminders,
            _own_details.c.changed_at,
            proven_at("mobile", _person).label("mobile_proven_at"),
            proven_at("email", _person).label("email_proven_at"),
        )
        .join(asked, stands_for(_person, asked))
        .outerjoin(_own_details, _own_details.c.person_id == asked.id)
        .where(_person.c.id == person.id)
        .order_by(_own_details.c.changed_at.is_(None), _own_details.c.changed_at.desc())
        .limit(1)
    ).one()
    cipher = cipher_of(session)
    return ContactDetails(
        mobile=row.mobile and cipher.unseal("person.mobile", person.ref, row.mobile),
        email=row.email and cipher.unseal("person.email", person.ref, row.email),
        language=row.language,
        reminders=row.reminders is not False,
        said_at=row.changed_at,
        mobile_proven=row.mobile_proven_at is not None,
        email_proven=row.email_proven_at is not None,
    )
