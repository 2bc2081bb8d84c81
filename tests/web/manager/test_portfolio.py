"""A relationship manager sees the own portfolio and nobody else."""

from __future__ import annotations

from sqlalchemy import select

from tests.cast import a_thread
from tests.web.staff import an_account, signed_in
from vipclub import people
from vipclub.app import create_app
from vipclub.core.db import Database


def test_a_manager_sees_the_own_members_only(db: Database) -> None:
    thread = a_thread(db)

    def assign(session) -> str:  # type: ignore[no-untyped-def]
        record = session.execute(
            select(people.SourceRecord)
            .join(people.Person, people.Person.id == people.SourceRecord.person_id)
            .where(people.Person.public_ref == thread.members[0])
        ).scalar_one()
        record.manager_no = "0042"
        return str(session.get(people.Subsidiary, record.subsidiary_id).code)

    code = db.run(assign)
    an_account(db, "manager", scopes=[("portfolio", f"{code}/0042")])
    page = signed_in(create_app(database=db), "manager").get("/manager/?lang=en")
    assert "1 member in your portfolio" in page.text
    assert thread.members[0] in page.text
    assert thread.members[1] not in page.text
