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
from vipclub.core.query_plans import by_index
from vipclub.core.value_lists import among
from vipclub.people.models import OwnDetails, Person, SourceRecord, Subsidiary
from vipclub.people.normal_forms.names import is_latin

PLAIN = ("full_name", "sex", "birth_date", "language", "city_code")
SEALED = ("mobile", "email")
_FROM_RECORD = (*PLAIN, "surname", "given_name")
_SEALED_PAIRS = ("mobile", "mobile_index", "email", "email_index")
FIRST = ("public_ref", *_FROM_RECORD, "latin_name", *_SEALED_PAIRS)
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
) -> tuple[object, ...]:
    """The values of the columns FIRST for a new `Person` from its only record; `ref` is the
    person's reference, `row_name` what the record's fields are sealed with
    (`SUBSIDIARY/customer_no`)."""
    full_name = record["full_name"]
    sealed = []
    for name in SEALED:
        kept = record[name]
        if kept:
            kept = cipher.seal(
                f"person.{name}", ref, cipher.unseal(f"source_record.{name}", row_name, kept)
            )
        sealed += [kept, record[f"{name}_index"]]
    return (
        ref,
        *[record[name] for name in _FROM_RECORD],
        full_name if is_latin(full_name) else None,
        *sealed,
    )


def renew_clusters(session: Session, person_ids: Sequence[int]) -> None:
    """Compute the golden records of the clusters to which these persons belong, named by
    the ids of any of their rows."""
    if person_ids:
        renew(
            session,
            session.scalars(
                select(Person.survivor_id).where(among(Person.id, person_ids)).distinct()
            ).all(),
        )


def renew(session: Session, person_ids: Sequence[int]) -> None:
    """Compute the golden records of these survivors from the records of their clusters, and from
    their own words."""
    by_index(session)
    before = {
        row.id: row
        for row in session.execute(
            select(
                _person.c.id, _person.c.public_ref, *(_person.c[name] for name in _columns)
            ).where(among(_person.c.id, person_ids))
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
        .where(among(Person.survivor_id, person_ids), SourceRecord.deleted_at.is_(None))
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
    changes = []
    for person_id, found in sorted(records.items()):
        now = before[person_id]
        values = _attributes(cipher, now, found)
        values |= _own_values(cipher, now.public_ref, own.pop(person_id, ()))
        if any(values[f"v_{name}"] != getattr(now, name) for name in _columns):
            changes.append(values)
    if changes:
        session.connection().execute(_set, changes)
    for person_id, words in sorted(own.items()):  # known by no record: only what was said changes
        values = _own_values(cipher, before[person_id].public_ref, words)
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
        .where(among(Person.survivor_id, person_ids))
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


def _attributes(cipher: Cipher, now: Any, records: Sequence[Any]) -> dict[str, Any]:  # noqa: ANN401
    """What the records say, the most trusted first; `now` is the person's row. What is sealed in it
    already and says the same stays as it is."""
    values: dict[str, Any] = {"row_id": now.id}
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
        kept = getattr(now, name)
        if kept and cipher.unseal(f"person.{name}", now.public_ref, kept) == plain:
            values[f"v_{name}"] = kept
            values[f"v_{name}_index"] = getattr(now, f"{name}_index")
            continue
        values[f"v_{name}"] = cipher.seal(f"person.{name}", now.public_ref, plain)
        values[f"v_{name}_index"] = cipher.blind_index(name, plain.lower())
    return values
