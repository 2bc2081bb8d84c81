"""Callbacks: planned with a clock, kept by somebody on duty, tried three times, never forgotten."""

from __future__ import annotations

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import func, select, text

from tests.assistance.cases_in_steps import opened, seen, whats
from tests.assistance.desk_on_duty import an_agent, on_shift
from tests.cast import CLUB_ACTOR, partner_actor, sun, wu
from tests.portfolio.manager_members import PORTFOLIO, give_to_manager, name_member
from tests.small_club import SmallClub, a_small_club
from vipclub import assistance, desk, people
from vipclub.accounts import Account
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, IllegalTransition, Malformed, NotFound
from vipclub.core.invariants import verify
from vipclub.core.outbox import OutboxRow
from vipclub.desk import Callback, CallbackPlanned, CallbackTry, Interaction
from vipclub.desk.callbacks import watching
from vipclub.desk.callbacks.watching import _raise

MINUTE = timedelta(minutes=1)
MOBILE = "+8613800138000"


@pytest.fixture
def club(db: Database) -> SmallClub:
    made = a_small_club(db)
    name_member(db, made.members[0], "林若溪", mobile=MOBILE, city="310000")
    return made


def asked(db: Database, actor: Actor = CLUB_ACTOR, **given: Any) -> CallbackPlanned:
    return db.run(desk.ask_callback, actor, **given)


def row_of(db: Database, ref: str) -> Callback:
    with db.read() as session:
        return session.execute(select(Callback).where(Callback.public_ref == ref)).scalar_one()


def told(db: Database) -> list[tuple[str, int | None]]:
    """The letters about callbacks: template and whose account."""
    with db.read() as session:
        rows = session.scalars(
            select(OutboxRow.payload)
            .where(OutboxRow.subject_kind == "callback")
            .order_by(OutboxRow.id)
        )
        return [(row["template"], row["account"]) for row in rows]


def at(minutes: float) -> Any:
    return clock.replaying(clock.now() + minutes * MINUTE)


def broken(db: Database) -> list[object]:
    return [one for outcome in verify(db, desk.INVARIANTS) for one in outcome.broken]


def test_it_is_due_within_two_hours_and_belongs_to_who_is_on_duty(
    db: Database, club: SmallClub
) -> None:
    ping = an_agent(db, "ping")
    on_shift(db, ping)
    now = clock.now()
    made = asked(db, sun(), member=club.members[0], about="benefit", words="About her parents")
    assert timedelta(hours=2) <= made.due_at - now < timedelta(hours=2, minutes=1)
    assert made.owner == ping.account_ref
    sooner = asked(db, sun(), phone="010-6512 3456", about="complaint")
    assert sooner.due_at < made.due_at, "a complaint is called back within the hour"
    with db.read() as session:
        page = desk.due_callbacks(session, sun())
    assert [line.ref for line in page.items] == [sooner.callback, made.callback]
    assert page.items[1].name == "林若溪"


def test_what_cannot_be_dialled_or_lies_behind_is_refused(db: Database, club: SmallClub) -> None:
    for given in ({"phone": "room 4"}, {"phone": ""}, {"member": club.members[1]}):
        with pytest.raises(desk.CallbackNumberMissing):
            asked(db, sun(), **given)
    now = clock.now()
    for due in (now - MINUTE, now + timedelta(days=31)):
        with pytest.raises(desk.CallbackTimeNotAccepted):
            asked(db, sun(), phone=MOBILE, due=due)
    for bad in ({"about": "gossip"}, {"window": "night"}, {"channel": "pigeon"}):
        with pytest.raises(Malformed):
            asked(db, sun(), phone=MOBILE, **bad)


def test_three_at_once_are_enough_for_one_person(db: Database, club: SmallClub) -> None:
    for _ in range(3):
        last = asked(db, club.lin, member=club.members[0])
    with pytest.raises(desk.CallbacksFull):
        asked(db, sun(), member=club.members[0])
    db.run(desk.cancel_callback, club.lin, callback=last.callback)
    assert asked(db, sun(), member=club.members[0])


