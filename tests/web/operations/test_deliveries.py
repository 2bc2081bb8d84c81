"""Operations see what came, put rows right, and see real values only where that is on record."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from tests.people.feeds.making_workbooks import header_and_rows, workbook
from tests.people.feeds.sending_files import LIN_ROW, Group, csv_of
from tests.statements import statements
from tests.web.signing_in import an_account, csrf_token, signed_in
from vipclub import people
from vipclub.app import create_app
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database

CHEN = {
    "customer_no": "L2",
    "full_name": "陈晓东",
    "birth_date": "1981/01/01",
    "mobile": "+8619900000002",
    "sex": "男",
}


@pytest.fixture
def group(db: Database, tmp_path: Path) -> Group:
    found = Group(db, tmp_path)
    found.add_company("LIFE")
    return found


@pytest.fixture
def ref(group: Group) -> str:
    """A delivery with one good row, and one in which a day and a sex are wrong."""
    return str(
        group.send(LIN_ROW, CHEN, LIN_ROW | {"customer_no": "L3", "mobile": "12345"}).delivery
    )


@pytest.fixture
def app(db: Database) -> Flask:
    an_account(db, "operations")
    return create_app(database=db)


@pytest.fixture
def office(app: Flask) -> FlaskClient:
    return signed_in(app, "operations")


def send(office: FlaskClient, path: str, **form: Any) -> Any:
    token = csrf_token(office, "/operations/deliveries/new")
    return office.post(path, data={"csrf_token": token, **form})


def row_form(**changed: str) -> dict[str, str]:
    return dict.fromkeys(people.COLUMNS, "") | CHEN | changed


def test_an_empty_list_says_how_to_begin(office: FlaskClient, group: Group) -> None:
    page = office.get("/operations/deliveries?lang=en").text
    assert "No delivery yet." in page
    assert "/operations/deliveries/new" in page


def test_a_delivery_shows_its_figures_reasons_and_masked_values(
    office: FlaskClient, ref: str
) -> None:
    assert ref in office.get("/operations/deliveries").text
    with statements(at_most=5):  # two are the sign-in's own
        page = office.get(f"/operations/deliveries/{ref}?lang=en").text
    for said in ("666.67", "above the promise", "a date such as 1984-05-16", "19******01"):
        assert said in page
    for value in ("陈晓东", "19900000002", "1981/01/01", "12345"):
        assert value not in page
    only = office.get(f"/operations/deliveries/{ref}?reason=no_sex").text
    assert "19******01" not in only


def test_a_row_is_corrected_and_tried_again(office: FlaskClient, group: Group, ref: str) -> None:
    path = f"/operations/deliveries/{ref}/rows/3"
    page = office.get(path + "?lang=en").text
    assert "陈晓东" in page
    assert 'value="1981/01/01"' in page
    again = send(office, path, **row_form(birth_date="1981-01-01"))
    assert again.status_code == 422
    assert "M or F is expected" in again.text
    assert 'value="1981-01-01"' in again.text
    done = send(office, path, **row_form(birth_date="1981-01-01", sex="M"))
    assert done.status_code == 303
    assert "Line 3 is put right and loaded." in office.get(done.location).text
    assert group.person("LIFE", "L2").full_name == "陈晓东"
    after = office.get(path + "?lang=en").text
    assert "陈晓东" not in after
    assert "put right" in after


def test_that_a_row_was_looked_at_is_on_record(office: FlaskClient, db: Database, ref: str) -> None:
    office.get(f"/operations/deliveries/{ref}/rows/3")
    with db.read() as session:
        seen = session.scalars(
            select(AuditRow.subject_ref).where(AuditRow.action == "delivery.view_row")
        ).all()
    assert list(seen) == [ref]


def test_a_row_is_dropped_with_a_reason(office: FlaskClient, ref: str) -> None:
    path = f"/operations/deliveries/{ref}/rows/3"
    assert send(office, path + "/drop").status_code == 422
    assert send(office, path + "/drop", reason="duplicate").status_code == 303
    assert "Another row says it already" in office.get(path + "?lang=en").text
    late = send(office, path, **row_form(birth_date="1981-01-01", sex="M"))
    assert late.status_code == 303
    assert "settled already" in office.get(late.location + "").text


def test_all_rows_are_tried_again_when_the_company_s_words_are_known(
    office: FlaskClient, group: Group, db: Database, ref: str
) -> None:
    words = {"sex": {"男": "M"}, "birth_date": ["YYYY/MM/DD"]}
    db.run(people.change_subsidiary, people_club(), code="LIFE", value_map=words)
    done = send(office, f"/operations/deliveries/{ref}/retry")
    assert "1 rows are put right, 1 still wait." in office.get(done.location + "?lang=en").text
    assert group.person("LIFE", "L2").sex == "M"


def people_club() -> Any:
    from tests.people.feeds.sending_files import CLUB_ACTOR

    return CLUB_ACTOR


def test_a_file_is_checked_and_then_loaded(office: FlaskClient, group: Group) -> None:
    def file(name: str = "../life.xlsx") -> dict[str, Any]:
        content = workbook(*header_and_rows(LIN_ROW, CHEN))
        return {"file": (io.BytesIO(content), name), "subsidiary": "LIFE", "kind": "delta"}

    path = "/operations/deliveries/new"
    checked = send(office, path, do="check", **file())
    assert checked.status_code == 200
    assert "2 rows: 1 would be loaded, 1 set aside." in checked.text
    assert "1981/01/01" not in checked.text
    assert group.customers_known() == []
    loaded = send(office, path, do="load", **file())
    assert loaded.status_code == 303
    page = office.get(loaded.location).text
    assert "life.xlsx" in page
    assert ".." not in page.split("life.xlsx")[0][-40:]
    assert len(group.customers_known()) == 1


def test_what_cannot_be_read_is_said_in_one_sentence(office: FlaskClient, group: Group) -> None:
    path = "/operations/deliveries/new"
    about = {"subsidiary": "LIFE", "do": "load"}
    assert "Please choose a file." in send(office, path, **about).text
    for name, content, said in (
        ("a.csv", b"", "a.csv is empty"),
        ("a.xlsx", csv_of(LIN_ROW).encode(), "a.xlsx is CSV by its content"),
        ("a.csv", b"name\nx\n", "the header has no column customer_no"),
    ):
        answer = send(office, path, file=(io.BytesIO(content), name), **about)
        assert answer.status_code == 422
        assert said in answer.text
    unknown = send(office, path, file=(io.BytesIO(b"x"), "a.csv"), subsidiary="MARS", do="check")
    assert unknown.status_code == 422
    large = send(office, path, file=(io.BytesIO(b"x" * 6_000_000), "a.csv"), **about)
    assert large.status_code == 413
    good = csv_of(LIN_ROW, LIN_ROW | {"customer_no": "L2", "address": "x " * 90}) + " \n" * 900_000
    answer = send(office, path, file=(io.BytesIO(good.encode()), "a.csv"), **about)
    assert answer.status_code == 303, "more than a form, less than the limit"


@pytest.mark.parametrize("bad", ["D-00000-00000-0", "D-XXXX", "nothing"])
def test_what_is_not_there_is_not_found(office: FlaskClient, group: Group, bad: str) -> None:
    for path in (f"/operations/deliveries/{bad}", f"/operations/deliveries/{bad}/rows/3"):
        assert office.get(path).status_code in {400, 404}


def test_a_line_beyond_all_files_is_not_found(office: FlaskClient, ref: str) -> None:
    for line in ("99", "0", "9" * 30, "-1"):
        assert office.get(f"/operations/deliveries/{ref}/rows/{line}").status_code == 404
    assert office.get(f"/operations/deliveries/{ref}?after={'9' * 30}").status_code == 200


@pytest.mark.parametrize("role", ["member", "manager", "partner", "desk", "admin", "auditor"])
def test_nobody_else_may_see_or_change_a_delivery(
    app: Flask, db: Database, ref: str, role: str
) -> None:
    an_account(db, role)
    client = signed_in(app, role)
    for path in (
        "/operations/deliveries",
        "/operations/deliveries/new",
        f"/operations/deliveries/{ref}",
        f"/operations/deliveries/{ref}/rows/3",
    ):
        assert client.get(path).status_code == 403


def test_a_long_list_goes_on_without_cutting_a_row_in_two(
    office: FlaskClient, group: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vipclub.web.operations.deliveries.ROWS_AT_ONCE", 5)
    monkeypatch.setattr("vipclub.web.operations.deliveries.AT_ONCE", 1)
    rows = [CHEN | {"customer_no": f"C{n}"} for n in range(6)]
    ref = group.send(LIN_ROW, *rows).delivery
    group.send(LIN_ROW | {"customer_no": "L9"})
    seen: list[str] = []
    path = f"/operations/deliveries/{ref}?lang=en"
    for _ in range(9):
        page = office.get(path).text
        seen += [part.split('"')[0] for part in page.split('data-row="')[1:]]
        if 'rel="next"' not in page:
            break
        path = page.split('rel="next"')[0].split('href="')[-1].split('"')[0].replace("&amp;", "&")
    assert len(seen) == len(set(seen)) == 12
    first = office.get("/operations/deliveries").text
    assert str(ref) not in first
    older = first.split('rel="next"')[0].split('href="')[-1].split('"')[0]
    assert str(ref) in office.get(older).text
