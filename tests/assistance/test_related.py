"""Cases that belong together: linked by somebody, of the same person, of the same number."""

from __future__ import annotations

import pytest

from tests.assistance.cases_in_steps import broken, opened, seen
from tests.assistance.desk_on_duty import an_agent
from tests.small_club import SmallClub, a_small_club
from vipclub import assistance
from vipclub.assistance import CannotLink
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import NotFound
from vipclub.core.types import new_ref


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


def related(db: Database, who: Actor, ref: str) -> dict[str, bool]:
    """The other cases, and whether each is linked."""
    viewed = db.run(assistance.record_view, who, case=ref, page="test")
    linked = assistance.linked_refs(seen(db, ref).entries)
    with db.read() as session:
        found = assistance.related_cases(session, who, ref, linked=linked, viewed=viewed)
    return {one.ref: one.linked for one in found}


def test_a_link_is_seen_from_both_and_can_be_taken_back(db: Database, club: SmallClub) -> None:
    ping = an_agent(db, "ping")
    one, two = opened(db).case, opened(db).case
    db.run(assistance.link_cases, ping, case=one, other=two)
    assert related(db, ping, one) == {two: True}
    assert related(db, ping, two) == {one: True}
    with pytest.raises(CannotLink):
        db.run(assistance.link_cases, ping, case=two, other=one)
    db.run(assistance.unlink_cases, ping, case=two, other=one)
    assert related(db, ping, one) == {}
    for other in (one, two):
        with pytest.raises(CannotLink):
            db.run(assistance.unlink_cases, ping, case=one, other=other)
    with pytest.raises(NotFound):
        db.run(assistance.link_cases, ping, case=one, other=new_ref("C"))
    assert broken(db) == []


def test_others_of_the_same_person_and_of_the_same_number_are_shown(
    db: Database, club: SmallClub
) -> None:
    ping = an_agent(db, "ping")
    hers = opened(db, member=club.members[0], phone="+33 1 42 34 56 78").case
    also_hers = opened(db, member=club.members[0], kind="enquiry").case
    same_number = opened(db, phone="0033142345678").case
    opened(db, member=club.members[1])
    opened(db)
    assert related(db, ping, hers) == {also_hers: False, same_number: False}
    assert related(db, ping, also_hers) == {hers: False}


def test_a_case_about_its_reader_is_not_among_them(db: Database, club: SmallClub) -> None:
    ping = an_agent(db, "ping")
    hers = opened(db, member=club.members[0]).case
    opened(db, kind="complaint", member=club.members[0], about=str(ping.account_ref))
    assert related(db, ping, hers) == {}
