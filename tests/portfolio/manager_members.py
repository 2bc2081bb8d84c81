"""Members given to a manager, and names for them."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select, update

from vipclub import people
from vipclub.core.crypto import cipher_of
from vipclub.core.db import Database
from vipclub.people import Person, SourceRecord
from vipclub.people.normal_forms.names import name_key
from vipclub.people.search_keys import mobile_end_index, write_spellings

MANAGER_NUMBER = "0042"
PORTFOLIO = f"LIFE/{MANAGER_NUMBER}"


def give_to_manager(db: Database, *refs: str, number: str = MANAGER_NUMBER) -> None:
    """These members' records name a manager."""

    def change(session: Any) -> None:
        session.execute(
            update(SourceRecord)
            .where(SourceRecord.person_id.in_(_ids(refs)))
            .values(manager_no=number)
        )

    db.run(change)


def name_member(
    db: Database,
    ref: str,
    name: str,
    *,
    mobile: str | None = None,
    email: str | None = None,
    city: str | None = None,
    born: date | None = None,
) -> None:
    """A member's name and what else is said of one, in the person and in the record."""

    def change(session: Any) -> None:
        person = session.execute(select(Person).where(Person.public_ref == ref)).scalar_one()
        record = (
            session.execute(select(SourceRecord).where(SourceRecord.person_id == person.id))
            .scalars()
            .first()
        )
        person.full_name = record.full_name = name
        record.name_key = name_key(name)
        write_spellings(session, [(name_key(name), name)])
        person.city_code = record.city_code = city
        person.birth_date = record.birth_date = born
        cipher = cipher_of(session)
        company = session.get(people.Subsidiary, record.subsidiary_id).code
        row = f"{company}/{record.customer_no}"
        if mobile:
            person.mobile = cipher.seal("person.mobile", ref, mobile)
            record.mobile = cipher.seal("source_record.mobile", row, mobile)
            index = cipher.blind_index("mobile", mobile)
            person.mobile_index = record.mobile_index = index
            record.mobile_end_index = mobile_end_index(cipher, mobile)
        if email:
            person.email = cipher.seal("person.email", ref, email)
            record.email = cipher.seal("source_record.email", row, email)
            person.email_index = record.email_index = cipher.blind_index("email", email.lower())

    db.run(change)


def _ids(refs: tuple[str, ...]) -> Any:
    return select(Person.id).where(Person.public_ref.in_(refs))
