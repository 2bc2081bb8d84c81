"""A person is found by what a caller says."""

from __future__ import annotations

import pytest

from tests.cast import CLUB_ACTOR, sun, wu
from tests.portfolio.manager_members import name_member
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from vipclub import bookings, desk, membership, people
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden


@pytest.fixture
def club(db: Database) -> SmallClub:
    made = a_small_club(db, members=4)
    name_member(db, made.members[0], "陈晓芳", mobile="+8613800138000")
    name_member(db, made.members[1], "Chan Siu Fong", mobile="+85291234567")
    name_member(db, made.members[2], "陈晓明")
    name_member(db, made.members[3], "Wang Xiaoming", mobile="+8613800138000")
    return made


def found(db: Database, typed: str) -> list[str]:
    with db.read() as session, statements(at_most=2):
        looked = desk.look_up(session, sun(), typed=typed, today=clock.club_today())
    return [row.ref for row in looked.persons]


@pytest.mark.pain(37)
def test_a_caller_is_known_by_a_number_with_slashes_and_spaces(
    db: Database, club: SmallClub
) -> None:
    """A caller was not known for a slash in the number, or for having only a number."""
    for said in ("+852 9123 4567", "852/9123/4567", "(852) 9123-4567", "00852 9123.4567"):
        assert found(db, said) == [club.members[1]], said
    for said in ("138/0013/8000", "138 0013 8000", "+86-138-0013-8000", "0086 138 0013 8000"):
        assert set(found(db, said)) == {club.members[0], club.members[3]}, said


def test_a_name_is_found_in_either_script_and_in_any_order(db: Database, club: SmallClub) -> None:
    xiaofang, siufong, xiaoming, wang = club.members
    assert found(db, "陈晓芳") == found(db, "陳曉芳") == [xiaofang]
    assert set(found(db, "陳曉")) == {xiaofang, xiaoming}
    assert found(db, "siu fong chan") == found(db, "CHAN, Siu Fong") == [siufong]
    assert set(found(db, "xiaoming")) == {xiaoming, wang}
    assert found(db, "wang xiaoming") == found(db, "Xiāomíng Wáng") == [wang]


def test_a_reference_a_card_and_an_appointment_name_one_person(
    db: Database, club: SmallClub
) -> None:
    lin = club.members[0]
    made = db.run(bookings.book, CLUB_ACTOR, member=lin, offering=club.offering, slot=club.slots[0])
    with db.read() as session:
        person = people.find_person(session, CLUB_ACTOR, lin)
        term = membership.member_summary(session, person.id)
    assert term is not None
    for said in (lin, lin.lower().replace("-", " "), term.card, made.appointment):
        assert found(db, said) == [lin], said


@pytest.mark.parametrize("said", ["", " ", "%", "_", "nobody", "13900000000", "' OR 1=1"])
def test_what_nobody_is_known_by_finds_nobody(db: Database, club: SmallClub, said: str) -> None:
    assert found(db, said) == []


def test_ten_at_most_are_shown(db: Database, club: SmallClub) -> None:
    more = a_crowd(db, "林若溪", 12)
    assert len(more) == 12
    assert len(found(db, "林若溪")) == desk.FOUND_AT_MOST


def a_crowd(db: Database, name: str, count: int) -> list[str]:
    from tests.membership.inserted_persons import insert_persons, source_record

    refs: list[str] = db.run(insert_persons, *[[source_record()] for _ in range(count)])
    for ref in refs:
        name_member(db, ref, name)
    return refs


def test_finding_anybody_is_the_desk_s(db: Database, club: SmallClub) -> None:
    with db.read() as session, pytest.raises(Forbidden):
        desk.look_up(session, wu("LIFE/0042"), typed="x", today=clock.club_today())
