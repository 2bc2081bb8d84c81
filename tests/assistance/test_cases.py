"""A case from its opening to its end, by whichever way."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest
from sqlalchemy import select, text

from tests.assistance.cases_in_steps import broken, letters, opened, seen, whats
from tests.assistance.desk_on_duty import an_agent, on_shift
from tests.cast import CLUB_ACTOR, member_actor, partner_actor, sun
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from vipclub import assistance
from vipclub.assistance import WaitNotAccepted, WordsMissing
from vipclub.core import clock
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, IllegalTransition, Malformed, NotFound
from vipclub.core.outbox import OutboxRow


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


def test_a_number_alone_opens_a_case(db: Database, club: SmallClub) -> None:
    made = opened(db, sun(), kind="emergency_overseas", what="", phone="+33 1 42 34 56 78")
    view = seen(db, made.case)
    assert (view.line.status, view.line.severity, view.line.member) == ("new", "critical", None)
    assert (view.phone, view.line.unverified) == ("+33142345678", True)
    assert whats(view) == ["opened", "owner"]
    assert [one.clock for one in view.line.clocks] == [
        "first_answer",
        "triage",
        "partner_found",
        "member_told",
    ]
    assert broken(db) == []


def test_nothing_at_all_opens_a_case(db: Database, club: SmallClub) -> None:
    assert seen(db, opened(db, sun(), what="").case).what == ""


def test_a_number_that_is_read_out_oddly_is_kept_as_it_was_said(
    db: Database, club: SmallClub
) -> None:
    made = opened(db, phone="the hotel, room 12")
    assert seen(db, made.case).phone == "the hotel, room 12"


def test_a_member_is_told_and_sees_what_is_theirs_to_see(db: Database, club: SmallClub) -> None:
    member = club.members[0]
    made = opened(db, sun(), member=member)
    assert letters(db) == ["case-received"]
    db.run(assistance.add_note, CLUB_ACTOR, case=made.case, text="Husband is in Lyon")
    db.run(assistance.answer, CLUB_ACTOR, case=made.case, text="We are calling the hospital.")
    assert letters(db)[1:] == ["case-answered"]
    hers = seen(db, made.case, member_actor(member))
    assert whats(hers) == ["opened", "answered"]
    assert "noted" in whats(seen(db, made.case))
    for stranger in (member_actor(club.members[1]), partner_actor(club.partner)):
        with pytest.raises((NotFound, Forbidden)):
            seen(db, made.case, stranger)
    with pytest.raises(Forbidden):
        db.run(assistance.answer, member_actor(member), case=made.case, text="x")


def test_what_was_said_lies_sealed(db: Database, club: SmallClub) -> None:
    made = opened(
        db, what="Chest pain since noon", place="Hotel Mercure", caller="Chen", phone="12"
    )
    db.run(assistance.add_note, CLUB_ACTOR, case=made.case, text="Chest pain, he says")
    with db.read() as session:
        rows = session.execute(text("SELECT * FROM assistance_case")).all()
        rows += session.execute(text("SELECT * FROM case_entry")).all()
    said = repr([tuple(map(_plain, row)) for row in rows])
    for word in ("Chest", "Mercure", "Chen"):
        assert word not in said


def _plain(value: object) -> object:
    return bytes(value) if isinstance(value, memoryview) else value


def test_a_letter_holds_no_word_of_what_was_said(db: Database, club: SmallClub) -> None:
    made = opened(db, member=club.members[0], what="Chest pain")
    db.run(assistance.resolve, CLUB_ACTOR, case=made.case, text="It was the heart after all")
    with db.read() as session:
        payloads = repr(session.scalars(select(OutboxRow.payload)).all())
    assert "Chest" not in payloads
    assert "heart" not in payloads


@pytest.mark.pain(32)
@pytest.mark.parametrize("way", ["phone", "web", "counter", "agent", "partner", "api"])
def test_a_word_by_any_way_wakes_a_case_that_waits(db: Database, club: SmallClub, way: str) -> None:
    made = opened(db, kind="enquiry", member=club.members[0])
    db.run(assistance.wait, CLUB_ACTOR, case=made.case, reason="member", text="Which day?")
    assert seen(db, made.case).line.status == "waiting"
    db.run(assistance.write_to_case, CLUB_ACTOR, case=made.case, text="Tuesday", channel=way)
    view = seen(db, made.case)
    assert view.line.status == "in_progress"
    assert whats(view)[-2:] == ["wrote", "resumed"]
    assert view.entries[-2].channel == way
    (reply,) = [one for one in view.line.clocks if one.clock == "reply"]
    assert reply.due is not None
    assert broken(db) == []


def test_a_word_after_the_end_opens_the_case_again(db: Database, club: SmallClub) -> None:
    made = opened(db, kind="enquiry", member=club.members[0])
    db.run(assistance.resolve, CLUB_ACTOR, case=made.case, text="Done")
    hers = member_actor(club.members[0])
    db.run(assistance.write_to_case, hers, case=made.case, text="Not quite")
    view = seen(db, made.case)
    assert view.line.status == "reopened"
    assert any(one.clock == "first_answer" and one.done is None for one in view.line.clocks)
    assert broken(db) == []


@pytest.mark.pain(33)
def test_an_answer_with_a_wait_is_on_record_before_the_case_waits(
    db: Database, club: SmallClub
) -> None:
    made = opened(db, member=club.members[0])
    db.run(
        assistance.wait, CLUB_ACTOR, case=made.case, reason="papers", text="The passport, please"
    )
    view = seen(db, made.case)
    assert whats(view)[-2:] == ["answered", "waited"]
    (first,) = [one for one in view.line.clocks if one.clock == "first_answer"]
    assert first.done is not None


def test_a_wait_needs_a_reason_and_an_end(db: Database, club: SmallClub) -> None:
    made = opened(db)
    now = clock.now()
    for reason, until in (
        ("partner", None),
        ("member", now - timedelta(minutes=1)),
        ("member", now + timedelta(days=31)),
    ):
        with pytest.raises(WaitNotAccepted):
            db.run(assistance.wait, CLUB_ACTOR, case=made.case, reason=reason, until=until)
    assert whats(seen(db, made.case)) == ["opened", "owner"]


def test_a_wait_comes_to_its_end_by_itself(db: Database, club: SmallClub) -> None:
    made = opened(db)
    db.run(assistance.wait, CLUB_ACTOR, case=made.case, reason="later")
    assert assistance.end_waits(db) == 0
    with clock.replaying(clock.now() + timedelta(hours=25)):
        assert assistance.end_waits(db) == 1
        assert assistance.end_waits(db) == 0
    assert seen(db, made.case).line.status == "in_progress"


def test_a_resolved_case_closes_after_a_week(db: Database, club: SmallClub) -> None:
    made = opened(db)
    db.run(assistance.resolve, CLUB_ACTOR, case=made.case, text="Home again")
    assert assistance.close_resolved(db) == 0
    with clock.replaying(clock.now() + timedelta(days=7, minutes=1)):
        assert assistance.close_resolved(db) == 1
    assert seen(db, made.case).line.status == "closed"


def test_a_step_that_the_table_does_not_list_is_refused_with_what_it_lists(
    db: Database, club: SmallClub
) -> None:
    made = opened(db)
    with pytest.raises(IllegalTransition) as refused:
        db.run(assistance.close, sun(), case=made.case)
    assert "triaged" in refused.value.data["possible"]
    assert "resolve" in refused.value.data["steps"]
    with pytest.raises(Malformed):
        db.run(assistance.triage, sun(), case=made.case, severity="dreadful")
    with pytest.raises(WordsMissing):
        db.run(assistance.resolve, sun(), case=made.case, text="  ")


def test_whom_a_complaint_is_about_never_sees_it(db: Database, club: SmallClub) -> None:
    blamed, other = an_agent(db, "blamed"), an_agent(db, "other")
    on_shift(db, blamed)
    made = opened(db, other, kind="complaint", member=club.members[0], about=blamed.account_ref)
    assert made.owner is None, "nobody else is there"
    with pytest.raises(NotFound):
        seen(db, made.case, blamed)
    on_shift(db, other)
    assert assistance.keep_owners(db) == 1
    assert seen(db, made.case, other).line.owner == other.account_ref
    with db.read() as session:
        listed = assistance.find_cases(session, blamed).items
    assert listed == []


def test_who_calls_from_a_number_leads_to_no_complaint_about_the_reader(
    db: Database, club: SmallClub
) -> None:
    """Nor does the complaint hide an older case of the same number."""
    blamed, other = an_agent(db, "blamed"), an_agent(db, "other")
    first = opened(db, other, phone="+8613800138001").case
    about = opened(db, other, kind="complaint", phone="+8613800138001", about=blamed.account_ref)
    with db.read() as session:
        found = [
            assistance.open_case_by_phone(session, reader, "+8613800138001")
            for reader in (blamed, other)
        ]
    assert found == [first, about.case]


def test_a_complaint_is_not_merged_where_whom_it_is_about_would_read_on(
    db: Database, club: SmallClub
) -> None:
    """What the member writes to a merged case goes on in the other one."""
    blamed = an_agent(db, "blamed")
    about = opened(db, kind="complaint", member=club.members[0], about=blamed.account_ref).case
    plain = opened(db, kind="complaint", member=club.members[0]).case
    with pytest.raises(assistance.CannotMerge):
        db.run(assistance.merge, CLUB_ACTOR, case=about, into=plain)
    assert db.run(assistance.merge, CLUB_ACTOR, case=plain, into=about).case == about


def test_a_complaint_keeps_the_state_s_clock_and_is_merged_with_a_complaint_alone(
    db: Database, club: SmallClub
) -> None:
    complaint, enquiry = (
        opened(db, kind=kind, member=club.members[0]).case for kind in ("complaint", "enquiry")
    )
    for case, into in ((complaint, enquiry), (enquiry, complaint)):
        with pytest.raises(assistance.LessUrgentKind):
            db.run(assistance.merge, CLUB_ACTOR, case=case, into=into)
    (running,) = [one for one in seen(db, complaint).line.clocks if one.clock == "resolution"]
    assert not running.stopped


def test_two_cases_become_one_that_owes_what_both_did(db: Database, club: SmallClub) -> None:
    with clock.replaying(clock.now() - timedelta(minutes=4)):
        first = opened(db, kind="emergency_overseas")
    second = opened(db, kind="emergency_overseas", member=club.members[0])
    db.run(assistance.answer, CLUB_ACTOR, case=second.case)
    db.run(assistance.merge, CLUB_ACTOR, case=first.case, into=second.case)
    gone, stays = seen(db, first.case), seen(db, second.case)
    assert (gone.line.status, gone.merged_into) == ("closed", second.case)
    assert all(one.stopped for one in gone.line.clocks)
    (reply,) = [one for one in stays.line.clocks if one.clock == "reply"]
    assert reply.due == gone.line.opened_at + timedelta(minutes=5)
    assert broken(db) == []
    db.run(assistance.write_to_case, CLUB_ACTOR, case=first.case, text="Are you there?")
    assert whats(seen(db, second.case))[-1] == "wrote", "what is written goes on there"
    assert seen(db, first.case).line.status == "closed"
    with pytest.raises(assistance.MergedAway):
        db.run(assistance.reopen, CLUB_ACTOR, case=first.case)
    with pytest.raises(assistance.CannotMerge):
        db.run(assistance.merge, CLUB_ACTOR, case=second.case, into=second.case)


def due_of(db: Database, case: str, clock_name: str) -> datetime | None:
    (found,) = [one.due for one in seen(db, case).line.clocks if one.clock == clock_name]
    return found


def test_a_merged_case_loses_no_severity_and_no_promise(db: Database, club: SmallClub) -> None:
    lin = club.members[0]
    with clock.replaying(clock.now() - timedelta(minutes=20)):
        first = opened(db, kind="emergency_domestic", member=lin)
    owed = due_of(db, first.case, "partner_found")
    second = opened(db, kind="emergency_overseas", member=lin, severity="low")
    assert owed
    assert (due_of(db, second.case, "partner_found") or owed) > owed
    made = db.run(assistance.merge, CLUB_ACTOR, case=first.case, into=second.case)
    assert made.severity == "critical"
    assert due_of(db, second.case, "partner_found") == owed
    shown = whats(seen(db, second.case))
    assert "severity" in shown
    assert "owed" in shown
    assert broken(db) == []


@pytest.mark.parametrize(
    ("kind", "into"),
    [
        ("emergency_overseas", "enquiry"),
        ("emergency_domestic", "complaint"),
        ("emergency_domestic", "green_channel"),
        ("green_channel", "enquiry"),
        ("complaint", "emergency_domestic"),
    ],
)
def test_a_case_goes_on_in_none_that_is_less_urgent(
    db: Database, club: SmallClub, kind: str, into: str
) -> None:
    first = opened(db, kind=kind, member=club.members[0]).case
    second = opened(db, kind=into, member=club.members[0]).case
    with pytest.raises(assistance.LessUrgentKind):
        db.run(assistance.merge, CLUB_ACTOR, case=first, into=second)
    assert seen(db, first).line.status == "new"


def test_lists_and_one_case_need_few_statements(db: Database, club: SmallClub) -> None:
    made = [opened(db, member=club.members[0]) for _ in range(3)]
    with db.read() as session, statements(at_most=2):
        page = assistance.find_cases(session, sun(), only_open=True, limit=2)
    assert [line.ref for line in page.items] == [made[2].case, made[1].case]
    with db.read() as session:
        rest = assistance.find_cases(session, sun(), only_open=True, after=page.next)
    assert [line.ref for line in rest.items] == [made[0].case]
    viewed = db.run(assistance.record_view, sun(), case=made[0].case, page="test")
    with db.read() as session, statements(at_most=3):
        assistance.case(session, sun(), made[0].case, viewed=viewed)


def test_staff_are_on_record_before_they_read_a_case(db: Database, club: SmallClub) -> None:
    made = opened(db)
    with db.read() as session, pytest.raises(Forbidden):
        assistance.case(session, sun(), made.case)
    seen(db, made.case, sun())
    with db.read() as session:
        rows = session.execute(select(AuditRow.action).where(AuditRow.subject_ref == made.case))
        assert "case.view" in rows.scalars().all()
