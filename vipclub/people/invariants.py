"""What must be true of all persons: who stands for whom, and that what is sealed of them opens."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from vipclub.core.crypto import FieldDamaged, cipher_of
from vipclub.core.invariants import Broken, Span, in_parts
from vipclub.people.clusters import is_survivor, stands_for
from vipclub.people.models import FamilyTie, Person, SourceRecord
from vipclub.people.normal_forms.names import name_key
from vipclub.people.search_keys import missing_spellings, without_keys

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


def _not_findable(session: Session, span: Span) -> Iterator[Broken]:
    """Records that aren't found by all that they should be found by."""
    for record, problem in without_keys(session, span.of(SourceRecord.id)):
        yield Broken(f"record {record}", problem)


def _relatives_not_findable(session: Session, span: Span) -> Iterator[Broken]:
    """Relatives who aren't found by their names."""
    rows = session.execute(
        select(FamilyTie.name_key, Person.public_ref, Person.full_name)
        .join(Person, Person.id == FamilyTie.relative_id)
        .where(span.of(FamilyTie.id))
    ).all()
    names = [(row.name_key, row.full_name) for row in rows]
    missing = missing_spellings(session, names, of_relatives=True)
    for row in rows:
        if row.name_key != name_key(row.full_name):
            yield Broken(f"person {row.public_ref}", "the relative isn't found by the name")
        elif row.name_key in missing:
            problem = f"the relative isn't found as {missing[row.name_key]}"
            yield Broken(f"person {row.public_ref}", problem)


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
    in_parts(
        "findable records",
        "Each record is found by every spelling of its name and by its number's last four digits.",
        over=SourceRecord.id,
        broken=_not_findable,
        size=5_000,
    ),
    in_parts(
        "findable relatives",
        "Each relative is found by every spelling of the name.",
        over=FamilyTie.id,
        broken=_relatives_not_findable,
        size=5_000,
    ),
)
