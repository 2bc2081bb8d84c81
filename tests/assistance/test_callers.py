"""Who calls about a case: somebody unknown opens one, is told nothing, and the case asks the
member; what she answers counts for this case."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from tests.assistance.cases_in_steps import broken, letters, opened, seen, whats
from tests.assistance.desk_on_duty import an_agent
from tests.cast import CLUB_ACTOR
from tests.desk.callers import known_club, say
from tests.people.contacts_named import WEI, a_contact
from tests.small_club import SmallClub
from vipclub import assistance, desk, people
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, IllegalTransition, Malformed, NotFound
from vipclub.core.outbox import OutboxRow


@pytest.fixture
def club(db: Database) -> SmallClub:
    return known_club(db)


@pytest.fixture
def ping(db: Database, club: SmallClub) -> Actor:
    return an_agent(db, "ping")


def by_phone(db: Database, agent: Actor, member: str | None, **given: Any) -> str:
    made = db.run(
        desk.open_case, agent, kind="emergency_overseas", member=member, channel="phone", **given
    )
    return str(made.case)


STRANGER = {"caller": "Li Jun", "phone": "+33 6 99 99 99 99"}


def test_a_stranger_opens_a_case_and_she_is_asked_what_may_be_told(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin = club.members[0]
    ref = by_phone(db, ping, lin, **STRANGER)
    view = seen(db, ref)
    assert view.line.unverified
    assert whats(view) == ["opened", "owner", "caller_asked"]
    (asked,) = view.callers
    assert asked.answer == ""
    assert asked.caller.startswith("Li Jun · ")
    assert asked.caller.endswith("9999")
    assert "699999" not in asked.caller
    assert letters(db) == ["case-caller"], "one letter says both"
    with db.read() as session:
        (told,) = session.scalars(select(OutboxRow.payload))
    assert "Jun" not in str(told), "who it is stands behind the sign-in"
    assert broken(db) == []


def test_her_answer_counts_for_this_case_and_the_newest_one(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin = club.members[0]
    ref = by_phone(db, ping, lin, **STRANGER)
    (asked,) = seen(db, ref, club.lin).callers
    for level in ("all", "state"):
        db.run(assistance.answer_about_caller, club.lin, case=ref, question=asked.ref, level=level)
    view = seen(db, ref, ping)
    assert whats(view)[-2:] == ["caller_answered", "caller_answered"]
    assert assistance.answered_level(view.callers) == "state"
    other = by_phone(db, ping, lin, **STRANGER)
    assert assistance.answered_level(seen(db, other, ping).callers) is None
    assert broken(db) == [], "the clocks don't hear of it"


def test_the_newest_caller_is_told_by_the_answer_about_this_one(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    ref = by_phone(db, ping, club.members[0], **STRANGER)
    (first,) = seen(db, ref).callers
    db.run(assistance.answer_about_caller, club.lin, case=ref, question=first.ref, level="all")
    db.run(assistance.ask_about_caller, ping, case=ref, caller="Somebody of the press")
    view = seen(db, ref)
    assert [each.answer for each in view.callers] == ["", "all"]
    assert assistance.answered_level(view.callers) is None


@pytest.mark.parametrize(
    "known",
    [
        {"caller": "", "phone": "+33 6 99 99 99 99"},
        {"caller": "Lin Ruoxi", "phone": ""},
        {"caller": "林若溪", "phone": "+33 6 99 99 99 99"},
        {"caller": "Her mother", "phone": "138 0013 8000"},
        {"caller": "Zhou Wei", "phone": ""},
        {"caller": "A friend", "phone": WEI},
    ],
)
def test_who_may_be_she_or_a_contact_is_no_stranger_and_not_yet_verified(
    db: Database, club: SmallClub, ping: Actor, known: dict[str, str]
) -> None:
    a_contact(db, club.lin, club.members[0])
    view = seen(db, by_phone(db, ping, club.members[0], **known))
    assert view.callers == ()
    assert view.line.unverified
    assert "case-received" in letters(db)


def test_a_caller_who_was_verified_before_is_known_from_the_first_moment(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin = club.members[0]
    say(db, ping, lin, mobile="8000", city="shanghai")
    view = seen(db, by_phone(db, ping, lin, **STRANGER))
    assert not view.line.unverified
    assert view.callers == ()
    assert whats(view)[-1] == "caller_verified"
    somebody = an_agent(db, "bo")
    assert seen(db, by_phone(db, somebody, lin)).line.unverified, "another agent hasn't asked"


def test_a_check_for_a_case_takes_its_mark_away(db: Database, club: SmallClub, ping: Actor) -> None:
    lin = club.members[0]
    ref = by_phone(db, ping, lin)
    say(db, ping, lin, card="0000", city="shanghai", case=ref)
    assert seen(db, ref).line.unverified
    contact = a_contact(db, club.lin, lin, may_be_told="state")
    say(db, ping, lin, contact=contact, contact_phone="5678", city="shanghai", case=ref)
    view = seen(db, ref)
    assert not view.line.unverified
    last = view.entries[-1]
    assert (last.what, last.reason, last.other_ref) == ("caller_verified", "contact", contact)
    assert "caller_verified" not in whats(seen(db, ref, club.lin)), "among staff"


def test_a_check_of_somebody_else_s_case_is_refused(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    ref = by_phone(db, ping, club.members[1])
    with pytest.raises(people.CallerNotVerified):
        say(db, ping, club.members[0], mobile="8000", city="shanghai", case=ref)
    assert seen(db, ref).line.unverified


def test_staff_answer_for_her_at_her_own_word_alone(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin = club.members[0]
    ref = by_phone(db, ping, lin, **STRANGER)
    (asked,) = seen(db, ref).callers
    answer = {"case": ref, "question": asked.ref, "level": "all"}
    with pytest.raises(people.CallerNotVerified):
        db.run(desk.answer_about_caller, ping, **answer)
    contact = a_contact(db, club.lin, lin, may_be_told="all")
    say(db, ping, lin, contact=contact, contact_phone="5678", city="shanghai")
    with pytest.raises(people.CallerNotVerified):
        db.run(desk.answer_about_caller, ping, **answer)
    say(db, ping, lin, mobile="8000", city="shanghai")
    db.run(desk.answer_about_caller, ping, **answer)
    assert assistance.answered_level(seen(db, ref).callers) == "all"


def test_nobody_answers_for_another(db: Database, club: SmallClub, ping: Actor) -> None:
    ref = by_phone(db, ping, club.members[0], **STRANGER)
    (asked,) = seen(db, ref).callers
    answer = {"case": ref, "question": asked.ref, "level": "all"}
    with pytest.raises(NotFound):
        db.run(assistance.answer_about_caller, club.chen, **answer)
    with pytest.raises(Forbidden):
        db.run(assistance.answer_about_caller, club.he, **answer)
    with pytest.raises(Malformed):
        db.run(assistance.answer_about_caller, club.lin, **answer | {"level": "much"})
    with pytest.raises(NotFound):
        entry = seen(db, ref).entries[0].ref
        db.run(assistance.answer_about_caller, club.lin, **answer | {"question": entry})


def test_the_question_ends_with_the_case(db: Database, club: SmallClub, ping: Actor) -> None:
    ref = by_phone(db, ping, club.members[0], **STRANGER)
    (asked,) = seen(db, ref).callers
    db.run(assistance.resolve, ping, case=ref, text="Settled")
    with pytest.raises(IllegalTransition):
        db.run(assistance.answer_about_caller, club.lin, case=ref, question=asked.ref, level="all")
    with pytest.raises(IllegalTransition):
        db.run(assistance.ask_about_caller, ping, case=ref, caller="Li Jun")


def test_another_caller_later_is_asked_about_and_a_case_of_nobody_asks_nobody(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin = club.members[0]
    ref = opened(db, CLUB_ACTOR, member=lin).case
    db.run(desk.nobody_known, ping, member=lin, case=ref, caller="Li Jun", phone="+33699999999")
    assert len(seen(db, ref).callers) == 1
    assert letters(db)[-1] == "case-caller"
    nobody = opened(db, CLUB_ACTOR).case
    with pytest.raises(NotFound):
        db.run(assistance.ask_about_caller, ping, case=nobody, caller="Li Jun")


def test_the_red_button_and_the_api_are_never_refused(db: Database, club: SmallClub) -> None:
    made, new = db.run(
        assistance.ask_for_help, Actor.anonymous(), tap="tap-000001", phone="138 0013 8000"
    )
    assert new
    assert seen(db, made.case).line.unverified
    own, _ = db.run(assistance.ask_for_help, club.lin, tap="tap-000002", member=club.members[0])
    assert not seen(db, own.case).line.unverified
    for caller in ("", "Li Jun"):
        case = opened(db, CLUB_ACTOR, member=club.members[0], caller=caller).case
        assert seen(db, case).line.unverified == bool(caller)
