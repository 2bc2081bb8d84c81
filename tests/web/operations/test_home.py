"""Operations see what breaks first."""

from __future__ import annotations

from datetime import date, timedelta

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import insert, update

from tests.assistance.cases_in_steps import opened
from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub
from tests.statements import statements
from tests.web.operations.appointments_made import booked
from tests.web.signing_in import signed_in
from vipclub import assistance, bookings
from vipclub.core import clock, lease
from vipclub.core.db import Database
from vipclub.core.working_days import CalendarDay
from vipclub.operations import CALENDAR_ALARM

PAGES = (
    "/operations/",
    "/operations/bookings",
    "/operations/machinery",
    "/operations/checks",
    "/operations/adjust",
)


def test_each_page_is_for_operations_and_asks_few_statements(
    app: Flask, gao: FlaskClient, club: SmallClub, db: Database
) -> None:
    booked(db, club)
    for page in PAGES:
        with statements(at_most=7 if page == PAGES[0] else 6):
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


def test_cases_that_nobody_has_and_those_left_too_long_stand_there(
    gao: FlaskClient, db: Database
) -> None:
    assert "open case belongs to nobody" not in gao.get("/operations/?lang=en").text
    ref = opened(db, kind="emergency_domestic", what="She fell").case
    page = gao.get("/operations/?lang=en").text
    assert "1 open case belongs to nobody: nobody is on duty and nobody is on call." in page
    assert "twice as long" not in page
    assert "She fell" not in page
    assert 'href="/desk/duty"' in page
    assert gao.get("/desk/duty").status_code == 200, "where operations puts somebody on duty"
    with clock.replaying(clock.now() + timedelta(minutes=11)):
        assistance.raise_alarms(db)
        page = gao.get("/operations/?lang=en").text
    assert "1 case has waited twice as long as promised." in page
    db.run(assistance.resolve, CLUB_ACTOR, case=ref, text="She is home")
    page = gao.get("/operations/?lang=en").text
    assert "belongs to nobody" not in page
    assert "twice as long" not in page


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
