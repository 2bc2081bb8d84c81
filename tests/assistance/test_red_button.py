"""The red button: one tap is one case, whatever it says later, and nothing of it is lost."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from tests.assistance.cases_in_steps import broken, letters, seen, whats
from tests.assistance.desk_on_duty import an_agent, on_shift
from tests.cast import CLUB_ACTOR, member_actor
from tests.small_club import SmallClub, a_small_club
from vipclub import assistance
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Malformed
from vipclub.core.outbox import OutboxRow

TAP = "tap-000001"


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


def pressed(db: Database, actor: Actor | None = None, **what: Any) -> str:
    """The case of a tap."""
    by = actor or Actor.anonymous()
    return db.run(assistance.ask_for_help, by, **{"tap": TAP, **what})[0].case


def wrote(db: Database, ref: str) -> list[str]:
    return [entry.text for entry in seen(db, ref).entries if entry.what == "wrote"]


def only(db: Database) -> str:
    with db.read() as session:
        (line,) = assistance.find_cases(session, CLUB_ACTOR).items
    return line.ref


def test_what_the_same_tap_says_later_is_added(db: Database, club: SmallClub) -> None:
    ref = pressed(db, what="Somebody is ill")
    again = {"what": "Accident", "phone": "+33 6 12 34 56 78", "place": "Lyon,  Hotel Mercure"}
    assert pressed(db, **again) == ref == only(db)
    view = seen(db, ref)
    assert wrote(db, ref) == ["Accident\n+33612345678\nLyon, Hotel Mercure"]
    assert (view.phone, view.place) == ("+33612345678", "Lyon, Hotel Mercure")
    assert view.what == "Somebody is ill"
    (reply,) = [one for one in view.line.clocks if one.clock == "reply"]
    assert reply.due is not None, "somebody waits for an answer to it"
    with db.read() as session:
        assert assistance.open_case_by_phone(session, CLUB_ACTOR, "+33612345678") == ref
    for _ in range(2):  # late and once more, as a phone sends what it kept
        pressed(db, **again)
        pressed(db, what="Somebody is ill")
    assert len(wrote(db, ref)) == 1
    assert broken(db) == []


def test_a_corrected_number_is_the_one_to_ring_and_the_other_is_kept(
    db: Database, club: SmallClub
) -> None:
    ref = pressed(db, phone="+33612345678", place="Lyon")
    pressed(db, phone="+33612345679", place="Lyon")
    assert seen(db, ref).phone == "+33612345679"
    assert wrote(db, ref) == ["+33612345678 → +33612345679"]
    pressed(db, phone="room 12")
    assert seen(db, ref).phone == "+33612345679", "what can't be called hides no number"
    pressed(db, phone="+33612345678")
    assert wrote(db, ref)[1:] == ["+33612345679 → room 12"]


def test_a_tap_that_is_abroad_after_all_is(db: Database, club: SmallClub) -> None:
    ref = pressed(db, what="Ill")
    pressed(db, what="Ill", abroad=True)
    pressed(db, what="Ill")
    view = seen(db, ref)
    assert view.line.kind == "emergency_overseas"
    assert whats(view).count("kind") == 1
    db.run(assistance.change_kind, CLUB_ACTOR, case=ref, kind="emergency_domestic")
    pressed(db, what="Ill", abroad=True)
    assert seen(db, ref).line.kind == "emergency_domestic", "the desk knows better by then"
    assert broken(db) == []


def test_who_signs_in_after_the_tap_is_known_in_its_case(db: Database, club: SmallClub) -> None:
    ref = pressed(db, what="Ill")
    member = club.members[0]
    assert pressed(db, member_actor(member), what="Ill", member=member) == ref
    line = seen(db, ref).line
    assert (line.member, line.unverified) == (member, False)


def test_what_a_tap_says_after_the_end_opens_its_case_again(db: Database, club: SmallClub) -> None:
    ref = pressed(db, what="Ill")
    db.run(assistance.resolve, CLUB_ACTOR, case=ref, text="Home again")
    pressed(db, what="Ill")
    assert seen(db, ref).line.status == "resolved", "nothing new was said"
    pressed(db, what="Ill again")
    assert seen(db, ref).line.status == "reopened"


def test_what_a_tap_says_after_a_merge_goes_on_in_the_other_case(
    db: Database, club: SmallClub
) -> None:
    ref = pressed(db, what="Ill")
    other = pressed(db, tap="tap-000002", what="My husband is ill")
    db.run(assistance.merge, CLUB_ACTOR, case=ref, into=other)
    for _ in range(2):
        assert pressed(db, what="Ill", place="Lyon") == other
    assert wrote(db, other) == ["Lyon"]
    assert "wrote" not in whats(seen(db, ref))


def test_the_same_tap_is_the_same_case(db: Database, club: SmallClub) -> None:
    nobody = Actor.anonymous()
    made = [
        db.run(assistance.ask_for_help, nobody, tap="tap-000001", phone="13800138000")
        for _ in range(2)
    ]
    assert made[0][0].case == made[1][0].case
    assert [new for _, new in made] == [True, False]
    with pytest.raises(Malformed):
        db.run(assistance.ask_for_help, nobody, tap="'; DROP", phone="1")


def test_many_taps_from_one_place_are_kept_and_marked(db: Database, club: SmallClub) -> None:
    on_shift(db, an_agent(db, "ping"))
    for number in range(8):
        tap, address = f"tap-00000{number}", "203.0.113.9"
        db.run(assistance.ask_for_help, Actor.anonymous(), tap=tap, address=address)
    with db.read() as session:
        marked = session.execute(
            text("SELECT flooded, unverified FROM assistance_case ORDER BY id")
        ).all()
    assert [bool(row[0]) for row in marked] == [False] * 5 + [True] * 3
    assert letters(db) == ["case-assigned"] * 5, "and no agent is buried in letters"
    assert all(row[1] for row in marked)
    with db.read() as session:
        lines = assistance.find_cases(session, CLUB_ACTOR).items
    assert [line.flooded for line in lines] == [True] * 3 + [False] * 5
    assert all(line.owner for line in lines)


def flooding(db: Database, number: int, start: int = 0) -> None:
    for one in range(start, start + number):
        pressed(db, tap=f"tap-{one:06}", address="203.0.113.9")


def test_who_is_signed_in_is_no_flood(db: Database, club: SmallClub) -> None:
    """A hotel whose address was used by many before, and counts for nobody else there."""
    on_shift(db, an_agent(db, "ping"))
    flooding(db, 6)
    before, member = letters(db), club.members[0]
    ref = pressed(db, member_actor(member), tap="tap-of-lin", member=member, address="203.0.113.9")
    assert not seen(db, ref).line.flooded
    assert letters(db)[len(before) :] == ["case-received", "case-assigned"]


def test_members_in_one_place_mark_no_stranger(db: Database, club: SmallClub) -> None:
    for number in range(6):
        member = club.members[number % 2]
        at = {"tap": f"tap-m-00{number}", "member": member, "address": "203.0.113.9"}
        pressed(db, member_actor(member), **at)
    assert not seen(db, pressed(db, address="203.0.113.9")).line.flooded


def test_a_flood_raises_one_alarm_a_person_in_a_while(db: Database, club: SmallClub) -> None:
    ping, boss = an_agent(db, "ping"), an_agent(db, "boss")
    on_shift(db, ping)
    db.run(assistance.name_leader_on_call, CLUB_ACTOR, account=str(boss.account_ref))
    flooding(db, 20)
    elsewhere = pressed(db, tap="tap-elsewhere", address="198.51.100.7")
    began, levels = clock.now(), 0
    for minutes in (4, 6, 8, 11, 16, 24):
        with clock.replaying(began + timedelta(minutes=minutes)):
            levels += assistance.raise_alarms(db)
    told = alarm_letters(db)
    assert sorted(account for ref, account in told if ref != elsewhere) == sorted(
        [ping.account_id, boss.account_id]
    )
    assert len([ref for ref, _ in told if ref == elsewhere]) >= 9, "a case apart is told as ever"
    assert levels > 180, "each level is on record"
    with clock.replaying(began + timedelta(minutes=45)):
        assistance.raise_alarms(db)
    assert len(alarm_letters(db)) > len(told), "and again after a while"
    assert broken(db) == []


def alarm_letters(db: Database) -> list[tuple[str, int]]:
    with db.read() as session:
        rows = session.scalars(select(OutboxRow.payload).order_by(OutboxRow.id)).all()
    return [
        (row["data"]["ref"], row["account"]) for row in rows if row.get("template") == "case-alarm"
    ]