def test_a_member_asks_for_herself_alone_and_in_the_hours_she_wants(
    db: Database, club: SmallClub
) -> None:
    made = asked(db, club.lin, member=club.members[0], window="evening")
    assert made.due_at - made.from_at <= timedelta(hours=3)
    assert made.due_at.astimezone(ZoneInfo(clock.club_zone())).hour == 21
    assert row_of(db, made.callback).channel == "web"
    with pytest.raises(NotFound):
        asked(db, club.chen, member=club.members[0])
    with pytest.raises(NotFound):
        asked(db, club.lin, phone=MOBILE)
    with pytest.raises(NotFound):
        db.run(desk.cancel_callback, club.chen, callback=made.callback)
    with pytest.raises(Forbidden):
        asked(db, partner_actor(club.partner), member=club.members[0])


def test_a_manager_plans_one_for_the_desk_and_for_no_other_manager_s_member(
    db: Database, club: SmallClub
) -> None:
    give_to_manager(db, club.members[0])
    made = asked(db, wu(PORTFOLIO), member=club.members[0])
    with pytest.raises(NotFound):
        asked(db, wu(PORTFOLIO), member=club.members[1], phone=MOBILE)
    with db.read() as session:
        assert [
            one.ref for one in desk.callbacks_of(session, wu(PORTFOLIO), member=club.members[0])
        ] == [made.callback]
        assert desk.callbacks_of(session, wu("LIFE/9999"), member=club.members[0]) == []
        with pytest.raises(Forbidden):
            desk.due_callbacks(session, wu(PORTFOLIO))


def test_who_reaches_somebody_has_the_call_on_record(db: Database, club: SmallClub) -> None:
    made = asked(db, sun(), member=club.members[0], about="benefit")
    db.run(desk.reached, sun(), callback=made.callback, outcome="settled", text="All clear")
    assert row_of(db, made.callback).state == "reached"
    with db.read() as session:
        call = session.execute(select(Interaction)).scalar_one()
        tries = session.execute(select(CallbackTry)).scalar_one()
    assert (call.channel, call.about, call.outcome) == ("phone", "benefit", "settled")
    assert (tries.number, tries.reached) == (1, True)
    with pytest.raises(IllegalTransition):
        db.run(desk.reached, sun(), callback=made.callback)
    assert broken(db) == []


def test_in_a_case_the_call_is_the_club_s_answer(db: Database, club: SmallClub) -> None:
    case = opened(db, kind="enquiry", phone=MOBILE).case
    made = asked(db, sun(), case=case, phone=MOBILE)
    db.run(desk.reached, sun(), callback=made.callback, text="Her passport is found")
    assert whats(seen(db, case))[-2:] == ["answered", "noted"]


def test_in_a_case_that_was_merged_the_call_answers_the_one_that_goes_on(
    db: Database, club: SmallClub
) -> None:
    first, second, third = (opened(db, kind="enquiry", phone=MOBILE).case for _ in range(3))
    made = asked(db, sun(), case=first, phone=MOBILE)
    for case, into in ((first, second), (second, third)):
        db.run(assistance.merge, CLUB_ACTOR, case=case, into=into)
    with db.read() as session:
        assert [line.case for line in desk.due_callbacks(session, sun()).items] == [third]
    db.run(desk.reached, sun(), callback=made.callback, text="Her passport is found")
    view = seen(db, third)
    assert whats(view)[-2:] == ["answered", "noted"]
    assert [one.clock for one in view.line.clocks if one.done is None] == ["resolution"]
    assert broken(db) == []


