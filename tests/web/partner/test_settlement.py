"""The month's settlement at the front desk: what it shows, prints, and saves for a spreadsheet."""

from __future__ import annotations

import csv
import io
from datetime import date, timedelta

import pytest
from flask.testing import FlaskClient

from tests.bookings.table_rows import appointment_of
from tests.cast import gao
from tests.small_club import SmallClub
from tests.statements import statements
from tests.web.partner.forms import take_step
from vipclub import bookings, settlement
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.web.frame.csv_export import csv_file


@pytest.fixture
def visit(db: Database, club: SmallClub, request_ref: str) -> str:
    """A visit that is completed."""
    with clock.replaying(appointment_of(db, request_ref).start + timedelta(hours=1)):
        for use_case in (bookings.confirm, bookings.fulfil):
            db.run(use_case, club.he, appointment=request_ref)
    return request_ref


def price(db: Database, club: SmallClub) -> None:
    db.run(
        settlement.set_price,
        gao(),
        offering=club.offering,
        from_day=date(2020, 1, 1),
        amount=123_456,
    )


def month_of(db: Database, ref: str) -> str:
    return f"{appointment_of(db, ref).start:%Y-%m}"


def test_a_visit_stands_at_its_price_with_its_sum(
    pc: FlaskClient, db: Database, club: SmallClub, visit: str
) -> None:
    path = f"/partner/settlement?month={month_of(db, visit)}"
    page = pc.get(path).text
    assert visit in page
    assert "price missing" in page
    assert "Without a price on record yet: 1." in page
    price(db, club)
    page = pc.get(path).text
    assert page.count("CNY 1,234.56") >= 3
    assert "price missing" not in page
    assert appointment_of(db, visit).member_name not in page


def test_the_statement_is_named_when_it_is_issued(
    pc: FlaskClient, db: Database, club: SmallClub, visit: str
) -> None:
    price(db, club)
    month = appointment_of(db, visit).start.date()
    with clock.replaying(appointment_of(db, visit).start + timedelta(days=40)):
        issued = db.run(settlement.issue_statement, gao(), partner=club.partner, month=month)
    page = pc.get(f"/partner/settlement?month={month:%Y-%m}").text
    assert issued.statement in page
    assert "Statement issued" in page
    refused = take_step(pc, visit, "undo")
    assert refused.status_code == 409
    assert issued.statement in refused.text


def test_the_file_has_the_lines_exactly(
    pc: FlaskClient, db: Database, club: SmallClub, visit: str
) -> None:
    price(db, club)
    answer = pc.get(f"/partner/settlement.csv?month={month_of(db, visit)}")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment")
    assert answer.data.startswith(b"\xef\xbb\xbf")
    rows = list(csv.reader(io.StringIO(answer.data.decode("utf-8-sig"))))
    assert rows[0][0] == "Date"
    assert rows[1][1] == visit
    assert rows[1][-3:] == ["100", "1234.56", "CNY"]


@pytest.mark.slow
@pytest.mark.parametrize("cell", ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＠a"])
def test_no_cell_is_taken_for_a_formula(pc: FlaskClient, cell: str) -> None:
    with pc.application.test_request_context():
        text = csv_file("x.csv", [cell], [[cell, -5]]).get_data().decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows == [[f"'{cell}"], [f"'{cell}", "-5"]]


@pytest.mark.promise("P32")
def test_another_partner_sees_none_of_it(
    other_pc: FlaskClient, db: Database, club: SmallClub, visit: str
) -> None:
    price(db, club)
    for path in ("settlement", "settlement.csv"):
        answer = other_pc.get(f"/partner/{path}?month={month_of(db, visit)}")
        assert answer.status_code == 200
        assert visit not in answer.text


def test_odd_months_lead_to_the_running_one(pc: FlaskClient) -> None:
    for asked in ("", "x", "2026-13", "0000-01", "2026-1-1"):
        assert pc.get(f"/partner/settlement?month={asked}").status_code == 200


def test_the_page_takes_no_more_than_six_statements(pc: FlaskClient, visit: str) -> None:
    with statements(at_most=6):
        assert pc.get("/partner/settlement").status_code == 200
