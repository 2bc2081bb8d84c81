"""What is known of who calls, for a page about a member: her contacts, and the agent's newest check
with what may be told by it. And the receipt of that check, for what staff do at a caller's word."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime
from functools import lru_cache

from sqlalchemy import bindparam, func, select
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts import Permission
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.crypto import cipher_of
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import parse_ref
from vipclub.desk.models import CallerCheck
from vipclub.desk.verifying_callers import KNOWN
from vipclub.people import Person, Sight, Viewed
from vipclub.people.emergency_contacts import (
    ContactView,
    EmergencyContact,
    Level,
    Verified,
    acts_on,
    level_on,
)

_CHECK = (
    CallerCheck.outcome,
    CallerCheck.who,
    CallerCheck.contact_id,
    CallerCheck.valid_until,
)


@dataclass(frozen=True, slots=True)
class MayBeTold:
    """What an agent may tell a caller now: how much, whether the caller acts for the member, who it
    is (`member`, `contact`, `other`; empty for nobody verified), by what name, and until when."""

    level: Level
    acts: bool
    who: str
    name: str = field(repr=False)
    until: datetime | None


NOTHING = MayBeTold("nothing", False, "", "", None)


@dataclass(frozen=True, slots=True)
class KnownCallers:
    """A member's contacts, numbers masked, and what may be told to who calls this agent; `seems` is
    the contact with the caller's number, who is not verified by that."""

    contacts: tuple[ContactView, ...]
    told: MayBeTold
    seems: ContactView | None = None


@lru_cache(maxsize=512)
def _known(sight: Sight) -> AnySelect:
    asked, holder, checked = aliased(Person), aliased(Person), aliased(Person)
    newest = (
        select(func.max(CallerCheck.id))
        .join(checked, checked.id == CallerCheck.person_id)
        .where(
            CallerCheck.account_id == bindparam("me", type_=CallerCheck.account_id.type),
            people.same_person(checked, asked),
        )
        .correlate(asked)
        .scalar_subquery()
    )
    return (
        select(
            EmergencyContact.id.label("contact_id_"),
            *people.emergency_contacts.CONTACT_COLUMNS,
            *_CHECK,
        )
        .select_from(asked)
        .join(holder, people.same_person(holder, asked))
        .outerjoin(
            EmergencyContact,
            (EmergencyContact.person_id == holder.id) & EmergencyContact.removed_at.is_(None),
        )
        .outerjoin(CallerCheck, CallerCheck.id == newest)
        .where(asked.public_ref == bindparam("member"), sight.over(asked))
        .order_by(EmergencyContact.id)
    )


def known_callers(
    session: Session,
    actor: Actor,
    *,
    member: str,
    viewed: Viewed,
    about: str | None = None,
    number: str = "",
) -> KnownCallers:
    """The contacts of a member who is looked at, or whose case `about` is, and the agent's check of
    who calls, perhaps from a `number`. One statement. Raises Forbidden."""
    actor.require(Permission.CONTACT_VIEW)
    ref, now = parse_ref(member, "M"), clock.now()
    viewed.must_cover(about or ref)
    values = {**people.values_of(actor), "member": ref, "me": actor.account_id or 0}
    rows = run_built(session, _known(people.sight_of(actor)), values).all()
    cipher, today = cipher_of(session), clock.club_day(now)
    whole = {
        row.contact_id_: people.emergency_contacts.view_of(cipher, row, today, whole=True)
        for row in rows
        if row.contact is not None
    }
    contacts = {
        key: replace(each, phone=people.masked_number(each.phone)) for key, each in whole.items()
    }
    seems = next((contacts[key] for key, each in whole.items() if each.phone == number), None)
    told = _told(rows[0], contacts, now) if rows else NOTHING
    return KnownCallers(tuple(contacts.values()), told, seems)


def _told(row: AnyRow, contacts: dict[int, ContactView], now: datetime) -> MayBeTold:
    """By the newest check, as long as it holds and the contact is one still."""
    if row.valid_until is None or row.valid_until <= now:
        return NOTHING
    if row.who == "other":
        return MayBeTold("nothing", False, "other", "", row.valid_until)
    if row.who == "member":
        return MayBeTold("all", True, "member", "", row.valid_until)
    found = contacts.get(row.contact_id)
    if found is None:
        return NOTHING
    return MayBeTold(found.level, found.delegate, "contact", found.name, row.valid_until)


def verified_caller(session: Session, actor: Actor, *, member: str) -> Verified | None:
    """The receipt of who calls this agent about a member now; None where that isn't known, or not
    any more. Two statements. Raises NotFound."""
    person, now = people.find_person(session, actor, member), clock.now()
    row = session.execute(
        select(
            *_CHECK,
            EmergencyContact.public_ref,
            EmergencyContact.may_be_told,
            EmergencyContact.delegate_until,
            EmergencyContact.removed_at,
        )
        .join(Person, Person.id == CallerCheck.person_id)
        .outerjoin(EmergencyContact, EmergencyContact.id == CallerCheck.contact_id)
        .where(
            CallerCheck.account_id == (actor.account_id or 0),
            people.survivor_of(Person) == person.id,
        )
        .order_by(CallerCheck.id.desc())
        .limit(1)
    ).first()
    if row is None or row.outcome not in KNOWN or row.valid_until <= now:
        return None
    if row.who == "member":
        return Verified(person.id, None, "all", True, row.valid_until)
    if row.removed_at is not None:
        return None
    today, until = clock.club_day(now), row.delegate_until
    level = level_on(today, until, row.may_be_told)
    return Verified(person.id, row.public_ref, level, acts_on(today, until), row.valid_until)
