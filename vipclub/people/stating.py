"""A person's own word: contact details, language, reminders, consents. It wins over what
subsidiaries send, and it is the newest word that counts.

Nobody is shown a number unmasked before the trail has a row about it (`reveal_details`).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session, aliased

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.db import insert_ignore
from vipclub.core.errors import Malformed
from vipclub.core.facts import record
from vipclub.core.i18n import language_of
from vipclub.core.types import parse_ref
from vipclub.people import golden
from vipclub.people.clusters import cluster_of, same_person, stands_for, survivor_of
from vipclub.people.facts import DetailsChanged
from vipclub.people.finding import PersonRow, find_person
from vipclub.people.models import Consent, OwnDetails, Person
from vipclub.people.reading import values
from vipclub.people.refusals import DetailUnreadable
from vipclub.people.viewing import Viewed

PURPOSES = ("group_sharing", "partner_sharing", "health", "cross_border", "marketing")
OWN_PURPOSES = frozenset(PURPOSES) - {"group_sharing"}
"""What a member grants and withdraws by a tap. Sharing in the group splits records that are one
person today, with what hangs on them: that is done on the phone, with somebody who explains it."""
OWN_WORD = "own word"
"""The source of a consent that the person gave here."""

_own: Any = OwnDetails.__table__
_person: Any = Person.__table__


@dataclass(frozen=True, slots=True)
class ContactDetails:
    """How a person is reached; numbers masked or whole, as the function says that made it."""

    mobile: str | None = field(repr=False)
    email: str | None = field(repr=False)
    language: str | None
    reminders: bool
    said_at: datetime | None


@dataclass(frozen=True, slots=True)
class ConsentView:
    """A person's word on a purpose as it stands: from whom and when. `granted` None: never asked.
    In a cluster the stricter word of its records wins."""

    purpose: str
    granted: bool | None
    source: str
    at: datetime | None


def state_details(
    session: Session,
    actor: Actor,
    *,
    member: str,
    language: str | None = None,
    mobile: str | None = None,
    email: str | None = None,
) -> None:
    """The person's own language, mobile number or e-mail address; what is not named stays. Raises
    NotFound, Forbidden, Malformed and DetailUnreadable."""
    actor.require("details:state")
    person, own = find_person(session, actor, member), parse_ref(member, "M")
    said: dict[str, Any] = {}
    if language is not None:
        if language_of(language) is None:
            raise Malformed("language")
        said["language"] = language
    cipher = cipher_of(session)
    for name, text, reader in (("mobile", mobile, values.mobile), ("email", email, values.email)):
        if text is None:
            continue
        plain = _readable(name, text, reader)
        said[name] = cipher.seal(f"own_details.{name}", own, plain)
        said[f"{name}_index"] = cipher.blind_index(name, plain.lower())
    if not said:
        return
    before = _details(session, person).email
    _say(session, person, said)
    golden.renew(session, [person.id])
    names = sorted(name for name in said if not name.endswith("_index"))
    audit.write(session, actor, "person.state_details", subject=("person", person.ref), after=names)
    what = tuple(name for name in ("mobile", "email") if name in said)
    if what:
        changed = DetailsChanged(person.id, person.ref, what, before, clock.now())
        record(session, changed)


def _readable(name: str, text: str, reader: Callable[[str], str]) -> str:
    try:
        plain = reader(text)
    except values.BadValue as bad:
        raise DetailUnreadable(field=name, reason=str(bad)) from None
    return plain


def _say(session: Session, person: PersonRow, said: dict[str, Any]) -> None:
    """Into the row of the very person who was named, not of the cluster's survivor: should the two
    turn out not to be one, each keeps the own word. The wish for reminders is the cluster's."""
    now = clock.now()
    said = {"reminders": wants_reminders(session, person.id), **said}
    first = {"person_id": person.asked_id, "changed_at": now, **said}
    if insert_ignore(session, _own, first, conflict=["person_id"]):
        return
    session.execute(
        update(_own)
        .where(_own.c.person_id == person.asked_id)
        .values(**said, changed_at=now)
        .execution_options(synchronize_session=False)
    )


def set_reminders(session: Session, actor: Actor, *, member: str, wanted: bool) -> None:
    """Whether the person is reminded of visits. Raises NotFound, Forbidden."""
    actor.require("details:state")
    person = find_person(session, actor, member)
    _say(session, person, {"reminders": wanted})
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
        select(_own.c.reminders)
        .join_from(_own, _person, _person.c.id == _own.c.person_id)
        .join(asked, same_person(asked, _person))
        .where(asked.id == person_id)
        .order_by(_own.c.changed_at.desc())
        .limit(1)
    ).first()
    return said is not False


