"""A member says afterwards how her case was handled."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select

from tests.assistance.cases_in_steps import broken, letters, opened, seen, whats
from tests.assistance.desk_on_duty import an_agent
from tests.cast import CLUB_ACTOR, member_actor
from tests.small_club import SmallClub, a_small_club
from vipclub import assistance
from vipclub.assistance import RatingClosed, RatingNotAccepted, RatingView, WordsMissing
from vipclub.assistance.work_models import CaseRating
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, NotFound

DAYS = timedelta(days=1)


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def lin(club: SmallClub) -> Actor:
    return member_actor(club.members[0])


@pytest.fixture
def resolved(db: Database, club: SmallClub) -> str:
    ref = opened(db, kind="enquiry", member=club.members[0]).case
    db.run(assistance.resolve, CLUB_ACTOR, case=ref, text="It is settled")
    return ref


def rating(db: Database, who: Actor, ref: str) -> RatingView:
    with db.read() as session:
        return assistance.rating_of(session, who, ref, now=clock.now())


def test_it_is_rated_when_it_is_resolved_and_changed_within_a_week(
    db: Database, lin: Actor, resolved: str
) -> None:
    assert rating(db, lin, resolved) == RatingView(None, "", None, open=True)
    db.run(assistance.rate_case, lin, case=resolved, score=4, text=" Quick, thank you ")
    now = rating(db, lin, resolved)
    assert (now.score, now.text, now.open) == (4, "Quick, thank you", True)
    with clock.replaying(clock.now() + 6 * DAYS):
        db.run(assistance.rate_case, lin, case=resolved, score=5)
    with clock.replaying(clock.now() + 8 * DAYS):
        assert rating(db, lin, resolved).open is False
        with pytest.raises(RatingClosed):
            db.run(assistance.rate_case, lin, case=resolved, score=1)
    assert rating(db, CLUB_ACTOR, resolved).score == 5
    with db.read() as session:
        assert all(
            b"thank" not in (body or b"") for body in session.scalars(select(CaseRating.body))
        )
    assert whats(seen(db, resolved))[-2:] == ["rated", "rated"]
    assert broken(db) == []


def test_what_is_open_or_another_s_is_not_rated(
    db: Database, club: SmallClub, lin: Actor, resolved: str
) -> None:
    going_on = opened(db, kind="enquiry", member=club.members[0]).case
    with pytest.raises(RatingClosed):
        db.run(assistance.rate_case, lin, case=going_on, score=3)
    for score in (0, 6):
        with pytest.raises(RatingNotAccepted):
            db.run(assistance.rate_case, lin, case=resolved, score=score)
    with pytest.raises(WordsMissing):
        db.run(assistance.rate_case, lin, case=resolved, score=3, text="x" * 4001)
    with pytest.raises(NotFound):
        db.run(assistance.rate_case, member_actor(club.members[1]), case=resolved, score=3)
    with pytest.raises(Forbidden):
        db.run(assistance.rate_case, an_agent(db, "ping"), case=resolved, score=5)


def test_a_low_one_is_told_to_the_leader_once(db: Database, lin: Actor, resolved: str) -> None:
    lead = an_agent(db, "lead")
    db.run(assistance.name_leader_on_call, CLUB_ACTOR, account=str(lead.account_ref))
    db.run(assistance.rate_case, lin, case=resolved, score=2, text="Nobody rang back")
    db.run(assistance.rate_case, lin, case=resolved, score=1, text="Nobody rang back")
    assert letters(db).count("case-rated-low") == 1
    assert rating(db, lin, resolved).low


def test_a_case_that_was_resolved_anew_is_rated_anew(
    db: Database, lin: Actor, resolved: str
) -> None:
    db.run(assistance.rate_case, lin, case=resolved, score=2)
    with clock.replaying(clock.now() + DAYS):
        db.run(assistance.reopen, lin, case=resolved, text="It isn't settled")
        assert rating(db, lin, resolved).open is False
    with clock.replaying(clock.now() + 20 * DAYS):
        db.run(assistance.resolve, CLUB_ACTOR, case=resolved, text="Now it is")
        assert rating(db, lin, resolved).open
        db.run(assistance.rate_case, lin, case=resolved, score=5)
        assert rating(db, lin, resolved).score == 5


def test_the_mean_of_late(db: Database, club: SmallClub, lin: Actor, resolved: str) -> None:
    def mean() -> assistance.RatingMean:
        with db.read() as session:
            return assistance.mean_rating(session, CLUB_ACTOR, now=clock.now())

    assert mean() == assistance.RatingMean(None, 0, 0)
    db.run(assistance.rate_case, lin, case=resolved, score=2)
    other = opened(db, kind="enquiry", member=club.members[0]).case
    db.run(assistance.resolve, CLUB_ACTOR, case=other, text="Done")
    db.run(assistance.rate_case, lin, case=other, score=5)
    assert mean() == assistance.RatingMean(3.5, 2, 1)
    with clock.replaying(clock.now() + 91 * DAYS):
        assert mean().count == 0
