"""The change of shift: one list of all open clocks, read and accepted by both."""

from __future__ import annotations

from datetime import timedelta

import pytest

from tests.assistance.cases_in_steps import broken, letters, opened, seen, whats
from tests.assistance.desk_on_duty import HOUR, an_agent, on_shift
from tests.assistance.handing_over import ShiftsThatMeet, shifts_that_meet
from tests.cast import CLUB_ACTOR, sun
from tests.small_club import SmallClub, a_small_club
from vipclub import assistance
from vipclub.assistance import (
    HandoverNotAccepted,
    HandoverWaits,
    ListChanged,
    NothingToHandOver,
    NotOnDuty,
)
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, IllegalTransition, NotFound
from vipclub.core.types import new_ref

MINUTE = timedelta(minutes=1)


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def met(db: Database, club: SmallClub) -> ShiftsThatMeet:
    return shifts_that_meet(db)


def test_the_cases_change_hands_when_the_list_is_accepted(met: ShiftsThatMeet) -> None:
    first, second = met.cases
    ref = met.give(said={first: "The daughter calls back at eight."})
    assert met.owners() == {met.ping.account_id}, "given is not accepted"
    read = met.read_by(met.mei, ref)
    assert {one.line.ref: one.said for one in read.cases} == {
        first: "The daughter calls back at eight.",
        second: "",
    }
    assert met.accept(ref) == 2
    assert met.owners() == {met.mei.account_id}
    assert met.read_by(met.ping, ref).state == "accepted"
    assert whats(seen(met.db, first))[-2:] == ["handed", "owner"]
    assert letters(met.db, "handover-") == ["handover-given", "handover-accepted"]
    assert broken(met.db) == []


def test_all_open_clocks_are_on_the_list(met: ShiftsThatMeet) -> None:
    with met.db.read() as session:
        lines = assistance.own_list(session, met.ping).lines
    emergency, enquiry = lines
    assert [one.clock for one in assistance.running_clocks(emergency)] == [
        "first_answer",
        "triage",
        "partner_found",
        "member_told",
    ]
    assert enquiry.kind == "enquiry"
    met.db.run(assistance.resolve, met.ping, case=enquiry.ref, text="Settled")
    assert [one.line.ref for one in met.read_by(met.mei, met.give()).cases] == [emergency.ref]


def test_a_list_that_changed_since_it_was_read_is_read_again(met: ShiftsThatMeet) -> None:
    mark = met.own_mark()
    met.db.run(assistance.answer, met.ping, case=met.cases[0], text="We are on it")
    with pytest.raises(ListChanged):
        met.give(seen=mark)
    ref = met.give()
    mark = met.read_by(met.mei, ref).seen
    met.db.run(assistance.write_to_case, CLUB_ACTOR, case=met.cases[1], text="Is it done?")
    with pytest.raises(ListChanged):
        met.accept(ref, seen=mark)
    assert met.owners() == {met.ping.account_id}
    assert met.accept(ref) == 2


def test_one_handover_waits_at_a_time_and_is_taken_back(met: ShiftsThatMeet) -> None:
    ref = met.give()
    with pytest.raises(HandoverWaits):
        met.give()
    with pytest.raises(Forbidden):
        met.db.run(assistance.withdraw_handover, met.mei, handover=ref)
    met.db.run(assistance.withdraw_handover, met.ping, handover=ref)
    with pytest.raises(IllegalTransition):
        met.accept(ref)
    assert met.accept(met.give()) == 2


def test_whoever_declines_leaves_the_cases_where_they_are(met: ShiftsThatMeet) -> None:
    ref = met.give()
    met.db.run(assistance.decline_handover, met.mei, handover=ref)
    assert met.owners() == {met.ping.account_id}
    assert letters(met.db, "handover-")[-1] == "handover-declined"


def test_nobody_else_reads_or_accepts_it(met: ShiftsThatMeet, db: Database) -> None:
    tao = an_agent(db, "tao")
    ref = met.give()
    for use_case in (assistance.record_handover_view, assistance.withdraw_handover):
        with pytest.raises(NotFound):
            db.run(use_case, tao, handover=ref)
    with pytest.raises(Forbidden):
        db.run(assistance.accept_handover, met.ping, handover=ref, seen="")
    for receiver in (str(met.ping.account_ref), new_ref("U")):
        with pytest.raises(HandoverNotAccepted):
            met.give(receiver=receiver)
    with pytest.raises(Forbidden):
        db.run(assistance.give_handover, sun(), receiver=str(tao.account_ref), seen="")


