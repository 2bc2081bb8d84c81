"""A number is shown whole with a ground: a verified caller, an open emergency, or a reason in words
that a second person reviews."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import text

from tests.assistance.cases_in_steps import opened
from tests.assistance.desk_on_duty import on_shift
from tests.cast import CLUB_ACTOR, wu
from tests.desk.callers import MOBILE, an_agent, known_club, say
from tests.house.source import place, python_files
from tests.people.contacts_named import a_contact, letters_of
from tests.portfolio.manager_members import PORTFOLIO, give_to_manager
from tests.small_club import SmallClub
from tests.web.signing_in import an_account
from vipclub import assistance, desk, people
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, IllegalTransition, NotFound
from vipclub.core.outbox import OutboxRow
from vipclub.core.types import new_ref
from vipclub.desk.refusals import AnotherPersonReviews, ReviewNotAccepted
from vipclub.desk.revealing import REVIEW_WITHIN

WHY = "客户在酒店昏迷，医院需要联系家人"


@pytest.fixture
def club(db: Database) -> SmallClub:
    return known_club(db)


@pytest.fixture
def ping(db: Database, club: SmallClub) -> Actor:
    return an_agent(db, "ping")


def reveal(db: Database, actor: Actor, member: str, **more: str) -> desk.Revealed:
    viewed = db.run(people.record_view, actor, member=member, page="test")
    return db.run(desk.reveal, actor, member=member, purpose="call", viewed=viewed, **more)


def listed(db: Database, actor: Actor) -> list[desk.AccessView]:
    with db.read() as session:
        return desk.accesses(session, actor)


def waiting(db: Database, actor: Actor) -> int:
    with db.read() as session:
        return desk.waiting_now(session, actor, now=clock.now(), soon=clock.now()).reviews


def actions(db: Database) -> list[str]:
    with db.read() as session:
        rows = session.execute(text("SELECT action FROM audit ORDER BY id"))
        wanted = ("person.reveal", "contact.reveal", "person.break_glass", "person.review_access")
        return [row[0] for row in rows if row[0] in wanted]


def test_nobody_at_the_desk_sees_a_number_without_a_ground(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    for words in (
        "",
        "urgent",
        "....................",
        "aaaaaaaaaaaaaaaaaaaa",
        "abababababababab",
        "urgent urgent urgent",
        "aaaa bbbb cccc dddd",
        "客户客户客户客户客户",
    ):
        with pytest.raises(desk.RevealNotAllowed):
            reveal(db, ping, club.members[0], emergency=words)
    assert actions(db) == []
    assert listed(db, ping) == []


def test_a_verified_caller_is_a_ground_as_long_as_it_holds(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin = club.members[0]
    a_contact(db, club.lin, lin)
    say(db, ping, lin, mobile="8000", city="shanghai")
    shown = reveal(db, ping, lin)
    assert (shown.ground, shown.access, shown.details.mobile) == ("caller", None, MOBILE)
    assert [each.phone for each in shown.contacts] == ["+33612345678"]
    assert actions(db) == ["person.reveal", "contact.reveal"]
    with pytest.raises(desk.RevealNotAllowed):
        reveal(db, an_agent(db, "bo"), lin)
    with clock.replaying(clock.now() + timedelta(minutes=31)):
        with pytest.raises(desk.RevealNotAllowed):
            reveal(db, ping, lin)


def test_an_open_emergency_is_a_ground_and_a_closed_one_is_not(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    lin = club.members[0]
    opened(db, kind="enquiry", member=lin)
    with pytest.raises(desk.RevealNotAllowed):
        reveal(db, ping, lin)
    ref = opened(db, kind="emergency_domestic", member=lin).case
    assert reveal(db, ping, lin).ground == "case"
    with pytest.raises(desk.RevealNotAllowed):
        reveal(db, ping, club.members[1])
    db.run(assistance.resolve, ping, case=ref, text="Settled")
    with pytest.raises(desk.RevealNotAllowed):
        reveal(db, ping, lin)


def test_an_emergency_of_ones_own_making_is_no_ground(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    """Until it is known who calls: whoever opens a case to see a number gives a reason for it."""
    lin, bo = club.members[0], an_agent(db, "bo")
    for channel in ("phone", "counter"):
        case = {"kind": "emergency_domestic", "member": lin, "channel": channel}
        db.run(assistance.open_case, ping, **case)
        with pytest.raises(desk.RevealNotAllowed):
            reveal(db, ping, lin)
    assert reveal(db, bo, lin).ground == "case", "for a colleague it is one"
    assert reveal(db, ping, lin, emergency=WHY).ground == "emergency"
    say(db, ping, lin, mobile="8000", city="shanghai")
    db.run(desk.open_case, ping, kind="emergency_overseas", member=lin, channel="phone")
    with clock.replaying(clock.now() + timedelta(minutes=31)):
        assert reveal(db, ping, lin).ground == "case", "its caller was verified"


def test_somebody_unknown_on_the_line_is_no_ground(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    db.run(desk.nobody_known, ping, member=club.members[0])
    with pytest.raises(desk.RevealNotAllowed):
        reveal(db, ping, club.members[0])


def test_a_manager_says_what_for_as_before(db: Database, club: SmallClub) -> None:
    give_to_manager(db, club.members[0])
    shown = reveal(db, wu(PORTFOLIO), club.members[0])
    assert (shown.ground, shown.details.mobile, shown.contacts) == ("portfolio", MOBILE, ())
    with pytest.raises(NotFound):
        reveal(db, wu(PORTFOLIO), club.members[1])


def test_an_emergency_shows_it_tells_the_leader_and_waits_for_a_review(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    leader = an_agent(db, "mei")
    on_shift(db, leader, leads=True)
    shown = reveal(db, ping, club.members[0], emergency=WHY)
    assert (shown.ground, shown.details.mobile) == ("emergency", MOBILE)
    assert shown.access
    assert shown.access.startswith("X-")
    assert actions(db) == ["person.break_glass", "person.reveal"]
    assert letters_of(db, "emergency-access") == ["emergency-access"]
    with db.read() as session:
        (told,) = (row.payload for row in session.query(OutboxRow))
        trail = session.execute(text("SELECT after, reason FROM audit")).all()
    assert told["account"] == leader.account_id
    assert WHY not in str(told)
    assert WHY not in str(trail), "somebody's words about health lie sealed"
    (mine,) = listed(db, ping)
    assert (mine.state, mine.reason, mine.mine, mine.reviews) == ("open", WHY, True, False)
    (hers,) = listed(db, leader)
    assert (hers.by, hers.reviews, hers.name) == ("Somebody desk", True, "林若溪")
    assert (waiting(db, leader), waiting(db, ping)) == (1, 0)
    assert listed(db, an_agent(db, "bo")) == [], "others see their own"


def test_a_leader_who_did_it_is_not_told_and_another_one_is(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    on_shift(db, ping, leads=True)
    other = an_agent(db, "mei")
    db.run(assistance.name_leader_on_call, CLUB_ACTOR, account=str(other.account_ref))
    reveal(db, ping, club.members[0], emergency=WHY)
    with db.read() as session:
        told = [row.payload["account"] for row in session.query(OutboxRow)]
    assert told == [other.account_id]


def test_the_only_leader_s_own_access_is_told_to_who_names_leaders(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    """Never nobody: those who lead at other hours, else operations, else who keeps the trail."""

    def told() -> list[int]:
        reveal(db, ping, club.members[0], emergency=WHY)
        with db.read() as session:
            rows = [row.payload["account"] for row in session.query(OutboxRow)]
        with db.engine.begin() as connection:
            connection.execute(text("DELETE FROM outbox"))
        return rows

    on_shift(db, ping, leads=True)
    auditor = an_account(db, "auditor")
    assert told() == [auditor.id]
    office = an_account(db, "operations")
    assert told() == [office.id]
    tomorrow = an_agent(db, "mei")
    on_shift(db, tomorrow, start=clock.now() + timedelta(days=1), leads=True)
    assert told() == [tomorrow.account_id]


def review(db: Database, actor: Actor, access: str, **more: Any) -> None:
    db.run(desk.review, actor, **{"access": access, "justified": True, "text": "Yes", **more})


def test_a_second_person_who_leads_reviews_it_once(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    ref = str(reveal(db, ping, club.members[0], emergency=WHY).access)
    leader = an_agent(db, "mei")
    unheard = new_ref("X")
    for nobody in (ping, leader, an_agent(db, "bo")):
        for access in (ref, unheard):  # nobody tells by this which references there are
            with pytest.raises(AnotherPersonReviews):
                review(db, nobody, access)
    on_shift(db, leader, leads=True)
    with pytest.raises(NotFound):
        review(db, leader, unheard)
    on_shift(db, ping, leads=True)
    with pytest.raises(AnotherPersonReviews):
        review(db, ping, ref)
    for words in (" ", "x" * 1001):
        with pytest.raises(ReviewNotAccepted):
            review(db, leader, ref, text=words)
    review(db, leader, ref, justified=False, text="The family could be asked")
    with pytest.raises(IllegalTransition):
        review(db, leader, ref)
    (mine,) = listed(db, ping)
    assert (mine.state, mine.verdict) == ("unjustified", "The family could be asked")
    assert (waiting(db, leader), actions(db)[-1]) == (0, "person.review_access")
    for other in (club.lin, club.he, wu()):
        with pytest.raises(Forbidden):
            review(db, other, ref)


def test_the_database_itself_wants_a_second_person(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    reveal(db, ping, club.members[0], emergency=WHY)
    with pytest.raises(Exception, match="(?i)check"), db.engine.begin() as connection:
        connection.execute(
            text("UPDATE break_glass SET state = 'justified', reviewer_id = account_id")
        )


def test_nobody_s_review_is_told_to_the_auditor_once_and_then_to_a_leader(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    auditor, admin = an_account(db, "auditor"), an_account(db, "admin")
    leader = an_agent(db, "mei")
    db.run(assistance.name_leader_on_call, CLUB_ACTOR, account=str(leader.account_ref))
    ref = str(reveal(db, ping, club.members[0], emergency=WHY).access)
    assert desk.tell_of_overdue_reviews(db) == 0
    with clock.replaying(clock.now() + REVIEW_WITHIN + timedelta(minutes=1)):
        assert desk.tell_of_overdue_reviews(db) == 1
        assert desk.tell_of_overdue_reviews(db) == 0
    with clock.replaying(clock.now() + 2 * REVIEW_WITHIN + timedelta(minutes=2)):
        assert desk.tell_of_overdue_reviews(db) == 1
    with db.read() as session:
        told = [
            (row.payload["template"], row.payload["account"])
            for row in session.query(OutboxRow).order_by(OutboxRow.id)
        ]
    assert told == [
        ("emergency-access", leader.account_id),
        ("emergency-access-overdue", leader.account_id),
        ("emergency-access-overdue", auditor.id),
        ("emergency-access", leader.account_id),
    ]
    assert admin.id not in {account for _, account in told}
    review(db, an_agent_who_leads(db), ref)
    with clock.replaying(clock.now() + 5 * REVIEW_WITHIN):
        assert desk.tell_of_overdue_reviews(db) == 0


def an_agent_who_leads(db: Database) -> Actor:
    made = an_agent(db, "yan")
    on_shift(db, made, leads=True)
    return made


def test_without_an_auditor_the_administrator_is_told(
    db: Database, club: SmallClub, ping: Actor
) -> None:
    admin = an_account(db, "admin")
    reveal(db, ping, club.members[0], emergency=WHY)
    with clock.replaying(clock.now() + REVIEW_WITHIN + timedelta(minutes=1)):
        assert desk.tell_of_overdue_reviews(db) == 1
    with db.read() as session:
        told = [
            (row.payload["template"], row.payload["account"]) for row in session.query(OutboxRow)
        ]
    assert told == [
        ("emergency-access", admin.id),
        ("emergency-access-overdue", admin.id),
    ], "at once where nobody leads, and when nobody has reviewed it"


@pytest.mark.only("sqlite")
def test_numbers_are_revealed_by_one_way() -> None:
    """Nothing but the use case with its grounds, and a member's own page, reads them whole."""
    callers = {
        place(path)
        for path in python_files("vipclub", "jobs")
        if "people.reveal_contact_details" in path.read_text()
    }
    assert callers == {"vipclub/desk/revealing.py", "vipclub/web/member/profile.py"}
