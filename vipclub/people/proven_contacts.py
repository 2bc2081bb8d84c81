"""By which number and address a person is surely reached: those that were proven by a code."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from vipclub.core.crypto import FieldDamaged, cipher_of
from vipclub.people.clusters import same_person, stands_for
from vipclub.people.models import OwnDetails, Person

KINDS = ("mobile", "email")


@dataclass(frozen=True, slots=True)
class ProvenContacts:
    """The number and the address that were proven last; None where none was."""

    mobile: str | None = field(default=None, repr=False)
    email: str | None = field(default=None, repr=False)


def proven_contacts(session: Session, person_id: int) -> ProvenContacts:
    """Of a person (any of the cluster): what was proven, also while a newer word is not. What opens
    with no key is as if it weren't there. One statement."""
    asked, holder = aliased(Person), aliased(Person)
    own = OwnDetails
    rows = session.execute(
        select(
            holder.public_ref,
            own.mobile,
            own.mobile_proven_at,
            own.proven_mobile,
            own.email,
            own.email_proven_at,
            own.proven_email,
        )
        .join(holder, holder.id == own.person_id)
        .join(asked, same_person(asked, holder))
        .where(asked.id == person_id)
        .order_by(own.changed_at.desc(), own.id.desc())
    ).all()
    found = {
        kind: next(filter(None, (_proven(session, row, kind) for row in rows)), None)
        for kind in KINDS
    }
    return ProvenContacts(**found)


def _proven(session: Session, row: Any, kind: str) -> str | None:  # noqa: ANN401
    """What a row has of a kind that was proven."""
    column = kind if getattr(row, f"{kind}_proven_at") is not None else f"proven_{kind}"
    sealed = getattr(row, column)
    if sealed is None:
        return None
    try:
        return cipher_of(session).unseal(f"own_details.{column}", row.public_ref, sealed)
    except FieldDamaged:
        return None


def proven_at(kind: str, person: Any) -> Any:  # noqa: ANN401 - tables and columns of SQLAlchemy
    """Since when the newest own word of a survivor's cluster on its number or address is proven:
    a column for a statement over `person`."""
    own, holder = aliased(OwnDetails), aliased(Person)
    return (
        select(getattr(own, f"{kind}_proven_at"))
        .join(holder, holder.id == own.person_id)
        .where(stands_for(person, holder), getattr(own, kind).is_not(None))
        .order_by(own.changed_at.desc(), own.id.desc())
        .limit(1)
        .correlate(person)
        .scalar_subquery()
    )
