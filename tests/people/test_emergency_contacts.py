"""Whom the club may tell of a member, and who acts for her: named by her alone, told to her at each
change, over with the day that she set."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from tests.cast import CLUB_ACTOR, gao, member_actor, sun, wu
from tests.people.contacts_named import WEI, a_contact, given, letters_of
from tests.people.feeds.sending_files import LIN_ROW, Group
from tests.small_club import SmallClub, a_small_club
from vipclub import accounts, people
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, IllegalTransition, NotFound
from vipclub.core.outbox import OutboxRow
from vipclub.people.emergency_contacts import ContactView, EmergencyContact, Verified, ending
from vipclub.people.refusals import ContactsFull


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


def own(db: Database, club: SmallClub) -> list[ContactView]:
    with db.read() as session:
        return people.emergency_contacts.own_contacts(session, club.lin, member=club.members[0])


def auditor() -> Actor:
    return Actor(
        kind="auditor",
        account_ref="U-audit",
        permissions=accounts.permissions_of("auditor"),
        scopes=frozenset({("all", "*")}),
    )


def heard(db: Database, club: SmallClub, *, who: int = 0, **said: Any) -> Verified:
    """The receipt that a member calls, as the desk makes it."""
    with db.read() as session:
        person = people.find_person(session, CLUB_ACTOR, club.members[who])
    usual = {"contact": None, "level": "all", "acts": True}
    until = clock.now() + timedelta(minutes=30)
    return Verified(**{"person_id": person.id, "until": until, **usual, **said})


def test_a_contact_is_kept_as_she_says_and_its_number_lies_sealed(
    db: Database, club: SmallClub
) -> None:
    ref = a_contact(db, club.lin, club.members[0], name="  周\u200b巍 ", may_be_told="state")
    (shown,) = own(db, club)
    assert (shown.ref, shown.name, shown.phone) == (ref, "周巍", "+33612345678")
    assert (shown.level, shown.delegate) == ("state", False)
    assert "周巍" not in repr(shown)
    assert "12345678" not in repr(shown)
    with db.read() as session:
        row = session.execute(select(EmergencyContact)).scalar_one()
        assert b"336" not in bytes(row.phone)
        assert row.phone_index == cipher_of(session).blind_index("mobile", "+33612345678")


def test_nothing_may_be_told_unless_she_says_so(db: Database, club: SmallClub) -> None:
    a_contact(db, club.lin, club.members[0])
    assert own(db, club)[0].level == "nothing"


@pytest.mark.parametrize(
    ("rule", "wrong"),
    [
        ("name", {"name": "  "}),
        ("name", {"name": "x" * 121}),
        ("relation", {"relation": "boss"}),
        ("phone", {"phone": "12"}),
        ("phone", {"phone": ""}),
        ("language", {"language": "fr"}),
        ("may_be_told", {"may_be_told": "some"}),
    ],
)
def test_what_can_t_be_kept_is_refused_by_name(
    db: Database, club: SmallClub, rule: str, wrong: dict[str, str]
) -> None:
    with pytest.raises(people.ContactNotAccepted) as refused:
        a_contact(db, club.lin, club.members[0], **wrong)
    assert refused.value.data == {"rule": rule}
    assert own(db, club) == []


def test_the_last_day_of_a_delegate_lies_ahead(db: Database, club: SmallClub) -> None:
    today = clock.club_today()
    for days in (-1, 732):
        with pytest.raises(people.ContactNotAccepted):
            a_contact(db, club.lin, club.members[0], delegate_until=today + timedelta(days=days))
    a_contact(db, club.lin, club.members[0], delegate_until=today)
    (shown,) = own(db, club)
    assert (shown.delegate, shown.level) == (True, "all"), "that day included"


def test_six_are_enough(db: Database, club: SmallClub) -> None:
    refs = [a_contact(db, club.lin, club.members[0]) for _ in range(6)]
    with pytest.raises(ContactsFull):
        a_contact(db, club.lin, club.members[0])
    db.run(
        people.emergency_contacts.remove_contact, club.lin, member=club.members[0], contact=refs[0]
    )
    a_contact(db, club.lin, club.members[0])
    assert len(own(db, club)) == 6


def test_a_change_keeps_the_number_that_isn_t_said_anew(db: Database, club: SmallClub) -> None:
    ref = a_contact(db, club.lin, club.members[0])
    changed = given(phone="", may_be_told="all", relation="sibling")
    db.run(
        people.emergency_contacts.change_contact,
        club.lin,
        member=club.members[0],
        contact=ref,
        given=changed,
    )
    (shown,) = own(db, club)
    assert (shown.phone, shown.level, shown.relation) == ("+33612345678", "all", "sibling")
    db.run(people.emergency_contacts.remove_contact, club.lin, member=club.members[0], contact=ref)
    assert own(db, club) == []
    for use_case, more in (
        (people.emergency_contacts.change_contact, {"given": changed}),
        (people.emergency_contacts.remove_contact, {}),
    ):
        with pytest.raises(NotFound):
            db.run(use_case, club.lin, member=club.members[0], contact=ref, **more)


def test_she_is_told_of_every_change_whoever_makes_it(db: Database, club: SmallClub) -> None:
    ref = a_contact(db, club.lin, club.members[0])
    db.run(
        people.emergency_contacts.change_contact, sun(), member=club.members[0], contact=ref,
        given=given(may_be_told="all"), heard=heard(db, club),
    )  # fmt: skip
    db.run(people.emergency_contacts.remove_contact, club.lin, member=club.members[0], contact=ref)
    assert letters_of(db, "contacts-changed") == ["contacts-changed"] * 3
    with db.read() as session:
        told = [row.payload for row in session.scalars(select(OutboxRow))]
        trail = session.execute(
            text("SELECT action, after FROM audit WHERE action LIKE 'contact.%' ORDER BY id")
        ).all()
    assert [row["data"]["change"] for row in told] == ["add", "change", "remove"]
    assert [row.action for row in trail] == ["contact.add", "contact.change", "contact.remove"]
    assert all("周" not in str(row) and "12345678" not in str(row) for row in (*told, *trail))


def test_staff_change_them_at_her_own_word_alone(db: Database, club: SmallClub) -> None:
    lin, later = club.members[0], clock.now() - timedelta(seconds=1)
    for receipt in (
        None,
        heard(db, club, who=1),
        heard(db, club, contact="G-00000-00000-0", level="all", acts=True),
        heard(db, club, until=later),
    ):
        with pytest.raises(people.CallerNotVerified):
            db.run(
                people.emergency_contacts.add_contact,
                sun(),
                member=lin,
                given=given(),
                heard=receipt,
            )
    db.run(
        people.emergency_contacts.add_contact,
        sun(),
        member=lin,
        given=given(),
        heard=heard(db, club),
    )
    assert len(own(db, club)) == 1


def test_nobody_else_sees_or_changes_them(db: Database, club: SmallClub) -> None:
    lin = club.members[0]
    ref = a_contact(db, club.lin, lin)
    with pytest.raises(NotFound):
        db.run(people.emergency_contacts.remove_contact, club.chen, member=lin, contact=ref)
    with pytest.raises(NotFound):
        db.run(
            people.emergency_contacts.remove_contact, club.chen, member=club.members[1], contact=ref
        )
    with db.read() as session:
        with pytest.raises(NotFound):
            people.emergency_contacts.own_contacts(session, club.chen, member=lin)
        for other in (club.he, gao(), wu(), auditor()):
            with pytest.raises(Forbidden):
                people.emergency_contacts.own_contacts(session, other, member=lin)
        (masked,) = people.emergency_contacts.own_contacts(session, sun(), member=lin)
    assert "12345678" not in masked.phone
    for other in (club.he, gao(), wu(), auditor()):
        with pytest.raises(Forbidden):
            db.run(people.emergency_contacts.add_contact, other, member=lin, given=given())


def test_a_delegation_is_over_with_its_day_and_she_is_told_once(
    db: Database, club: SmallClub
) -> None:
    today = clock.club_today()
    a_contact(
        db, club.lin, club.members[0], may_be_told="state",
        delegate_until=today + timedelta(days=1),
    )  # fmt: skip
    assert people.emergency_contacts.end_delegations(db) == 0
    with clock.replaying(clock.now() + timedelta(days=2)):
        (shown,) = own(db, club)
        assert (shown.delegate, shown.level) == (False, "state"), "before any job has run"
        assert people.emergency_contacts.end_delegations(db) == 1
        assert people.emergency_contacts.end_delegations(db) == 0
        (shown,) = own(db, club)
    assert (shown.delegate_until, shown.level) == (None, "state")
    assert letters_of(db, "delegation-ended") == ["delegation-ended"]


def test_a_job_doesn_t_end_what_she_put_off_meanwhile(db: Database, club: SmallClub) -> None:
    today = clock.club_today()
    a_contact(db, club.lin, club.members[0], delegate_until=today + timedelta(days=9))
    with db.read() as session:
        (row_id,) = session.scalars(select(EmergencyContact.id))
    assert db.run(ending._end, row_id, today=today) is False


def test_two_records_that_are_one_person_have_their_contacts_together(group: Group) -> None:
    group.send(LIN_ROW, to="LIFE")
    db, lin = group.db, group.ref_of("LIFE", "L1")
    a_contact(db, CLUB_ACTOR, lin)
    group.send(LIN_ROW | {"customer_no": "X1"}, to="BANK")
    other = group.ref_of("BANK", "X1")
    with db.read() as session:
        found = people.emergency_contacts.own_contacts(session, member_actor(other), member=other)
    assert [each.name for each in found] == ["周巍"]


def test_the_database_keeps_what_the_rules_say(db: Database, club: SmallClub) -> None:
    a_contact(db, club.lin, club.members[0])
    for wrong in (
        "may_be_told = 'much'",
        "state = 'delegate'",
        "state = 'removed'",
        "relation = 'boss'",
    ):
        with pytest.raises(Exception, match="(?i)check"), db.engine.begin() as connection:
            connection.execute(text(f"UPDATE emergency_contact SET {wrong}"))


def test_a_removed_contact_takes_no_further_step() -> None:
    step = people.emergency_contacts.CONTACT_STEPS["change"]
    with pytest.raises(IllegalTransition):
        people.emergency_contacts.CONTACT_STEPS.ask(step, CLUB_ACTOR, "removed", None, clock.now())


def test_whoever_calls_is_known_by_number_or_by_name(db: Database, club: SmallClub) -> None:
    a_contact(db, club.lin, club.members[0])
    with db.read() as session:
        person = people.find_person(session, CLUB_ACTOR, club.members[0]).id

        def known(name: str = "", number: str | None = None) -> bool:
            return people.emergency_contacts.is_known_caller(
                session, person, name=name, number=number
            )

        assert known(number=people.callable_number(WEI))
        assert known(name="Zhou Wei")
        assert known(name="Wei Zhou")
        assert known(name="周 巍")
        assert not known(name="Li Wei", number="+33699999999")
        assert not known()
