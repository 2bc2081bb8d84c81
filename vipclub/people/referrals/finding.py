"""Referrals and who may know of them: whoever may know of the person, and, as long as the person
agrees, the managers of the company to which the person is referred. The finder is the lock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select, true
from sqlalchemy.orm import Session, aliased

from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import NotFound
from vipclub.core.rows import row_as
from vipclub.core.types import parse_ref
from vipclub.people.clusters import same_person
from vipclub.people.finding import visible_to as persons_visible_to
from vipclub.people.models import Consent, Person, Subsidiary
from vipclub.people.referrals.models import Referral, referral_table


@dataclass(frozen=True, slots=True)
class LockedReferral:
    """A referral under its lock."""

    id: int
    ref: str
    person_id: int
    company: str
    subject: str
    state: str
    made_by: str
    handler: str | None
    answer_by: datetime
    version: int


def companies_of(actor: Actor) -> list[str]:
    """The companies whose relationship manager an actor is."""
    return sorted({ref.partition("/")[0] for ref in actor.refs("portfolio")})


def agrees(person: type[Person]) -> ColumnElement[bool]:
    """Whether a person agrees to sharing in the group: the newest word of each row of the cluster
    says so, and there is one."""

    def newest_says(granted: bool) -> ColumnElement[bool]:
        word, later, spoken_for = aliased(Consent), aliased(Consent), aliased(Person)
        taken_back = select(later.id).where(
            later.person_id == word.person_id,
            later.purpose == "group_sharing",
            later.id > word.id,
        )
        return (
            select(word.id)
            .join(spoken_for, spoken_for.id == word.person_id)
            .where(
                same_person(spoken_for, person),
                word.purpose == "group_sharing",
                word.granted.is_(granted),
                ~taken_back.exists(),
            )
            .exists()
        )

    return newest_says(True) & ~newest_says(False)


def to_own_company(actor: Actor) -> ColumnElement[bool]:
    """Referrals to the companies whose manager the actor is, of persons who agree to it still: a
    consent that is withdrawn takes them away at once."""
    companies = select(Subsidiary.id).where(Subsidiary.code.in_(companies_of(actor)))
    referred = aliased(Person)
    agreed = select(referred.id).where(referred.id == Referral.person_id, agrees(referred))
    return Referral.subsidiary_id.in_(companies) & agreed.exists()


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which referrals an actor may know of."""
    if actor.sees_all:
        return true()
    holder, survivor = aliased(Person), aliased(Person)
    mine = (
        select(holder.id)
        .join(survivor, same_person(survivor, holder))
        .where(persons_visible_to(actor, survivor))
    )
    return or_(Referral.person_id.in_(mine), to_own_company(actor))


def find_referral(session: Session, actor: Actor, ref: str) -> LockedReferral:
    """A referral under its lock until the transaction ends. One statement. Raises MalformedRef,
    NotFound."""
    statement = (
        select(
            Referral.id,
            Referral.public_ref.label("ref"),
            Referral.person_id,
            Subsidiary.code.label("company"),
            Referral.subject,
            Referral.state,
            Referral.made_by,
            Referral.handler,
            Referral.answer_by,
            Referral.version,
        )
        .join(Subsidiary, Subsidiary.id == Referral.subsidiary_id)
        .where(Referral.public_ref == parse_ref(ref, "Z"), visible_to(actor))
    )
    row = session.execute(for_no_key_update(statement, of=referral_table)).first()
    if row is None:
        raise NotFound()
    return row_as(LockedReferral, row)
