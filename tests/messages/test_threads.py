"""The thread between a member and the relationship manager: an answer is promised, and nothing
stays without one."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from tests.assistance.cases_in_steps import broken
from tests.cast import CLUB_ACTOR, partner_actor, sun, wu
from tests.portfolio.manager_members import PORTFOLIO, give_to_manager
from tests.small_club import SmallClub, a_small_club
from tests.web.signing_in import an_account
from vipclub import assistance, messages, people
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, NotFound
from vipclub.core.outbox import OutboxRow
from vipclub.messages import MessageNotAccepted, ThreadLine, ThreadMessage, TooManyMessages

MONDAY = datetime(2026, 11, 30, 10, 0, tzinfo=ZoneInfo("Asia/Shanghai"))


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def manager(db: Database, club: SmallClub) -> Actor:
    """Who serves Lin."""
    give_to_manager(db, club.members[0])
    made = an_account(db, "manager", scopes=[("portfolio", PORTFOLIO)])
    return replace(wu(PORTFOLIO), account_id=made.id, account_ref=made.public_ref)


@pytest.fixture
def at(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(clock, "now", lambda: MONDAY.astimezone(ZoneInfo("UTC")))


def later(monkeypatch: pytest.MonkeyPatch, **time: float) -> None:
    moment = clock.now() + timedelta(**time)
    monkeypatch.setattr(clock, "now", lambda: moment)


def letters(db: Database) -> list[str]:
    with db.read() as session:
        asked = select(OutboxRow.payload).where(OutboxRow.kind == "message")
        return [row["template"] for row in session.scalars(asked.order_by(OutboxRow.id))]


def wrote(db: Database, club: SmallClub, text: str = "May we talk about June?") -> str:
    return db.run(assistance.write_to_club, club.lin, member=club.members[0], text=text).ref


def thread(db: Database, club: SmallClub) -> list[ThreadLine]:
    with db.read() as session:
        return messages.thread_of(session, club.lin, member=club.members[0])


def test_the_manager_reads_and_answers_and_the_member_reads_the_answer(
    db: Database, club: SmallClub, manager: Actor
) -> None:
    made = db.run(assistance.write_to_club, club.lin, member=club.members[0], text=" Hello ")
    assert made.case is None
    assert made.answer_by is not None
    assert letters(db) == ["thread-written"]
    viewed = db.run(people.record_view, manager, member=club.members[0], page="conversation")
    with db.read() as session:
        (line,) = messages.thread_of(session, manager, member=club.members[0], viewed=viewed)
        typed = club.members[0].lower().replace("-", "")
        assert messages.thread_of(session, manager, member=typed, viewed=viewed) == [line]
    assert (line.text, line.state, line.who) == ("Hello", "waiting", "")
    db.run(messages.answer_member, manager, member=club.members[0], text="On Friday?")
    first, second = thread(db, club)
    assert (first.state, first.answer_by) == ("answered", None)
    assert (second.text, second.who, second.read_at) == ("On Friday?", "Somebody manager", None)
    db.run(messages.mark_thread_read, club.lin, member=club.members[0])
    assert thread(db, club)[1].read_at is not None
    assert letters(db) == ["thread-written", "thread-answered"]


def test_an_answer_is_due_on_the_next_working_day(
    db: Database, club: SmallClub, manager: Actor, at: None
) -> None:
    made = db.run(assistance.write_to_club, club.lin, member=club.members[0], text="Hello")
    assert made.answer_by == MONDAY + timedelta(days=1)


def test_what_is_written_on_a_day_off_is_answered_by_the_evening_of_the_next_working_day(
    db: Database, club: SmallClub, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    saturday = MONDAY.replace(hour=9, minute=47, second=12, microsecond=345) - timedelta(days=2)
    monkeypatch.setattr(clock, "now", lambda: saturday)
    made = db.run(assistance.write_to_club, club.lin, member=club.members[0], text="Hello")
    assert made.answer_by == MONDAY.replace(hour=18)


def test_a_message_that_nobody_answers_goes_on_as_an_enquiry_once(
    db: Database, club: SmallClub, manager: Actor, at: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    wrote(db, club)
    assert assistance.pass_on_unanswered(db) == 0, "there is time still"
    later(monkeypatch, days=1, minutes=1)
    assert assistance.pass_on_unanswered(db) == 1
    assert assistance.pass_on_unanswered(db) == 0
    (line,) = thread(db, club)
    assert line.state == "passed_on"
    with db.read() as session:
        (found,) = assistance.find_cases(session, sun()).items
        assert (found.ref, found.kind, found.member) == (line.case, "enquiry", club.members[0])
        person = people.find_person(session, club.lin, club.members[0])
        words = assistance.words_in_cases(session, club.lin, person.id)
    assert words == [], "her own words stand in the thread already"
    db.run(assistance.answer, CLUB_ACTOR, case=str(line.case), text="In June, gladly.")
    with db.read() as session:
        (said,) = assistance.words_in_cases(session, club.lin, person.id)
    assert (said.text, said.by_member) == ("In June, gladly.", False)
    assert broken(db) == []


def test_without_a_manager_a_message_is_a_case_at_once(db: Database, club: SmallClub) -> None:
    made = db.run(assistance.write_to_club, club.lin, member=club.members[0], text="Hello")
    assert made.answer_by is None
    assert made.case is not None
    assert letters(db) == ["case-received"]


def test_the_manager_passes_a_message_on(db: Database, club: SmallClub, manager: Actor) -> None:
    ref = wrote(db, club)
    case = db.run(assistance.pass_on, manager, member=club.members[0], message=ref)
    assert thread(db, club)[0].case == case
    with pytest.raises(NotFound):
        db.run(assistance.pass_on, manager, member=club.members[0], message=ref)
    with db.read() as session:
        assert len(assistance.find_cases(session, sun()).items) == 1


def test_who_answers_while_a_message_is_passed_on_leaves_no_second_case(
    db: Database, club: SmallClub, manager: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at the message and its end somebody answers: the row's own state decides."""
    ref = wrote(db, club)
    looked = messages.waiting_words

    def then_answered(session: object, message: str) -> object:
        found = looked(session, message)  # type: ignore[arg-type]
        monkeypatch.setattr("vipclub.messages.waiting_words", looked)
        session.rollback()  # type: ignore[attr-defined] - SQLite has one writer
        db.run(messages.answer_member, manager, member=club.members[0], text="Here I am")
        session.begin()  # type: ignore[attr-defined]
        return found

    monkeypatch.setattr("vipclub.messages.waiting_words", then_answered)
    with pytest.raises(NotFound):
        db.run(assistance.pass_on, sun(), member=club.members[0], message=ref)
    with db.read() as session:
        assert assistance.find_cases(session, sun()).items == []


