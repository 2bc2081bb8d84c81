"""The golden record: each attribute from the source ranked most trusted, then most recent.

Computed, never accumulated: a record that left its person leaves nothing behind. The person's own
word (`contact.py`) stands before all sources.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from vipclub.core.crypto import Cipher, cipher_of
from vipclub.people.models import OwnDetails, Person, SourceRecord, Subsidiary
from vipclub.people.normal_forms.names import is_latin

PLAIN = ("full_name", "sex", "birth_date", "language", "city_code")
SEALED = ("mobile", "email")
_person = Person.__table__
_columns = (
    *PLAIN,
    "surname",
    "given_name",
    "latin_name",
    *SEALED,
    *(f"{name}_index" for name in SEALED),
)
_set = (
    update(_person)  # type: ignore[arg-type]
    .where(_person.c.id == bindparam("row_id"))
    .values({name: bindparam(f"v_{name}", type_=_person.c[name].type) for name in _columns})
)


def first_attributes(
    cipher: Cipher, ref: str, row_name: str, record: Mapping[str, Any]
) -> dict[str, Any]:
    """The columns of a new `Person` from its only record; `ref` is the person's reference,
    `row_name` what the record's fields are sealed with (`SUBSIDIARY/customer_no`)."""
    values = {name: record[name] for name in (*PLAIN, "surname", "given_name")}
    values["latin_name"] = record["full_name"] if is_latin(record["full_name"]) else None
    for name in SEALED:
        sealed = record[name]
        values[f"{name}_index"] = record[f"{name}_index"]
        values[name] = sealed and cipher.seal(
            f"person.{name}", ref, cipher.unseal(f"source_record.{name}", row_name, sealed)
        )
    return {"public_ref": ref, **values}


def renew_clusters(session: Session, person_ids: Sequence[int]) -> None:
    """Compute the golden records of the clusters to which these persons belong, named by
    the ids of any of their rows."""
    if person_ids:
        renew(
            session,
            session.scalars(
                select(Person.survivor_id).where(Person.id.in_(person_ids)).distinct()
            ).all(),
        )


def renew(session: Session, person_ids: Sequence[int]) -> None:
    """Compute the golden records of these survivors from the records of their clusters, and from
    their own words."""
    refs = {
        row.id: row.public_ref
        for row in session.execute(
            select(Person.id, Person.public_ref).where(Person.id.in_(person_ids))
        )
    }
    records: dict[int, list[Any]] = defaultdict(list)
    rows = session.execute(
        select(
            Person.survivor_id,
            Subsidiary.code,
            SourceRecord.customer_no,
            *(SourceRecord.__table__.c[name] for name in (*PLAIN, *SEALED)),
            SourceRecord.surname,
            SourceRecord.given_name,
        )
        .join(SourceRecord, SourceRecord.person_id == Person.id)
        .join(Subsidiary, Subsidiary.id == SourceRecord.subsidiary_id)
        .where(Person.survivor_id.in_(person_ids), SourceRecord.deleted_at.is_(None))
        .order_by(
            Subsidiary.trust_rank,
            SourceRecord.as_of.desc(),
            Subsidiary.code,
            SourceRecord.customer_no,
        )
    )
    for row in rows:
        records[row.survivor_id].append(row)
    cipher = cipher_of(session)
    own = _own_words(session, person_ids)
    changes = [
        {**_attributes(cipher, p, refs[p], found), **_own_values(cipher, refs[p], own.pop(p, ()))}
        for p, found in sorted(records.items())
    ]
    if changes:
        session.connection().execute(_set, changes)
    for person_id, words in sorted(own.items()):  # known by no record: only what was said changes
        values = _own_values(cipher, refs[person_id], words)
        if not values:  # only whether reminders are wanted
            continue
        session.execute(
            update(_person)  # type: ignore[arg-type]
            .where(_person.c.id == person_id)
            .values({name.removeprefix("v_"): value for name, value in values.items()})
        )


def _own_words(session: Session, person_ids: Sequence[int]) -> dict[int, list[Any]]:
    """What the persons of these clusters said themselves, by survivor, the newest first."""
    found: dict[int, list[Any]] = defaultdict(list)
    own = OwnDetails.__table__
    rows = session.execute(
        select(
            Person.survivor_id,
            Person.public_ref,
            own.c.language,
            own.c.mobile,
            own.c.email,
        )
        .join(OwnDetails, OwnDetails.person_id == Person.id)
        .where(Person.survivor_id.in_(person_ids))
        .order_by(own.c.changed_at.desc(), own.c.id.desc())
    )
    for row in rows:
        found[row.survivor_id].append(row)
    return found


def _own_values(cipher: Cipher, ref: str, words: Sequence[Any]) -> dict[str, Any]:
    """The attributes that a person's own words decide."""
    values: dict[str, Any] = {}
    language = next((word.language for word in words if word.language), None)
    if language:
        values["v_language"] = language
    for name in SEALED:
        word = next((word for word in words if getattr(word, name)), None)
        if word is not None:
            plain = cipher.unseal(f"own_details.{name}", word.public_ref, getattr(word, name))
            values[f"v_{name}"] = cipher.seal(f"person.{name}", ref, plain)
            values[f"v_{name}_index"] = cipher.blind_index(name, plain.lower())
    return values


def _attributes(cipher: Cipher, person_id: int, ref: str, records: Sequence[Any]) -> dict[str, Any]:
    values: dict[str, Any] = {"row_id": person_id}
    for name in PLAIN:
        values[f"v_{name}"] = next((getattr(r, name) for r in records if getattr(r, name)), None)
    shown = values["v_full_name"]
    named = next((r for r in records if r.surname and r.full_name == shown), None)
    values["v_surname"] = named.surname if named else None
    values["v_given_name"] = named.given_name if named else None
    values["v_latin_name"] = next((r.full_name for r in records if is_latin(r.full_name)), None)
    for name in SEALED:
        source = next((r for r in records if getattr(r, name)), None)
        if source is None:
            values[f"v_{name}"] = values[f"v_{name}_index"] = None
            continue
        row_name = f"{source.code}/{source.customer_no}"
        plain = cipher.unseal(f"source_record.{name}", row_name, getattr(source, name))
        values[f"v_{name}"] = cipher.seal(f"person.{name}", ref, plain)
        values[f"v_{name}_index"] = cipher.blind_index(name, plain.lower())
    return values
