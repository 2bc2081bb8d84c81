"""Who calls is known by two right answers or by a call back; what was said is never kept, three
wrong answers end it, and what came of it holds for half an hour."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from tests.cast import sun, wu
from tests.desk.callers import MOBILE, an_agent, card_end, checks, known_club, say
from tests.people.contacts_named import a_contact, given
from tests.portfolio.manager_members import name_member
from tests.small_club import SmallClub
from vipclub import bookings, desk, people
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, NotFound
from vipclub.core.types import new_ref
from vipclub.desk import KnownCallers, Questions
from vipclub.desk.facts_on_file import facts_on_file
from vipclub.desk.verifying_callers import HOLDS, WRONG_AT_MOST
from vipclub.people import Person
from vipclub.web.city_names import city_words


@pytest.fixture
def club(db: Database) -> SmallClub:
    return known_club(db)


@pytest.fixture
def ping(db: Database, club: SmallClub) -> Actor:
    return an_agent(db, "ping")


def questions(session: Any, agent: Actor, member: str, *, contact: bool = False) -> Questions:
    return desk.questions_for(
        session, agent, member=member, of_contact=contact, cities=city_words()
    )


def known(db: Database, agent: Actor, member: str) -> KnownCallers:
    viewed = db.run(people.record_view, agent, member=member, page="test")
    with db.read() as session:
        return desk.known_callers(session, agent, member=member, viewed=viewed)


def test_two_right_answers_tell_that_it_is_she_for_half_an_hour(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin = club.members[0]
    made = say(db, ping, lin, card=card_end(db, lin), city="上海")
    assert (made.outcome, made.heard.is_member, made.heard.level) == ("verified", True, "all")
    told = known(db, ping, lin).told
    assert (told.level, told.acts, told.who, told.until) == ("all", True, "member", made.until)
    with clock.replaying(clock.now() + HOLDS + timedelta(seconds=1)):
        assert known(db, ping, lin).told == desk.NOTHING
        with db.read() as session:
            assert desk.verified_caller(session, ping, member=lin) is None


def test_it_holds_for_this_agent_and_this_member(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin, other = club.members[0], an_agent(db, "bo")
    say(db, ping, lin, mobile="8000", city="shanghai")
    assert known(db, other, lin).told == desk.NOTHING
    assert known(db, ping, club.members[1]).told == desk.NOTHING


@pytest.mark.parametrize("right", ["8000", "138 0013 8000", "+86 138-0013-8000", "８０００"])
def test_what_is_typed_is_read_as_everywhere(
    db: Database, club: SmallClub, ping: Actor, right: str
) -> None:
    assert say(db, ping, club.members[0], mobile=right, city="上海市").outcome == "verified"


def test_one_wrong_among_right_ones_tells_nothing_and_not_which(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin = club.members[0]
    made = say(db, ping, lin, mobile="8000", city="shanghai", card="0000")
    assert (made.outcome, made.left, made.heard) == ("wrong", 2, None)
    assert checks(db) == [("member", "wrong", 1)]
    with db.read() as session:
        trail = session.execute(
            text("SELECT after FROM audit WHERE action = 'caller.check'")
        ).scalar_one()
    assert "8000" not in trail
    assert "0000" not in trail


def test_three_wrong_answers_end_it_for_everybody_who_asks(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin = club.members[0]
    assert say(db, ping, lin, card="0000", city="beijing").left == 1
    assert say(db, an_agent(db, "bo"), lin, card="0001", city="shanghai").outcome == "ended"
    right = say(db, ping, lin, mobile="8000", city="shanghai")
    assert (right.outcome, right.heard) == ("ended", None), "it isn't even compared"
    assert [row[1] for row in checks(db)] == ["wrong", "ended", "ended"]
    with clock.replaying(clock.now() + HOLDS + timedelta(seconds=1)):
        assert say(db, ping, lin, mobile="8000", city="shanghai").outcome == "verified"


@pytest.mark.race
@pytest.mark.only("postgresql")
def test_who_asks_while_another_answer_is_compared_waits_for_it(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin, compared = club.members[0], threading.Event()

    def slowly(session: Session, actor: Actor) -> None:
        wrong = {"card": "0000", "city": "beijing"}
        desk.check_facts(session, actor, member=lin, said=wrong, cities=city_words())
        compared.set()
        time.sleep(0.5)

    other = an_agent(db, "bo")
    first = threading.Thread(target=lambda: db.run(slowly, other))
    first.start()
    assert compared.wait(10)
    assert say(db, ping, lin, card="0001", city="shanghai").outcome == "ended"
    first.join()
    assert sum(row[2] for row in checks(db)) == WRONG_AT_MOST


def test_a_slip_of_the_keys_is_no_wrong_answer(db: Database, club: SmallClub, ping: Actor) -> None:
    lin = club.members[0]
    for said in ({"card": "12"}, {"mobile": "eight"}, {"card": "x678"}):
        with pytest.raises(desk.FactUnreadable):
            say(db, ping, lin, city="shanghai", **said)
    with pytest.raises(desk.FactsMissing):
        say(db, ping, lin, city="shanghai", card="  ")
    assert checks(db) == []


def test_only_what_is_on_file_is_asked(db: Database, club: SmallClub, ping: Actor) -> None:
    lin, other = club.members[:2]
    with db.read() as session:
        asked = questions(session, ping, lin).facts
        bare = questions(session, ping, other).facts
    assert {"card", "mobile", "city"} <= set(asked)
    assert not {"mobile", "city", "visit", "booking", "contact_phone"} & set(bare)
    with pytest.raises(desk.FactsMissing):
        say(db, ping, lin, card=card_end(db, lin), visit="2026-12-24")


def test_what_is_asked_is_what_is_compared(db: Database, club: SmallClub, ping: Actor) -> None:
    lin = club.members[0]
    name_member(db, lin, "林若溪", mobile=MOBILE, city="310000", born=date(1984, 5, 16))
    db.run(bookings.book, club.lin, member=lin, offering=club.offering, slot=club.slots[0])
    contact = a_contact(db, club.lin, lin)
    with db.read() as session:
        asked = questions(session, ping, lin, contact=True)
        person = people.find_person(session, ping, lin)
        (row_id,) = session.scalars(select(people.emergency_contacts.EmergencyContact.id))
        on_file = facts_on_file(
            session, ping, person, contact=row_id, cities=city_words(), now=clock.now()
        )
    assert asked.facts == on_file.asked == tuple(desk.FACTS)
    made = say(db, ping, lin, contact=contact, born="1984年5月", contact_phone="5678")
    assert made.outcome == "verified"


def test_the_next_visit_and_its_reference_tell_who_it_is(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin = club.members[0]
    made = db.run(bookings.book, club.lin, member=lin, offering=club.offering, slot=club.slots[0])
    day = made.start.date().isoformat()
    right = say(db, ping, lin, visit=day, booking=made.appointment.lower().replace("-", " "))
    assert right.outcome == "verified"
    with pytest.raises(desk.FactUnreadable):
        say(db, ping, lin, visit="tomorrow", booking=made.appointment)
    with pytest.raises(desk.FactUnreadable):
        say(db, ping, lin, visit=day, booking="A-1")


def test_a_contact_is_told_as_much_as_she_allowed(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin, today = club.members[0], clock.club_today()
    for level, until, told, acts in (
        ("nothing", None, "nothing", False),
        ("state", None, "state", False),
        ("all", None, "all", False),
        ("nothing", today, "all", True),
    ):
        ref = a_contact(db, club.lin, lin, may_be_told=level, delegate_until=until)
        made = say(db, ping, lin, contact=ref, contact_phone="5678", city="shanghai")
        assert (made.outcome, made.heard.level, made.heard.acts) == ("verified", told, acts)
        shown = known(db, ping, lin).told
        assert (shown.level, shown.acts, shown.name) == (told, acts, "周巍")
        db.run(people.emergency_contacts.remove_contact, club.lin, member=lin, contact=ref)
        assert known(db, ping, lin).told == desk.NOTHING, "a removed contact is nobody"


def test_what_she_changes_meanwhile_counts_at_once(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin = club.members[0]
    ref = a_contact(db, club.lin, lin, may_be_told="all")
    say(db, ping, lin, contact=ref, contact_phone="5678", city="shanghai")
    db.run(
        people.emergency_contacts.change_contact,
        club.lin,
        member=lin,
        contact=ref,
        given=given(phone=""),
    )
    assert known(db, ping, lin).told.level == "nothing"


def call_number(db: Database, agent: Actor, member: str, viewed: Any, **more: str) -> desk.Check:
    given: dict[str, Any] = {"member": member, "viewed": viewed, "cities": city_words(), **more}
    return db.run(desk.number_to_call, agent, **given)


@pytest.mark.parametrize("city", ["310000", "999999", None])
def test_a_call_back_is_offered_where_the_page_asks_no_two_questions(
    db: Database, club: SmallClub, ping: Actor, city: str | None
) -> None:
    """Of who has no card here there are the number and perhaps the city."""
    guest = new_ref("M")

    def come(session: Session) -> None:
        mobile = cipher_of(session).seal("person.mobile", guest, MOBILE)
        own: dict[str, Any] = {"id": 999, "survivor_id": 999, "created_at": clock.now()}
        session.add(Person(public_ref=guest, full_name="Bo", city_code=city, mobile=mobile, **own))

    db.run(come)
    viewed = db.run(people.record_view, ping, member=guest, page="test")
    with db.read() as session:
        asked = questions(session, ping, guest)
    assert asked.call_back == (city != "310000")
    if asked.call_back:
        assert call_number(db, ping, guest, viewed).number == MOBILE
    else:
        with pytest.raises(desk.CallBackNotOffered):
            call_number(db, ping, guest, viewed)


def test_a_call_back_is_offered_when_questions_have_ended_and_verifies(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin = club.members[0]
    viewed = db.run(people.record_view, ping, member=lin, page="test")
    with pytest.raises(desk.CallBackNotOffered):
        call_number(db, ping, lin, viewed)
    with pytest.raises(desk.NotYetCalled):
        db.run(desk.called_back, ping, member=lin)
    say(db, ping, lin, card="0000", city="beijing", mobile="1111")
    shown = call_number(db, ping, lin, viewed)
    assert (shown.number, shown.outcome) == (MOBILE, "calling")
    assert "8000" not in repr(shown)
    with db.read() as session:
        why = session.execute(
            text("SELECT reason FROM audit WHERE action = 'person.reveal'")
        ).scalar_one()
    assert why == "call back"
    assert known(db, ping, lin).told == desk.NOTHING, "the number alone says nothing"
    with pytest.raises(desk.NotYetCalled):
        db.run(desk.called_back, an_agent(db, "bo"), member=lin)
    assert db.run(desk.called_back, ping, member=lin).outcome == "called_back"
    assert known(db, ping, lin).told.level == "all"


def test_a_number_that_was_shown_long_ago_was_not_called_now(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin = club.members[0]
    viewed = db.run(people.record_view, ping, member=lin, page="test")
    say(db, ping, lin, card="0000", city="beijing", mobile="1111")
    call_number(db, ping, lin, viewed)
    with clock.replaying(clock.now() + HOLDS + timedelta(seconds=1)):
        with pytest.raises(desk.NotYetCalled):
            db.run(desk.called_back, ping, member=lin)


def test_a_contact_is_called_back_at_the_contact_s_own_number(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin = club.members[0]
    ref = a_contact(db, club.lin, lin, may_be_told="state")
    viewed = db.run(people.record_view, ping, member=lin, page="test")
    say(db, ping, lin, contact=ref, card="0000", city="beijing", contact_phone="1111")
    shown = call_number(db, ping, lin, viewed, contact=ref)
    assert shown.number == "+33612345678"
    with pytest.raises(desk.NotYetCalled):
        db.run(desk.called_back, ping, member=lin)
    made = db.run(desk.called_back, ping, member=lin, contact=ref)
    assert (made.heard.contact, made.heard.level) == (ref, "state")


def test_nobody_is_called_back_whose_number_isn_t_known(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    other = club.members[1]
    viewed = db.run(people.record_view, ping, member=other, page="test")
    with db.read() as session:
        asked = questions(session, ping, other)
    assert (asked.facts, asked.call_back) == (("card",), True), "one question tells nobody"
    with pytest.raises(desk.NoNumberOnFile):
        call_number(db, ping, other, viewed)


def test_somebody_else_is_told_nothing_and_ends_what_held(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin = club.members[0]
    say(db, ping, lin, mobile="8000", city="shanghai")
    db.run(desk.nobody_known, ping, member=lin)
    told = known(db, ping, lin).told
    assert (told.level, told.who) == ("nothing", "other")
    with db.read() as session:
        assert desk.verified_caller(session, ping, member=lin) is None


def test_the_next_caller_is_another_one(db: Database, club: SmallClub, ping: Actor) -> None:
    lin = club.members[0]
    say(db, ping, lin, mobile="8000", city="shanghai")
    say(db, ping, lin, mobile="0000", city="shanghai")
    assert known(db, ping, lin).told == desk.NOTHING


def test_only_the_desk_verifies_and_by_an_account(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin = club.members[0]
    nameless = replace(sun(), account_id=None)
    for other in (club.lin, club.he, wu(), nameless):
        with pytest.raises(Forbidden):
            say(db, other, lin, mobile="8000", city="shanghai")
        with pytest.raises(Forbidden):
            db.run(desk.nobody_known, other, member=lin)
    ref = a_contact(db, club.chen, club.members[1])
    with pytest.raises(NotFound):
        say(db, ping, lin, contact=ref, mobile="8000", city="shanghai")
    assert checks(db) == []


@pytest.mark.parametrize("verb", ["UPDATE caller_check SET wrong = 0", "DELETE FROM caller_check"])
def test_an_attempt_is_never_changed(db: Database, club: SmallClub, ping: Actor, verb: str) -> None:
    say(db, ping, club.members[0], mobile="0000", city="shanghai")
    with pytest.raises(Exception, match="never changed"), db.engine.begin() as connection:
        connection.execute(text(verb))


def test_contacts_change_at_the_desk_once_she_is_verified(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin = club.members[0]
    with pytest.raises(people.CallerNotVerified):
        db.run(desk.add_contact, ping, member=lin, given=given())
    delegate = a_contact(db, club.lin, lin, delegate_until=clock.club_today())
    say(db, ping, lin, contact=delegate, contact_phone="5678", city="shanghai")
    with pytest.raises(people.CallerNotVerified):
        db.run(desk.add_contact, ping, member=lin, given=given())
    say(db, ping, lin, mobile="8000", city="shanghai")
    ref = db.run(desk.add_contact, ping, member=lin, given=given())
    db.run(desk.change_contact, ping, member=lin, contact=ref, given=given(may_be_told="all"))
    db.run(desk.remove_contact, ping, member=lin, contact=ref)
