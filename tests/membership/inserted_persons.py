"""Persons with source records, written at once: the fast path past the feed."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from tests.cast import CLUB_ACTOR
from vipclub.core import clock
from vipclub.core.db import Database, new_ids
from vipclub.core.many_rows import write_rows
from vipclub.core.types import new_ref
from vipclub.membership import load_policy
from vipclub.people import Person, SourceRecord, Subsidiary


def subsidiary_row(code: str) -> dict[str, Any]:
    """A subsidiary as a row, whatever the columns that need a value."""
    return {"code": code}


def subsidiary_ids(session: Session, *codes: str) -> dict[str, int]:
    """Subsidiaries by code, made where they are missing."""
    there = dict(session.execute(select(Subsidiary.code, Subsidiary.id)).all())
    for code in codes:
        if code not in there:
            there[code] = session.execute(
                insert(Subsidiary).values(**subsidiary_row(code)).returning(Subsidiary.id)
            ).scalar_one()
    return there


def source_record(
    subsidiary: str = "LIFE",
    *,
    value: int = 0,
    contribution: int = 0,
    since: date | None = None,
    grade: str | None = None,
    currency: str = "CNY",
) -> dict[str, Any]:
    """What a subsidiary says; amounts in whole units."""
    return {
        "subsidiary": subsidiary,
        "value_minor": value * 100,
        "contribution_minor": contribution * 100,
        "customer_since": since,
        "vip_grade": grade,
        "currency": currency,
    }


def insert_persons(session: Session, *persons: list[dict[str, Any]]) -> list[str]:
    """A person for each list of records; gives the references."""
    codes = {r["subsidiary"] for records in persons for r in records}
    ids = subsidiary_ids(session, *sorted(codes))
    refs = []
    for records in persons:
        ref = new_ref("M")
        person = Person(public_ref=ref, full_name="Lin Xiaoyu", created_at=clock.now())
        person_id = insert_person(session, person)
        refs.append(ref)
        for row in records:
            insert_record(session, person_id, ids[row["subsidiary"]], row)
    return refs


def insert_many_persons(session: Session, *values: int) -> None:
    """Persons with a record each, of these values in whole units: for clubs of many."""
    company = subsidiary_ids(session, "LIFE")["LIFE"]
    ids, now = new_ids(session, "person", len(values)), clock.now()
    persons = [(one, one, new_ref("M"), "Lin Xiaoyu", now) for one in ids]
    columns = ("id", "survivor_id", "public_ref", "full_name", "created_at")
    write_rows(session, Person.__table__, columns, persons)
    records = [
        (company, new_ref("X"), one, "Lin Xiaoyu", value * 100)
        for one, value in zip(ids, values, strict=True)
    ]
    columns = ("subsidiary_id", "customer_no", "person_id", "full_name", "value_minor")
    write_rows(session, SourceRecord.__table__, columns, records)


def insert_person(session: Session, person: Person) -> int:
    """A person who is nobody else."""
    (person.id,) = new_ids(session, "person", 1)
    person.survivor_id = person.id
    session.add(person)
    session.flush()
    return person.id


def insert_record(
    session: Session, person_id: int, subsidiary_id: int, row: dict[str, Any]
) -> None:
    """One more record of a person."""
    data = {name: value for name, value in row.items() if name != "subsidiary"}
    session.add(
        SourceRecord(
            subsidiary_id=subsidiary_id,
            customer_no=new_ref("X"),
            full_name="Lin Xiaoyu",
            person_id=person_id,
            **data,
        )
    )
    session.flush()


def persons_under_policy(
    db: Database, *persons: list[dict[str, Any]], policy: str | None = None
) -> list[str]:
    """A tier policy in force, and persons."""
    db.run(load_policy, CLUB_ACTOR, text=policy)
    refs: list[str] = db.run(insert_persons, *persons)
    return refs


def set_value_of_records(session: Session, ref: str, value: int) -> None:
    """A person's records say another value now."""
    person_id = session.execute(select(Person.id).where(Person.public_ref == ref)).scalar_one()
    records = session.execute(
        select(SourceRecord).where(SourceRecord.person_id == person_id)
    ).scalars()
    for row in records:
        row.value_minor = value * 100
    session.flush()


def person_id_of(db: Database, ref: str) -> int:
    """The id inside of a reference."""
    with db.read() as session:
        return session.execute(select(Person.id).where(Person.public_ref == ref)).scalar_one()
