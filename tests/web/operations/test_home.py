"""Operations see what breaks first, all appointments, and change an allowance with a reason."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, select, update

from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from tests.web.signing_in import an_account, csrf_token, signed_in
from vipclub import benefits, bookings
from vipclub.app import create_app
from vipclub.core import clock, lease, outbox
from vipclub.core.audit import AuditRow
from vipclub.core.calendar import CalendarDay
from vipclub.core.db import Database
from vipclub.core.outbox import OutboxRow
from vipclub.operations import CALENDAR_ALARM

PAGES = (
    "/operations/",
    "/operations/bookings",
    "/operations/machinery",
    "/operations/checks",
    "/operations/adjust",
)


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def app(db: Database) -> Flask:
    for role in ("operations", "desk"):
        an_account(db, role)
    return create_app(database=db)


@pytest.fixture
def gao(app: Flask) -> FlaskClient:
    """Somebody of the operations."""
    return signed_in(app, "operations")


def booked(db: Database, club: SmallClub, place: int = 0) -> str:
    made = db.run(
        bookings.book,
        CLUB_ACTOR,
        member=club.members[place],
        offering=club.offering,
        slot=club.slots[0],
    )
    return made.appointment


def dead_letter(db: Database, error: str = "550 <lin@example.com> unknown") -> int:
    db.run(outbox.put, "mail", subject=("appointment", "A-1"), payload={})
    with db.engine.begin() as connection:
        connection.execute(
            update(OutboxRow).values(state="dead", error=error, done_at=clock.now(), attempts=16)
        )
    with db.read() as session:
        return session.execute(select(OutboxRow.id)).scalar_one()


def test_each_page_is_for_operations_and_asks_few_statements(
    app: Flask, gao: FlaskClient, club: SmallClub, db: Database
) -> None:
    booked(db, club)
    for page in PAGES:
        with statements(at_most=8):
            assert gao.get(page).status_code == 200, page
    sun = signed_in(app, "desk")
    assert [sun.get(page).status_code for page in PAGES] == [403] * len(PAGES)


def test_a_missed_promise_is_the_first_thing_to_see(
    gao: FlaskClient, club: SmallClub, db: Database
) -> None:
    ref = booked(db, club)
    assert "promise to a member is missed" not in gao.get("/operations/?lang=en").text
    with db.engine.begin() as connection:
        connection.execute(
            update(bookings.Appointment).values(promised_by=clock.now() - timedelta(hours=2))
        )
    page = gao.get("/operations/?lang=en").text
    assert "1 promise to a member is missed; the oldest is late by 2 h 0 min." in page
    assert "1 wait for partners, 1 of them too long" in page
    assert ref in page


def test_a_club_without_a_worker_is_told(gao: FlaskClient, db: Database) -> None:
    assert "No worker is running" in gao.get("/operations/?lang=en").text
    db.run(lease.beat, "a worker")
    page = gao.get("/operations/?lang=en").text
    assert "No worker is running" not in page
    assert "Nothing is about to break." in page


def test_the_calendar_s_alarm_stands_on_the_first_page(gao: FlaskClient, db: Database) -> None:
    with db.engine.begin() as connection:
        connection.execute(
            insert(CalendarDay).values(
                region="CN", day=clock.club_today(), working=False, name="a day"
            )
        )
    year = clock.club_today().year
    if date(year, 12, 31) - clock.club_today() < CALENDAR_ALARM:
        assert "decree is missing" in gao.get("/operations/?lang=en").text
        assert "decree is missing" in gao.get("/operations/checks?lang=en").text


def test_appointments_are_found_by_state_partner_and_day(
    gao: FlaskClient, club: SmallClub, db: Database
) -> None:
    ref = booked(db, club)
    day = clock.club_today() + timedelta(days=6)
    shown = [
        f"state=pending&partner={club.partner}&from={day}&to={day}",
        f"partner={club.partner}",
    ]
    hidden = ["state=booked", f"partner={club.other_partner}", f"to={day - timedelta(days=1)}"]
    for query in shown:
        assert ref in gao.get(f"/operations/bookings?{query}").text, query
    for query in hidden:
        page = gao.get(f"/operations/bookings?{query}&lang=en").text
        assert ref not in page, query
        assert "No appointment is like this." in page
    for query in ("state=asleep", "from=yesterday", "partner=P-1", "cursor=x"):
        assert gao.get(f"/operations/bookings?{query}").status_code == 400, query


def test_a_list_goes_on_without_losing_or_repeating_any(
    gao: FlaskClient, club: SmallClub, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    refs = {booked(db, club, 0), booked(db, club, 1)}
    monkeypatch.setattr("vipclub.web.operations.booked.PAGE", 1)
    first = gao.get("/operations/bookings").text
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = gao.get(following.replace("&amp;", "&")).text
    pages = [{ref for ref in refs if f">{ref}<" in page} for page in (first, second)]
    assert [len(page) for page in pages] == [1, 1]
    assert pages[0] | pages[1] == refs
    assert 'rel="next"' not in second


def test_members_names_are_masked(gao: FlaskClient, club: SmallClub, db: Database) -> None:
    ref = booked(db, club)
    for page in ("/operations/bookings", f"/operations/bookings/{ref}"):
        assert "Lin X*" in gao.get(page).text
        assert "Lin Xiaoyu" not in gao.get(page).text


def test_an_appointment_entered_by_mistake_is_taken_out_with_a_reason(
    gao: FlaskClient, club: SmallClub, db: Database
) -> None:
    ref = booked(db, club)
    path = f"/operations/bookings/{ref}"
    token = csrf_token(gao, path)
    without = gao.post(f"{path}/error?lang=en", data={"csrf_token": token, "reason": " "})
    assert (without.status_code, "Please say why" in without.text) == (422, True)
    done = gao.post(f"{path}/error", data={"csrf_token": token, "reason": "typed twice"})
    assert done.status_code == 303
    page = gao.get(path + "?lang=en").text
    assert "Entered by mistake" in page
    assert "Yes, it was a mistake" not in page
    with db.read() as session:
        left = benefits.entitlements_of(session, CLUB_ACTOR, member=club.members[0])
        assert all(account.held == 0 for account in left)


def test_what_was_given_up_is_tried_again(gao: FlaskClient, db: Database) -> None:
    item = dead_letter(db)
    page = gao.get("/operations/machinery?lang=en")
    assert "550 &lt;…&gt; unknown" in page.text
    assert "lin@example.com" not in page.text
    form = {"csrf_token": csrf_token(gao, "/operations/machinery"), "item": item}
    assert gao.post("/operations/machinery/retry", data=form).status_code == 303
    with db.read() as session:
        row = session.execute(select(OutboxRow)).scalar_one()
        assert (row.state, row.attempts) == ("waiting", 0)
        (record,) = session.execute(
            select(AuditRow).where(AuditRow.action == "outbox.retry")
        ).scalars()
        assert record.subject_ref == "A-1"
    assert gao.post("/operations/machinery/retry", data=form).status_code == 404
    bad = gao.post("/operations/machinery/retry", data={**form, "item": "all"})
    assert bad.status_code == 400


def test_an_allowance_that_left_its_ledger_is_named(
    gao: FlaskClient, club: SmallClub, db: Database
) -> None:
    assert "equals the sum of its entries" in gao.get("/operations/checks?lang=en").text
    with db.engine.begin() as connection:
        connection.execute(
            update(benefits.EntitlementAccount)
            .where(benefits.EntitlementAccount.unlimited.is_(False))
            .values(granted=benefits.EntitlementAccount.granted + 1)
        )
    assert "equals the sum of its entries" not in gao.get("/operations/checks?lang=en").text


def test_a_member_is_given_one_more_with_a_reason(
    gao: FlaskClient, club: SmallClub, db: Database
) -> None:
    lin = club.members[0]
    form = {"csrf_token": csrf_token(gao, "/operations/adjust"), "member": lin.lower()}
    found = gao.post("/operations/adjust", data=form)
    path = f"/operations/adjust/{lin}"
    assert found.headers["Location"] == path
    with statements(at_most=8):
        page = gao.get(path)
    assert "Lin Xiaoyu" not in page.text
    year = clock.club_today().year
    change = {
        "csrf_token": csrf_token(gao, path),
        "form_key": "once-and-only-once",
        "benefit": "health-check",
        "year": year,
        "by": 1,
        "reason": "the centre was closed",
    }
    before = left_of(db, lin, year)
    assert gao.post(path, data=change).status_code == 303
    assert gao.post(path, data=change).status_code == 303  # a double click
    assert left_of(db, lin, year) == before + 1
    assert "the centre was closed" in gao.get(path).text
    for wrong, words in (
        ({"reason": ""}, "Please say why"),
        ({"by": 0}, "Nothing would change"),
        ({"by": -99}, "not enough"),
    ):
        answer = gao.post(path + "?lang=en", data={**change, "form_key": "another-key", **wrong})
        assert (answer.status_code, words in answer.text) == (422, True), wrong
    assert left_of(db, lin, year) == before + 1


def left_of(db: Database, member: str, year: int) -> int:
    with db.read() as session:
        found = benefits.entitlements_of(session, CLUB_ACTOR, member=member, year=year)
        return next(a.remaining for a in found if a.benefit == "health-check")


@pytest.mark.parametrize("said", ["", "nobody", "M-00000-00000-1"])
def test_a_reference_that_isn_t_one_is_said_plainly(gao: FlaskClient, said: str) -> None:
    form = {"csrf_token": csrf_token(gao, "/operations/adjust"), "member": said}
    assert gao.post("/operations/adjust", data=form).status_code == 404
