"""How a person is reached: the own word wins over the sources, is masked, and leaves a trail."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from tests.cast import CLUB_ACTOR, sun
from tests.people.feeds.sending_files import LIN_ROW, Group
from tests.small_club import SmallClub, a_small_club
from vipclub import people
from vipclub.core.audit import AuditRow
from vipclub.core.crypto import cipher_of
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, Malformed, NotFound
from vipclub.people import golden_record
from vipclub.people.models import OwnDetails, Person

PERSONS = select(Person.public_ref, Person.id)


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


def actions(db: Database, action: str) -> int:
    with db.read() as session:
        return int(
            session.scalar(select(func.count()).where(AuditRow.action == action))  # type: ignore[arg-type]
        )


def test_the_own_word_wins_over_the_sources_and_stays_after_a_delivery(
    db: Database, club: SmallClub
) -> None:
    member = club.members[0]
    db.run(
        people.change_contact_details,
        club.lin,
        member=member,
        language="zh-Hant",
        mobile="+852 9123 4567",
        email="Lin@Mail.example",
    )
    with db.read() as session:
        person_id = session.scalar(select(Person.id).where(Person.public_ref == member))
    assert person_id
    db.run(golden_record.renew, [person_id])
    with db.read() as session:
        row = session.execute(select(Person).where(Person.id == person_id)).scalar_one()
        assert row.language == "zh-Hant"
        assert row.email
        assert row.mobile
        assert cipher_of(session).unseal("person.email", member, row.email) == "Lin@mail.example"
        assert people.find_by_phone(session, "+852 9123 4567") == person_id


@pytest.mark.promise("P35")
def test_numbers_are_masked_until_they_are_revealed_and_that_is_noted(
    db: Database, club: SmallClub
) -> None:
    member = club.members[0]
    db.run(people.change_contact_details, club.lin, member=member, mobile="13800138000")
    with db.read() as session:
        shown = people.contact_details_of(session, club.lin, member=member)
    assert shown.mobile == "+86 *******8000"
    whole = db.run(people.reveal_contact_details, club.lin, member=member)
    assert whole.mobile == "+8613800138000"
    assert actions(db, "person.reveal") == 1
    assert "13800138000" not in repr(whole)


def test_what_can_t_be_reached_is_refused_and_nothing_changes(
    db: Database, club: SmallClub
) -> None:
    for wrong in ({"mobile": "12"}, {"email": "nobody"}):
        with pytest.raises(people.DetailUnreadable):
            db.run(people.change_contact_details, club.lin, member=club.members[0], **wrong)
    with pytest.raises(Malformed):
        db.run(people.change_contact_details, club.lin, member=club.members[0], language="fr")
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(OwnDetails)) == 0


def test_nobody_speaks_for_another(db: Database, club: SmallClub) -> None:
    with pytest.raises(NotFound):
        db.run(people.change_contact_details, club.chen, member=club.members[0], language="en")
    with pytest.raises(NotFound):
        db.run(people.reveal_contact_details, club.chen, member=club.members[0])
    with pytest.raises(Forbidden):
        db.run(people.change_contact_details, club.he, member=club.members[0], language="en")
    viewed = db.run(people.record_view, sun(), member=club.members[0], page="reveal")
    whole = db.run(people.reveal_contact_details, sun(), member=club.members[0], viewed=viewed)
    assert whole.mobile is None


def test_reminders_are_wanted_until_somebody_says_no(db: Database, club: SmallClub) -> None:
    with db.read() as session:
        person_id = people.find_person(session, club.lin, club.members[0]).id
        assert people.wants_reminders(session, person_id)
    db.run(people.set_reminders, club.lin, member=club.members[0], wanted=False)
    with db.read() as session:
        assert not people.wants_reminders(session, person_id)
        shown = people.contact_details_of(session, club.lin, member=club.members[0])
    assert shown.reminders is False


def test_who_is_no_customer_any_more_and_only_chose_reminders_stops_no_delivery(
    group: Group,
) -> None:
    group.send(LIN_ROW)
    ref = group.ref_of("LIFE", "L1")
    group.db.run(people.set_reminders, CLUB_ACTOR, member=ref, wanted=False)
    group.send({**LIN_ROW, "op": "D"})
    assert group.record("LIFE", "L1").deleted_at is not None
    assert group.person("LIFE", "L1").full_name == LIN_ROW["full_name"]


@pytest.mark.promise("P18")
def test_what_was_said_while_two_were_taken_for_one_stays_with_the_one_who_said_it(
    db: Database, club: SmallClub
) -> None:
    elder, later = club.members[:2]

    def ids(session: Session) -> tuple[int, int]:
        found = {row.public_ref: row.id for row in session.execute(PERSONS)}
        return found[elder], found[later]

    def stand_for(session: Session, survivor: int) -> None:
        one = update(Person).where(Person.public_ref == later)
        session.execute(one.values(survivor_id=survivor))
        golden_record.renew(session, sorted(set(ids(session))))

    with db.read() as session:
        first, second = ids(session)
    db.run(people.set_reminders, club.lin, member=elder, wanted=False)
    db.run(stand_for, first)
    db.run(people.change_contact_details, club.chen, member=later, email="chen@mail.example")
    with db.read() as session:
        shown = people.contact_details_of(session, club.lin, member=elder)
        assert (shown.email, shown.reminders) == ("c**n@mail.example", False)
        assert not people.wants_reminders(session, second)
    db.run(stand_for, second)
    with db.read() as session:
        assert people.contact_details_of(session, club.lin, member=elder).email is None
        shown = people.contact_details_of(session, club.chen, member=later)
        assert shown.email == "c**n@mail.example"
