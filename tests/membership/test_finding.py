"""Who is meant by a card or by what was typed: sure words name somebody, a name is left to whoever
asks."""

from __future__ import annotations

import pytest
from sqlalchemy import update

from tests.membership.inserted_persons import person_id_of, persons_under_policy, source_record
from tests.membership.ratings import GOLD, rate, summary
from tests.small_club import a_small_club
from tests.statements import statements
from vipclub import membership, people
from vipclub.core.db import Database
from vipclub.membership import find_by_card
from vipclub.people import Person


def meant(db: Database, typed: str) -> set[int] | None:
    with db.read() as session:
        with statements(at_most=0):
            found = membership.meant_by(session, typed)
        return (
            None if found is None else {row.person_id for row in session.execute(found.persons())}
        )


def test_a_reference_and_a_card_name_the_person_of_the_whole_cluster(
    db: Database,
) -> None:
    club = a_small_club(db, members=2)
    first, later = club.members[:2]
    with db.read() as session:
        survivor = people.find_person(session, club.lin, first).id
        merged = people.find_person(session, club.chen, later).id
        card = membership.member_summary(session, merged)
    assert card is not None
    db.run(lambda session: session.execute(
        update(Person).where(Person.id == merged).values(survivor_id=survivor)
    ))  # fmt: skip
    for typed in (first, later, f"  {later.lower()} ", membership.grouped_card_no(card.card)):
        assert meant(db, typed) == {survivor}, typed


@pytest.mark.parametrize("typed", ["", "林若溪", "wang fang", "12345", "M-WRONG", "\x00", "１２３"])
def test_what_names_nobody_surely_is_left_to_a_search_by_name(db: Database, typed: str) -> None:
    assert meant(db, typed) is None


def test_a_number_that_nobody_has_finds_nobody(db: Database) -> None:
    assert meant(db, "138/0013/8000") == set()


def test_the_card_finds_its_member_and_no_other_number_does(db: Database) -> None:
    (lin,) = persons_under_policy(db, [source_record(value=GOLD)])
    rate(db)
    found = summary(db, lin)
    assert found
    with db.read() as session:
        assert find_by_card(session, found.card) == person_id_of(db, lin)
        assert find_by_card(session, "8000 0000 0000 0000") is None
