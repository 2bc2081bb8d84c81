"""Two agents in one case see each other, and a draft is never lost."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from tests.assistance.cases_in_steps import opened
from tests.assistance.desk_on_duty import an_agent
from tests.cast import member_actor
from tests.small_club import SmallClub, a_small_club
from vipclub import assistance
from vipclub.assistance import OnTheDesk
from vipclub.assistance.work_models import CaseDraft, CasePresence
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, Malformed, NotFound

SECONDS, DAYS = timedelta(seconds=1), timedelta(days=1)


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def two(db: Database, club: SmallClub) -> tuple[Actor, Actor]:
    return an_agent(db, "ping"), an_agent(db, "mei")


def desk(db: Database, who: Actor, ref: str) -> OnTheDesk:
    viewed = db.run(assistance.open_case_page, who, case=ref)
    with db.read() as session:
        return assistance.on_the_desk(session, who, ref, viewed=viewed)


def test_two_in_one_case_see_each_other(db: Database, two: tuple[Actor, Actor]) -> None:
    ping, mei = two
    ref, another = opened(db).case, opened(db).case
    assert desk(db, ping, ref).others == ()
    assert desk(db, mei, ref).others == ("Somebody desk",)
    assert db.run(assistance.stay_on_case, ping, case=ref) == ("Somebody desk",)
    assert db.run(assistance.stay_on_case, ping, case=another) == ()
    with clock.replaying(clock.now() + 61 * SECONDS):
        assert db.run(assistance.stay_on_case, ping, case=ref) == (), "Mei has gone"


def test_whoever_may_not_see_a_case_is_not_in_it(db: Database, two: tuple[Actor, Actor]) -> None:
    ping, mei = two
    ref = opened(db, kind="complaint", about=str(mei.account_ref)).case
    assert db.run(assistance.stay_on_case, mei, case=ref) == ()
    assert db.run(assistance.stay_on_case, ping, case=ref) == (), "Mei isn't there"
    with pytest.raises(NotFound):
        db.run(assistance.keep_draft, mei, case=ref, box="note", text="Not I")


def test_what_is_written_comes_back_to_whom_wrote_it(
    db: Database, two: tuple[Actor, Actor]
) -> None:
    ping, mei = two
    ref = opened(db).case
    for text in ("The ward", "The ward says that she is awake."):
        db.run(assistance.keep_draft, ping, case=ref, box="answer", text=text)
    db.run(assistance.keep_draft, ping, case=ref, box="note", text="Call at 8")
    drafts = desk(db, ping, ref).drafts
    assert {box: one.text for box, one in drafts.items()} == {
        "answer": "The ward says that she is awake.",
        "note": "Call at 8",
    }
    assert desk(db, mei, ref).drafts == {}
    with db.read() as session:
        assert all(b"ward" not in body for body in session.scalars(select(CaseDraft.body)))
    db.run(assistance.keep_draft, ping, case=ref, box="note", text="  ")
    db.run(assistance.forget_draft, ping, case=ref, box="answer")
    assert desk(db, ping, ref).drafts == {}


def test_a_draft_is_kept_for_a_week(db: Database, two: tuple[Actor, Actor]) -> None:
    ref = opened(db).case
    db.run(assistance.keep_draft, two[0], case=ref, box="answer", text="The ward says")
    desk(db, two[0], ref)
    with clock.replaying(clock.now() + 6 * DAYS):
        assert db.run(lambda session: assistance.forget_old_drafts(session)) == 0
        assert desk(db, two[0], ref).drafts
    with clock.replaying(clock.now() + 8 * DAYS):
        assert desk(db, two[0], ref).drafts == {}
        assert db.run(lambda session: assistance.forget_old_drafts(session)) == 1
    with clock.replaying(clock.now() + 10 * DAYS), db.read() as session:
        assert session.scalar(select(func.count()).select_from(CasePresence)) == 1
    with clock.replaying(clock.now() + 10 * DAYS):
        db.run(lambda session: assistance.forget_old_drafts(session))
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(CasePresence)) == 0


def test_a_draft_is_of_a_known_box_and_of_staff(
    db: Database, club: SmallClub, two: tuple[Actor, Actor]
) -> None:
    ref = opened(db, member=club.members[0]).case
    for box, text in (("poem", "x"), ("note", "x" * 20_001)):
        with pytest.raises(Malformed):
            db.run(assistance.keep_draft, two[0], case=ref, box=box, text=text)
    with pytest.raises(Forbidden):
        db.run(assistance.keep_draft, member_actor(club.members[0]), case=ref, box="note", text="x")
