"""Complaints: on the state's clocks, and never with whom they are about."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import text

from tests.assistance.cases_in_steps import broken, opened, seen, whats
from tests.assistance.desk_on_duty import an_agent, on_shift
from tests.cast import member_actor
from tests.portfolio.manager_members import PORTFOLIO, give_to_manager
from tests.small_club import SmallClub, a_small_club
from tests.web.signing_in import an_account
from vipclub import assistance
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.types import new_ref


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


def test_a_complaint_is_extended_once_and_once_more_by_somebody_else(
    db: Database, club: SmallClub
) -> None:
    ping, mei = an_agent(db, "ping"), an_agent(db, "mei")
    made = opened(db, kind="complaint", member=club.members[0])
    why = {"case": made.case, "text": "The clinic's records are awaited"}
    with pytest.raises(assistance.ExtensionNotAccepted):
        db.run(assistance.extend, ping, days=60, **why)
    first = db.run(assistance.extend, ping, days=30, **why)
    with pytest.raises(assistance.ExtensionNotAccepted):
        db.run(assistance.extend, mei, days=30, **why)
    with pytest.raises(assistance.AnotherPersonExtends):
        db.run(assistance.extend, ping, days=60, **why)
    second = db.run(assistance.extend, mei, days=60, **why)
    dues = [
        next(one.due for one in result.clocks if one.clock == "resolution")
        for result in (made, first, second)
    ]
    assert None not in dues
    assert [(due - dues[0]).days for due in dues if due and dues[0]] == [0, 15, 45]
    question = opened(db, kind="enquiry")
    with pytest.raises(assistance.ExtensionNotAccepted):
        db.run(assistance.extend, ping, case=question.case, days=30, text="x")
    assert broken(db) == []


def test_a_complaint_is_resolved_with_what_changed(db: Database, club: SmallClub) -> None:
    ping = an_agent(db, "ping")
    case = opened(db, kind="complaint", member=club.members[0]).case
    for changed in ("", "  "):
        with pytest.raises(assistance.ChangeMissing):
            db.run(assistance.resolve, ping, case=case, text="A refund", changed=changed)
    assert seen(db, case).line.status == "new"
    told = {"text": "A refund", "changed": "Two of us are at the counter from now on"}
    db.run(assistance.resolve, ping, case=case, **told)
    with db.read() as session:
        view = assistance.case(session, member_actor(club.members[0]), case)
    assert [one.text for one in view.entries[-2:]] == list(told.values())
    enquiry = opened(db, kind="enquiry").case
    db.run(assistance.resolve, ping, case=enquiry, text="It is open until nine")


def test_what_is_missed_is_not_extended_and_a_new_round_has_its_own_days(
    db: Database, club: SmallClub
) -> None:
    ping = an_agent(db, "ping")
    case = opened(db, kind="complaint", member=club.members[0]).case
    days, why = timedelta(days=1), {"case": case, "text": "The clinic's records are awaited"}
    now = clock.now()
    with clock.replaying(now + 17 * days):
        with pytest.raises(assistance.ExtensionTooLate):
            db.run(assistance.extend, ping, days=30, **why)
    with clock.replaying(now + 20 * days):
        db.run(assistance.resolve, ping, case=case, text="A refund", changed="Two at the counter")
    with clock.replaying(now + 21 * days):
        db.run(assistance.reopen, ping, case=case)
        db.run(assistance.extend, ping, days=30, **why)
        with db.read() as session:
            first, second = session.execute(
                text(
                    "SELECT done_at > due_at, due_at FROM case_clock"
                    " WHERE clock = 'resolution' ORDER BY round"
                )
            ).all()
    assert first[0], "round 1 was late and stays late"
    assert second[1] is not None
    assert broken(db) == []


def about_of(db: Database, case: str) -> tuple[int | None, int | None]:
    with db.read() as session:
        row = session.execute(
            text("SELECT owner_id, against_id FROM assistance_case WHERE public_ref = :ref"),
            {"ref": case},
        ).one()
    return row[0], row[1]


def test_as_soon_as_it_is_said_the_case_leaves_whom_it_is_about(
    db: Database, club: SmallClub
) -> None:
    ping, mei = an_agent(db, "ping"), an_agent(db, "mei")
    on_shift(db, ping)
    case = opened(db, kind="complaint", member=club.members[0]).case
    assert about_of(db, case) == (ping.account_id, None)
    due = clock.now() + timedelta(days=1)
    for owner in (ping, mei):
        task = {"what": "Ask the clinic", "due": due, "owner": str(owner.account_ref)}
        db.run(assistance.add_task, mei, case=case, **task)
    on_shift(db, mei)
    made = db.run(assistance.say_about, mei, case=case, about=ping.account_ref)
    assert made.owner == mei.account_ref
    assert about_of(db, case) == (mei.account_id, ping.account_id)
    with db.read() as session:
        owners = session.execute(text("SELECT owner_id FROM case_task ORDER BY id")).scalars().all()
    assert owners == [None, mei.account_id], "whoever owns the case does it"
    assert whats(seen(db, case))[-2:] == ["about", "owner"]
    for act in (
        lambda: db.run(assistance.say_about, ping, case=case, about=None),
        lambda: db.run(assistance.answer, ping, case=case, text="It wasn't me"),
        lambda: seen(db, case, ping),
    ):
        with pytest.raises(NotFound):
            act()
    assistance.keep_owners(db)
    assert about_of(db, case) == (mei.account_id, ping.account_id)
    db.run(assistance.say_about, mei, case=case, about=None)
    assert about_of(db, case) == (mei.account_id, None)
    assert broken(db) == []


def test_with_nobody_else_there_it_is_nobody_s_and_never_theirs(
    db: Database, club: SmallClub
) -> None:
    ping = an_agent(db, "ping")
    on_shift(db, ping, leads=True)
    case = opened(db, kind="complaint", member=club.members[0]).case
    made = db.run(assistance.say_about, ping, case=case, about=ping.account_ref)
    assert made.owner is None
    assert about_of(db, case) == (None, ping.account_id)
    assistance.keep_owners(db)
    assert about_of(db, case) == (None, ping.account_id)
    enquiry = opened(db, kind="enquiry").case
    with pytest.raises(Malformed):
        db.run(assistance.say_about, ping, case=enquiry, about=ping.account_ref)
    other = opened(db, kind="complaint").case
    auditor = an_account(db, "auditor").public_ref
    for nobody in (auditor, new_ref("U")):
        with pytest.raises(NotFound):
            db.run(assistance.say_about, ping, case=other, about=nobody)


def test_a_member_names_whom_she_knows(db: Database, club: SmallClub) -> None:
    lin, me = club.members[0], member_actor(club.members[0])
    ping, mei = an_agent(db, "ping"), an_agent(db, "mei")
    give_to_manager(db, lin)
    wu = {an_account(db, "manager", scopes=[("portfolio", PORTFOLIO)]).public_ref}
    on_shift(db, ping)

    def known() -> set[str]:
        with db.read() as session:
            return {ref for ref, _ in assistance.known_to_member(session, me, member=lin)}

    assert known() == wu
    case = opened(db, kind="enquiry", member=lin).case
    assert known() == wu | {str(ping.account_ref)}
    complaint = {"kind": "complaint", "what": "Rude", "member": lin}
    with pytest.raises(NotFound):
        db.run(assistance.open_case, me, about=str(mei.account_ref), **complaint)
    db.run(assistance.answer, mei, case=case, text="Soon")
    assert known() == wu | {str(ping.account_ref), str(mei.account_ref)}
    made = db.run(assistance.open_case, me, about=str(ping.account_ref), **complaint).case
    assert about_of(db, made) == (None, ping.account_id)
    with clock.replaying(clock.now() + timedelta(days=365)):
        assert known() == wu, "of late"