def test_who_has_no_open_case_has_nothing_to_hand_over(met: ShiftsThatMeet, db: Database) -> None:
    tao = an_agent(db, "tao")
    with db.read() as session:
        mark = assistance.own_list(session, tao).seen
    with pytest.raises(NothingToHandOver):
        db.run(assistance.give_handover, tao, receiver=str(met.mei.account_ref), seen=mark)


def test_a_complaint_is_never_handed_to_whom_it_is_about(met: ShiftsThatMeet) -> None:
    db = met.db
    complaint = opened(db, kind="complaint", about=str(met.mei.account_ref)).case
    assert seen(db, complaint).line.owner == met.ping.account_ref
    ref = met.give()
    assert complaint not in {one.line.ref for one in met.read_by(met.mei, ref).cases}
    assert met.accept(ref) == 2
    assert seen(db, complaint).line.owner == met.ping.account_ref


def test_it_is_accepted_once_the_shift_has_begun(db: Database, club: SmallClub) -> None:
    met = shifts_that_meet(db)
    tao = an_agent(db, "tao")
    on_shift(db, tao, start=clock.now() + HOUR)
    ref = met.give(receiver=str(tao.account_ref))
    mark = met.read_by(tao, ref).seen
    with pytest.raises(NotOnDuty):
        db.run(assistance.accept_handover, tao, handover=ref, seen=mark)
    with clock.replaying(clock.now() + HOUR + MINUTE):
        # whose shift has ended has no case any more: they go to whom they are handed over to
        assert assistance.keep_owners(db) == 2
        assert met.owners() == {tao.account_id}, "and not to Mei, who is there as well"
        db.run(assistance.accept_handover, tao, handover=ref, seen=met.read_by(tao, ref).seen)
    assert met.read_by(tao, ref).state == "accepted"


def test_one_that_nobody_accepts_is_over_and_the_leader_is_told(met: ShiftsThatMeet) -> None:
    db = met.db
    lead = an_agent(db, "lead")
    db.run(assistance.name_leader_on_call, CLUB_ACTOR, account=str(lead.account_ref))
    ref = met.give()
    assert assistance.end_handovers(db) == 0, "not before its moment"
    with clock.replaying(clock.now() + HOUR + 16 * MINUTE):
        assert assistance.end_handovers(db) == 1
        assert assistance.end_handovers(db) == 0
        assert met.owners() == {met.mei.account_id}, "whom Duty says: Mei is on duty, Ping isn't"
    assert met.read_by(met.ping, ref).state == "lapsed"
    assert letters(db, "handover-")[-1] == "handover-lapsed"
    with pytest.raises(IllegalTransition):
        met.accept(ref)


def test_the_first_page_says_when_it_is_time(met: ShiftsThatMeet) -> None:
    def said(who: object, minutes: int) -> assistance.ShiftChange:
        with met.db.read() as session:
            now = clock.now() + minutes * MINUTE
            return assistance.shift_change(session, who, now=now)  # type: ignore[arg-type]

    assert said(met.ping, 0).ends_at is None
    assert said(met.ping, 35).ends_at is not None
    assert said(met.mei, 0).to_accept is None
    ref = met.give()
    assert said(met.mei, 0).to_accept == ref


def test_whoever_came_last_is_the_first_to_hand_over_to(met: ShiftsThatMeet, db: Database) -> None:
    tao, lan, lead = (an_agent(db, name) for name in ("tao", "lan", "lead"))
    on_shift(db, tao, start=clock.now() + HOUR)
    on_shift(db, lan, start=clock.now() - 5 * MINUTE)
    db.run(assistance.name_leader_on_call, CLUB_ACTOR, account=str(lead.account_ref))
    with db.read() as session:
        found = assistance.colleagues(session, met.ping, now=clock.now())
    assert [one.account for one in found] == [
        str(who.account_ref) for who in (lan, met.mei, tao, lead)
    ]
    assert [one.on_call for one in found] == [False, False, False, True]