def details_of(session: Session, actor: Actor, *, member: str) -> ContactDetails:
    """Masked. Two statements. Raises NotFound."""
    person = find_person(session, actor, member)
    found = _details(session, person)
    return ContactDetails(
        mobile=masked_number(found.mobile) if found.mobile else None,
        email=masked_email(found.email) if found.email else None,
        language=found.language,
        reminders=found.reminders,
        said_at=found.said_at,
    )


def may_reveal(actor: Actor) -> bool:
    """Whether whole numbers are for this role at all; each look has its purpose on record."""
    return actor.has("personal:reveal")


def reveal_details(
    session: Session,
    actor: Actor,
    *,
    member: str,
    purpose: str | None = None,
    viewed: Viewed | None = None,
) -> ContactDetails:
    """Whole, for the person's own eyes or for a role that may and has it on record that it looks
    at the person: and the trail says so, with the purpose. Raises NotFound, Forbidden."""
    person, asked = find_person(session, actor, member), parse_ref(member, "M")
    if asked not in actor.refs("person"):
        actor.require("personal:reveal")
        if viewed is None:
            raise ValueError(f"{asked}: not on record yet")
        viewed.must_cover(asked)
    found = _details(session, person)
    audit.write(
        session,
        actor,
        "person.reveal",
        subject=("person", person.ref),
        after=["email", "mobile"],
        reason=purpose,
    )
    return found


def _details(session: Session, person: PersonRow) -> ContactDetails:
    asked = aliased(Person)
    row = session.execute(
        select(
            _person.c.mobile,
            _person.c.email,
            _person.c.language,
            _own.c.reminders,
            _own.c.changed_at,
        )
        .join(asked, stands_for(_person, asked))
        .outerjoin(_own, _own.c.person_id == asked.id)
        .where(_person.c.id == person.id)
        .order_by(_own.c.changed_at.is_(None), _own.c.changed_at.desc())
        .limit(1)
    ).one()
    cipher = cipher_of(session)
    return ContactDetails(
        mobile=row.mobile and cipher.unseal("person.mobile", person.ref, row.mobile),
        email=row.email and cipher.unseal("person.email", person.ref, row.email),
        language=row.language,
        reminders=row.reminders is not False,
        said_at=row.changed_at,
    )


def masked_number(number: str) -> str:
    """Enough to know one's own number by.

    >>> masked_number("+8613800138000"), masked_number("+85291234567")
    ('+86 *******8000', '+852 ****4567')
    """
    code = next((c for c in ("+86", "+852", "+853", "+886") if number.startswith(c)), number[:2])
    rest = number[len(code) :]
    return f"{code} {'*' * max(len(rest) - 4, 0)}{rest[-4:]}"


def masked_email(address: str) -> str:
    """Enough to know one's own address by.

    >>> masked_email("lin.xiaoyu@mail.example"), masked_email("li@mail.example")
    ('l********u@mail.example', 'l*@mail.example')
    """
    local, _, domain = address.rpartition("@")
    shown = local[:1] + "*" * max(len(local) - 2, 1) + (local[-1:] if len(local) > 2 else "")
    return f"{shown}@{domain}"


def consents_of(session: Session, actor: Actor, *, member: str) -> list[ConsentView]:
    """Each purpose with the word that counts, in one order. Two statements. Raises NotFound."""
    person = find_person(session, actor, member)
    rows = session.execute(
        select(Consent.person_id, Consent.purpose, Consent.granted, Consent.source, Consent.at)
        .join(Person, Person.id == Consent.person_id)
        .where(survivor_of(Person) == person.id)
        .order_by(Consent.id)
    ).all()
    newest = {(row.person_id, row.purpose): row for row in rows}
    found = []
    for purpose in PURPOSES:
        words = [row for (_, about), row in newest.items() if about == purpose]
        if not words:
            found.append(ConsentView(purpose, None, "", None))
            continue
        row = min(words, key=lambda word: (word.granted, -word.at.timestamp()))
        found.append(ConsentView(purpose, row.granted, row.source, row.at))
    return found


def say_consent(
    session: Session, actor: Actor, *, member: str, purpose: str, granted: bool
) -> None:
    """The person grants or withdraws a consent: a new row for each record's person, so that it is
    the newest word of all. Raises NotFound, Forbidden and Malformed."""
    actor.require("details:state")
    if purpose not in OWN_PURPOSES:
        raise Malformed("purpose")
    person = find_person(session, actor, member)
    now = clock.now()
    cluster = session.scalars(cluster_of(person.id).order_by(Person.id)).all()
    session.execute(
        insert(Consent),
        [
            {
                "person_id": person_id,
                "purpose": purpose,
                "granted": granted,
                "source": OWN_WORD,
                "at": now,
            }
            for person_id in cluster
        ],
    )
    audit.write(
        session,
        actor,
        "person.consent",
        subject=("person", person.ref),
        after={"purpose": purpose, "granted": granted},
    )
