"""What must be true of all persons: who stands for whom, and that what is sealed of them opens."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from vipclub.core.crypto import FieldDamaged, cipher_of
from vipclub.core.invariants import Broken, Span, in_parts
from vipclub.people.clusters import is_survivor, stands_for
from vipclub.people.models import Person

_survivor = aliased(Person)


def _chained(session: Session, span: Span) -> Iterator[Broken]:
    """Persons for whom somebody stands for whom another one stands."""
    for ref, survivor in session.execute(
        select(Person.public_ref, _survivor.public_ref)
        .join(_survivor, stands_for(_survivor, Person))
        .where(span.of(Person.id), ~is_survivor(_survivor))
    ):
        yield Broken(f"person {ref}", f"{survivor}, who stands for it, is not its own survivor")


def _sealed_for_others(session: Session, span: Span) -> Iterator[Broken]:
    """Persons whose sealed mobile or e-mail doesn't open with the club's keys."""
    cipher = cipher_of(session)
    rows = session.execute(
        select(Person.public_ref, Person.mobile, Person.email).where(
            span.of(Person.id), Person.mobile.is_not(None) | Person.email.is_not(None)
        )
    )
    for ref, mobile, email in rows:
        for name, sealed in (("mobile", mobile), ("email", email)):
            try:
                if sealed is not None:
                    cipher.unseal(f"person.{name}", ref, sealed)
            except FieldDamaged:
                yield Broken(f"person {ref}", f"the {name} doesn't open with the club's keys")


INVARIANTS = (
    in_parts(
        "one survivor",
        "Of the rows that are one person, one stands for all, itself too.",
        over=Person.id,
        broken=_chained,
    ),
    in_parts(
        "sealed contacts",
        "Each person's sealed mobile and e-mail open with the club's keys.",
        over=Person.id,
        broken=_sealed_for_others,
        size=5_000,
    ),
)