def test_a_call_that_goes_on_in_a_complaint_is_no_more_with_whom_that_is_about(
    db: Database, club: SmallClub
) -> None:
    blamed, ping = an_agent(db, "blamed"), an_agent(db, "ping")
    plain = opened(db, kind="complaint", phone=MOBILE).case
    about = opened(db, kind="complaint", phone=MOBILE, about=blamed.account_ref).case
    on_shift(db, blamed)
    made = asked(db, case=plain, phone=MOBILE)
    assert made.owner == blamed.account_ref
    db.run(assistance.merge, CLUB_ACTOR, case=plain, into=about)
    with db.read() as session:
        assert desk.due_callbacks(session, blamed).items == []
    on_shift(db, ping)
    assert desk.keep_callback_owners(db) == 1
    assert row_of(db, made.callback).owner_id == ping.account_id


def test_three_calls_that_reach_nobody_end_it_and_she_hears_that(
    db: Database, club: SmallClub
) -> None:
    made = asked(db, sun(), member=club.members[0])
    later = clock.now() + timedelta(hours=5)
    assert db.run(desk.not_reached, sun(), callback=made.callback, again=later)
    kept = row_of(db, made.callback)
    assert (kept.due_at, kept.tries, kept.level) == (later, 1, 0)
    assert db.run(desk.not_reached, sun(), callback=made.callback)
    assert told(db) == []
    assert not db.run(desk.not_reached, sun(), callback=made.callback)
    assert row_of(db, made.callback).state == "unreached"
    assert told(db) == [("callback-unreached", None)]
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(CallbackTry)) == 3
    assert broken(db) == []


def test_the_owner_is_warned_the_leader_told_and_it_never_falls_silent(
    db: Database, club: SmallClub
) -> None:
    ping, lead, boss = (an_agent(db, name) for name in ("ping", "lead", "boss"))
    on_shift(db, ping, hours=13)
    on_shift(db, lead, hours=13, leads=True)
    db.run(assistance.name_leader_on_call, CLUB_ACTOR, account=str(boss.account_ref))
    asked(db, sun(), member=club.members[0], due=clock.now() + 60 * MINUTE)
    assert desk.watch_callbacks(db) == 0
    for minutes in (46, 61, 91, 24 * 60 + 61):
        with at(minutes):
            assert desk.watch_callbacks(db) == 1, minutes
            assert desk.watch_callbacks(db) == 0, "a level is raised once"
    who = {ping.account_id: "ping", lead.account_id: "lead", boss.account_id: "boss"}
    assert [who[account or 0] for _, account in told(db)] == ["ping", "lead", "boss", "boss"]


def test_as_soon_as_it_is_said_whom_a_complaint_is_about_they_call_nobody_about_it(
    db: Database, club: SmallClub
) -> None:
    ping, mei = an_agent(db, "ping"), an_agent(db, "mei")
    on_shift(db, ping)
    case = opened(db, kind="complaint", member=club.members[0]).case
    made = asked(db, sun(), member=club.members[0], case=case)
    assert row_of(db, made.callback).owner_id == ping.account_id
    db.run(assistance.say_about, mei, case=case, about=ping.account_ref)
    assert row_of(db, made.callback).owner_id is None, "nobody else is on duty"
    on_shift(db, mei)
    assert desk.keep_callback_owners(db) == 1
    assert row_of(db, made.callback).owner_id == mei.account_id
    assert broken(db) == []


def test_a_call_that_was_made_meanwhile_raises_nothing(db: Database, club: SmallClub) -> None:
    made = asked(db, sun(), member=club.members[0], due=clock.now() + 60 * MINUTE)
    with at(61):
        db.run(desk.not_reached, sun(), callback=made.callback)
        db.run(_raise, made.callback)
        assert desk.watch_callbacks(db) == 0
        db.run(desk.cancel_callback, sun(), callback=made.callback)
        db.run(_raise, made.callback)
    assert told(db) == []


