"""A look at somebody whole is on record first, and the receipt is for that person alone."""

from __future__ import annotations

import pytest
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.cast import sun, wu
from tests.portfolio.manager_members import PORTFOLIO, give_to_manager
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from vipclub import people
from vipclub.core.audit import COVERED, AuditRow, row_mac
from vipclub.core.crypto import cipher_of
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, NotFound
from vipclub.people import Person, Viewed


@pytest.fixture
def club(db: Database) -> SmallClub:
    made = a_small_club(db)
    give_to_manager(db, made.members[0])
    return made


def views(db: Database) -> list[AuditRow]:
    with db.read() as session:
        asked = select(AuditRow).where(AuditRow.action == "member.view").order_by(AuditRow.id)
        return list(session.scalars(asked))


@pytest.mark.promise("P35")
def test_a_look_is_one_signed_row_and_its_receipt(db: Database, club: SmallClub) -> None:
    lin = club.members[0]
    with statements(exactly=1):
        viewed = db.run(people.record_view, wu(PORTFOLIO), member=lin.lower(), page="show")
    (row,) = views(db)
    assert viewed == Viewed(frozenset({lin}), "show", row.at)
    assert (row.actor_kind, row.subject_ref, row.after) == ("manager", lin, '"show"')
    with db.read() as session:
        said = {name: getattr(row, name) for name in COVERED}
        assert row_mac(cipher_of(session), said) == bytes(row.mac)


def test_who_is_not_in_sight_is_not_found_and_leaves_no_row(db: Database, club: SmallClub) -> None:
    lin, stranger = club.members[:2]
    for actor, ref in ((wu(PORTFOLIO), stranger), (club.chen, lin)):
        with pytest.raises(NotFound):
            db.run(people.record_view, actor, member=ref, page="show")
    with pytest.raises(Forbidden):
        db.run(people.record_view, club.he, member=lin, page="show")
    assert views(db) == []


def test_a_receipt_opens_no_other_person(db: Database, club: SmallClub) -> None:
    lin, other = club.members[:2]
    viewed = db.run(people.record_view, sun(), member=lin, page="show")
    with db.read() as session:
        assert people.person_with_records(session, sun(), lin, viewed=viewed).person.ref == lin
        with pytest.raises(ValueError, match="on record"):
            people.person_with_records(session, sun(), other, viewed=viewed)
    for receipt in (viewed, None):
        with pytest.raises(ValueError, match="on record"):
            db.run(people.reveal_contact_details, sun(), member=other, viewed=receipt)


def test_one_s_own_number_needs_no_receipt(db: Database, club: SmallClub) -> None:
    whole = db.run(people.reveal_contact_details, club.lin, member=club.members[0])
    assert whole.reminders
    assert views(db) == []


def test_who_turned_out_to_be_somebody_else_is_looked_at_by_either_reference(
    db: Database, club: SmallClub
) -> None:
    lin, other = club.members[:2]

    def merge(session: Session) -> None:
        kept = select(Person.id).where(Person.public_ref == lin).scalar_subquery()
        session.execute(update(Person).where(Person.public_ref == other).values(survivor_id=kept))

    db.run(merge)
    viewed = db.run(people.record_view, wu(PORTFOLIO), member=other, page="show")
    with db.read() as session:
        found = people.person_with_records(session, wu(PORTFOLIO), other, viewed=viewed)
    assert found.person.ref == lin
    assert viewed.refs == {other}
