"""Who is on duty, and that no open case is without an owner who is."""

from __future__ import annotations

import threading
import time
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.assistance.cases_in_steps import opened
from tests.assistance.desk_on_duty import HOUR, an_agent, on_shift
from tests.assistance.duty_through_time import through_time
from tests.cast import CLUB_ACTOR, member_actor
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from vipclub import accounts, assistance
from vipclub.accounts import permissions_of
from vipclub.assistance import (
    Case,
    LeadersChangeIt,
    NobodyMakesThemselvesLeader,
    ShiftNotAccepted,
)
from vipclub.assistance.duty import keeping_owners
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, Malformed, NotFound
from vipclub.core.types import new_ref


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


def owner_of(db: Database, ref: str) -> int | None:
    with db.read() as session:
        return session.execute(select(Case.owner_id).where(Case.public_ref == ref)).scalar()


def away(db: Database, agent: Actor, *, hours: int = 1, stand_in: Actor | None = None) -> None:
    now = clock.now()
    db.run(
        assistance.add_absence,
        CLUB_ACTOR,
        account=str(agent.account_ref),
        kind="break",
        start=now - timedelta(minutes=1),
        end=now + hours * HOUR,
        stand_in=stand_in.account_ref if stand_in else None,
    )


def test_a_case_goes_to_who_has_the_fewest(db: Database, club: SmallClub) -> None:
    ping, mei = an_agent(db, "ping"), an_agent(db, "mei")
    on_shift(db, ping)
    first = opened(db)
    assert first.owner == ping.account_ref
    on_shift(db, mei)
    assert opened(db).owner == mei.account_ref


def test_a_leader_owns_a_case_only_where_nobody_else_is_there(
    db: Database, club: SmallClub
) -> None:
    lead, ping = an_agent(db, "lead"), an_agent(db, "ping")
    on_shift(db, lead, leads=True)
    assert opened(db).owner == lead.account_ref
    on_shift(db, ping)
    assert [opened(db).owner for _ in range(3)] == [ping.account_ref] * 3


def test_with_nobody_on_duty_it_is_the_leader_on_call(db: Database, club: SmallClub) -> None:
    assert opened(db).owner is None
    lead = an_agent(db, "lead")
    db.run(assistance.name_leader_on_call, CLUB_ACTOR, account=str(lead.account_ref))
    assert opened(db).owner == lead.account_ref
    assert assistance.keep_owners(db) == 1, "and the first one's too"


@pytest.mark.pain(36)
def test_who_goes_on_a_break_hands_over_to_the_stand_in(db: Database, club: SmallClub) -> None:
    ping, mei, tao = (an_agent(db, name) for name in ("ping", "mei", "tao"))
    on_shift(db, ping)
    case = opened(db)
    for agent in (mei, tao):
        on_shift(db, agent)
    away(db, ping, stand_in=tao)
    assert assistance.keep_owners(db) == 1
    assert owner_of(db, case.case) == tao.account_id
    assert assistance.keep_owners(db) == 0


@pytest.mark.pain(36)
def test_a_shift_that_ends_leaves_no_case_behind(db: Database, club: SmallClub) -> None:
    ping, mei = an_agent(db, "ping"), an_agent(db, "mei")
    on_shift(db, ping, hours=2)
    case = opened(db)
    on_shift(db, mei, start=clock.now() + HOUR)
    with clock.replaying(clock.now() + HOUR + timedelta(minutes=1)):
        assert assistance.keep_owners(db) == 1
    assert owner_of(db, case.case) == mei.account_id


@pytest.mark.promise("P29")
def test_an_account_that_is_disabled_is_not_on_duty(db: Database, club: SmallClub) -> None:
    ping = an_agent(db, "ping")
    on_shift(db, ping)
    db.run(accounts.disable_account, CLUB_ACTOR, account=str(ping.account_ref))
    assert opened(db).owner is None


def test_shifts_that_overlap_or_last_too_long_are_refused(db: Database, club: SmallClub) -> None:
    ping = an_agent(db, "ping")
    on_shift(db, ping)
    for start, hours in ((clock.now(), 1), (clock.now() + 24 * HOUR, 15)):
        with pytest.raises(ShiftNotAccepted):
            on_shift(db, ping, start=start, hours=hours)
    with pytest.raises(Forbidden):
        db.run(
            assistance.add_shift,
            member_actor(club.members[0]),
            account=str(ping.account_ref),
            start=clock.now(),
            end=clock.now() + HOUR,
        )
    with pytest.raises(NotFound):
        on_shift(db, Actor(kind="desk", account_ref=new_ref("U")))
    with pytest.raises(Malformed):
        db.run(
            assistance.add_absence,
            CLUB_ACTOR,
            account=str(ping.account_ref),
            kind="siesta",
            start=clock.now(),
            end=clock.now() + HOUR,
        )