def test_at_the_change_of_shift_nothing_is_lost(db: Database, club: SmallClub) -> None:
    ping, mei = an_agent(db, "ping"), an_agent(db, "mei")
    on_shift(db, ping, hours=2)
    made = asked(db, sun(), member=club.members[0], due=clock.now() + 90 * MINUTE)
    assert desk.keep_callback_owners(db) == 0
    with at(70):
        assert desk.keep_callback_owners(db) == 0, "nobody else is there"
        on_shift(db, mei)
        assert desk.keep_callback_owners(db) == 1
        assert desk.keep_callback_owners(db) == 0
        assert row_of(db, made.callback).owner_id == mei.account_id


def test_who_is_complained_of_neither_owns_nor_sees_it(db: Database, club: SmallClub) -> None:
    ping, mei = an_agent(db, "ping"), an_agent(db, "mei")
    on_shift(db, ping)
    on_shift(db, mei)
    case = opened(db, kind="complaint", about=str(ping.account_ref), phone=MOBILE).case
    made = asked(db, sun(), case=case, phone=MOBILE)
    assert made.owner == mei.account_ref
    with db.read() as session:
        assert desk.due_callbacks(session, ping).items == []
    with pytest.raises(NotFound):
        db.run(desk.record_callback_view, ping, callback=made.callback)


def test_calls_that_nobody_can_take_keep_no_other_call_from_its_owner(
    db: Database, club: SmallClub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(watching, "BATCH", 1)
    blamed = an_agent(db, "blamed")
    about = opened(db, kind="complaint", member=club.members[0], about=blamed.account_ref).case
    asked(db, case=about, phone=MOBILE)
    plain = asked(db, phone="010-6512 3456", about="benefit")
    on_shift(db, blamed)
    assert desk.keep_callback_owners(db) == 1
    assert row_of(db, plain.callback).owner_id == blamed.account_id
    assert desk.keep_callback_owners(db) == 0


def test_the_number_is_shown_after_it_is_on_record_who_looks(db: Database, club: SmallClub) -> None:
    own = asked(db, sun(), member=club.members[0])
    other = asked(db, sun(), member=club.members[0], phone="+33 1 42 34 56 78", words="At night")
    viewed = db.run(desk.record_callback_view, sun(), callback=own.callback)
    with db.read() as session:
        found = desk.callback(session, sun(), own.callback, viewed=viewed)
        assert (found.phone, found.own_number) == (MOBILE, True)
        with pytest.raises(ValueError, match="not what"):
            desk.callback(session, sun(), other.callback, viewed=viewed)
    viewed = db.run(desk.record_callback_view, sun(), callback=other.callback)
    with db.read() as session:
        found = desk.callback(session, sun(), other.callback, viewed=viewed)
        rows = session.scalar(text("SELECT count(*) FROM audit WHERE action = 'callback.view'"))
    assert (found.phone, found.words, rows) == ("+33142345678", "At night", 2)


def test_a_joined_person_s_callbacks_are_one_list(db: Database, club: SmallClub) -> None:
    made = asked(db, sun(), member=club.members[0])
    with db.read() as session:
        first, second = (
            people.find_person(session, CLUB_ACTOR, club.members[n]).id for n in (0, 1)
        )
    db.run(
        lambda session: session.execute(
            text("UPDATE person SET survivor_id = :one WHERE id = :two"),
            {"one": second, "two": first},
        )
    )
    with db.read() as session:
        found = desk.callbacks_of(session, sun(), member=club.members[1])
    assert [line.ref for line in found] == [made.callback]
    assert found[0].member == club.members[1]


def test_an_account_s_name_is_its_owner_s(db: Database, club: SmallClub) -> None:
    ping = an_agent(db, "ping")
    on_shift(db, ping)
    asked(db, sun(), phone=MOBILE)
    with db.read() as session:
        (line,) = desk.due_callbacks(session, sun(), owner=ping.account_id).items
        name = session.scalar(select(Account.display_name).where(Account.id == ping.account_id))
        now = desk.waiting_now(
            session, sun(), now=clock.now(), soon=clock.now() + timedelta(hours=3)
        ).callbacks
    assert line.owner_name == name
    assert (now.late, now.soon, now.all) == (0, 1, 1)