def test_nobody_else_reads_or_writes(db: Database, club: SmallClub, manager: Actor) -> None:
    ref = wrote(db, club)
    member = club.members[0]
    for actor in (club.chen, wu("LIFE/9999")):
        with pytest.raises((NotFound, Forbidden)), db.read() as session:
            messages.thread_of(session, actor, member=member)
    for actor in (club.chen, partner_actor(club.partner)):
        with pytest.raises((NotFound, Forbidden)):
            db.run(messages.answer_member, actor, member=member, text="x")
    with pytest.raises(NotFound):
        db.run(assistance.write_to_club, club.chen, member=member, text="x")
    with pytest.raises(NotFound):
        db.run(assistance.pass_on, sun(), member=club.members[1], message=ref)
    with pytest.raises(Forbidden), db.read() as session:
        messages.thread_of(session, manager, member=member)  # nothing is on record


def test_words_are_asked_for_and_many_are_refused(
    db: Database, club: SmallClub, manager: Actor
) -> None:
    for text in (" ", "x" * 4001):
        with pytest.raises(MessageNotAccepted):
            wrote(db, club, text)
    for _ in range(20):
        wrote(db, club)
    with pytest.raises(TooManyMessages):
        wrote(db, club)


def test_words_lie_sealed(db: Database, club: SmallClub, manager: Actor) -> None:
    wrote(db, club, "about my knee")
    with db.read() as session:
        assert b"knee" not in session.execute(select(ThreadMessage.body)).scalar_one()