def test_nobody_makes_themselves_leader(db: Database, club: SmallClub) -> None:
    """The roster is changed by who leads at that moment, as it stood before, and by operations."""
    ping, mei, lead = (an_agent(db, name) for name in ("ping", "mei", "lead"))
    shift = on_shift(db, ping)
    on_shift(db, mei, start=clock.now() + 24 * HOUR, leads=True)

    def new_shift(actor: Actor, of: Actor, *, leads: bool, days: int = 30) -> None:
        start = clock.now() + timedelta(days=days)
        shift = {"account": str(of.account_ref), "start": start, "end": start + HOUR}
        db.run(assistance.add_shift, actor, leads=leads, **shift)

    def on_call(actor: Actor, of: Actor) -> None:
        db.run(assistance.name_leader_on_call, actor, account=str(of.account_ref))

    for agent in (ping, mei):  # she leads tomorrow
        with pytest.raises(LeadersChangeIt):
            new_shift(agent, ping, leads=True)
        with pytest.raises(LeadersChangeIt):
            new_shift(agent, ping, leads=False)
        with pytest.raises(LeadersChangeIt):
            on_call(agent, ping)
        with pytest.raises(LeadersChangeIt):
            db.run(assistance.cancel_shift, agent, shift=shift)
    on_shift(db, lead, leads=True)
    for by_herself in (lambda: new_shift(lead, lead, leads=True), lambda: on_call(lead, lead)):
        with pytest.raises(NobodyMakesThemselvesLeader):
            by_herself()
    new_shift(lead, lead, leads=False)
    new_shift(lead, ping, leads=True)
    on_call(lead, mei)
    new_shift(mei, lead, leads=True, days=31)  # the leader on call leads, too
    db.run(assistance.cancel_shift, mei, shift=shift)
    office = replace(ping, kind="operations", permissions=permissions_of("operations"))
    on_call(replace(office, account_id=None, account_ref=None), ping)


def test_breaks_and_leave_are_ones_own_but_a_leader_s(db: Database, club: SmallClub) -> None:
    ping, mei = an_agent(db, "ping"), an_agent(db, "mei")
    on_shift(db, ping)
    tomorrow = clock.now() + 24 * HOUR
    on_shift(db, mei, start=tomorrow, leads=True)

    def leave(actor: Actor, of: Actor, start: datetime) -> None:
        when = {"account": str(of.account_ref), "start": start, "end": start + HOUR}
        db.run(assistance.add_absence, actor, kind="leave", **when)

    leave(ping, ping, clock.now())
    leave(mei, mei, clock.now())
    for actor, of, start in ((ping, mei, clock.now()), (mei, mei, tomorrow)):
        with pytest.raises(LeadersChangeIt):
            leave(actor, of, start)
    leave(CLUB_ACTOR, mei, tomorrow)


@pytest.mark.race
@pytest.mark.only("postgresql")
def test_of_two_leaders_who_fill_one_evening_at_once_the_second_is_refused(
    db: Database, club: SmallClub
) -> None:
    ping, added = an_agent(db, "ping"), threading.Event()
    evening: dict[str, Any] = {
        "account": str(ping.account_ref),
        "start": clock.now(),
        "end": clock.now() + HOUR,
    }

    def slowly(session: Session, actor: Actor) -> None:
        assistance.add_shift(session, actor, **evening)
        added.set()
        time.sleep(0.5)

    first = threading.Thread(target=lambda: db.run(slowly, CLUB_ACTOR))
    first.start()
    assert added.wait(10)
    with pytest.raises(ShiftNotAccepted):
        db.run(assistance.add_shift, CLUB_ACTOR, **evening)
    first.join()


def test_a_shift_that_is_called_off_puts_nobody_on_duty(db: Database, club: SmallClub) -> None:
    ping = an_agent(db, "ping")
    shift = on_shift(db, ping)
    db.run(assistance.cancel_shift, CLUB_ACTOR, shift=shift)
    with db.read() as session:
        assert assistance.on_duty(session, clock.now()) == []
    with pytest.raises(NotFound):
        db.run(assistance.cancel_shift, CLUB_ACTOR, shift=shift)


@pytest.mark.promise("P29")
@pytest.mark.pain(36)
@pytest.mark.slow
def test_through_a_month_of_changes_every_open_case_has_an_owner_on_duty(
    db: Database, club: SmallClub
) -> None:
    """At every change of roster or case, once the watch has gone round: with somebody on duty, or a
    leader on call. `make soak ARGS=duty` goes through a year."""
    found = through_time(db, days=30, seed=36)
    assert found.unowned == []
    assert found.cases > 10
    assert found.moments > 100


def test_while_nobody_is_there_no_case_is_locked_for_nothing(db: Database, club: SmallClub) -> None:
    for _ in range(3):
        opened(db)
    with statements(at_most=2):
        assert assistance.keep_owners(db) == 0


def test_cases_that_nobody_can_take_keep_no_other_case_from_its_owner(
    db: Database, club: SmallClub, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keeping_owners, "BATCH", 2)
    blamed, lead = an_agent(db, "blamed"), an_agent(db, "lead")
    for _ in range(2):
        opened(db, kind="complaint", member=club.members[0], about=blamed.account_ref)
    plain = opened(db).case
    on_shift(db, blamed)
    assert assistance.keep_owners(db) == 1, "the complaints about the only one there stay behind"
    assert owner_of(db, plain) == blamed.account_id
    db.run(assistance.name_leader_on_call, CLUB_ACTOR, account=str(lead.account_ref))
    assert assistance.keep_owners(db) == 2, "and go to the leader on call"
    with statements(at_most=3):
        assert assistance.keep_owners(db) == 0, "where they stay, and lock nothing"
