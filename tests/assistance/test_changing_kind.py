"""An emergency that was taken for one at home and is abroad, or the other way."""

from __future__ import annotations

import pytest

from tests.assistance.cases_in_steps import broken, opened, seen, whats
from tests.cast import CLUB_ACTOR, member_actor, sun
from tests.small_club import SmallClub, a_small_club
from vipclub import assistance
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, IllegalTransition, Refused

HOME, ABROAD = "emergency_domestic", "emergency_overseas"


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


def test_the_kind_changes_and_changes_back(db: Database, club: SmallClub) -> None:
    made = opened(db, kind=HOME, member=club.members[0])
    before = seen(db, made.case).line.clocks
    for kind in (ABROAD, HOME):
        changed = db.run(assistance.change_kind, sun(), case=made.case, kind=kind)
        assert changed.kind == kind == seen(db, made.case).line.kind
    view = seen(db, made.case)
    assert [one.reason for one in view.entries if one.what == "kind"] == [ABROAD, HOME]
    assert view.line.clocks == before, "what is promised abroad is what is promised at home"
    assert whats(seen(db, made.case, member_actor(club.members[0]))).count("kind") == 2
    assert broken(db) == []


def test_nothing_else_changes_its_kind(db: Database, club: SmallClub) -> None:
    emergency, question = opened(db, kind=HOME).case, opened(db, kind="enquiry").case
    for case, kind in (
        (emergency, "enquiry"),
        (emergency, HOME),
        (emergency, "party"),
        (question, ABROAD),
    ):
        with pytest.raises(Refused) as refused:
            db.run(assistance.change_kind, sun(), case=case, kind=kind)
        assert refused.value.code == "kind_not_changed"
    db.run(assistance.resolve, CLUB_ACTOR, case=emergency, text="Home again")
    with pytest.raises(IllegalTransition):
        db.run(assistance.change_kind, sun(), case=emergency, kind=ABROAD)
    with pytest.raises(Forbidden):
        db.run(assistance.change_kind, member_actor(club.members[0]), case=emergency, kind=ABROAD)
