"""A relationship manager sees the own portfolio and nobody else."""

from __future__ import annotations

from sqlalchemy import select

from tests.small_club import a_small_club
from tests.web.signing_in import an_account, signed_in
from vipclub import people
from vipclub.app import create_app
from vipclub.core.db import Database


def test_a_manager_sees_the_own_members_only(db: Database) -> None:
    club = a_small_club(db)

    def assign(session) -> str:  # type: ignore[no-untyped-def]
        record = session.execute(
            select(people.SourceRecord)
            .join(people.Person, people.Person.id == people.SourceRecord.person_id)
            .where(people.Person.public_ref == club.members[0])
        ).scalar_one()
        record.manager_no = "0042"
        return str(session.get(people.Subsidiary, record.subsidiary_id).code)

    code = db.run(assign)
    an_account(db, "manager", scopes=[("portfolio", f"{code}/0042")])
    page = signed_in(create_app(database=db), "manager").get("/manager/?lang=en")
    assert "1 member in your portfolio" in page.text
    assert club.members[0] in page.text
    assert club.members[1] not in page.text
