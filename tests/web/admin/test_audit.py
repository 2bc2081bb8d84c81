"""The auditor reads the trail, and a record that somebody changed is named."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.statements import statements
from tests.tampering import change_past_triggers
from tests.web.signing_in import csrf_token, signed_in
from vipclub.core import audit, audit_sealing
from vipclub.core.actor import Actor
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database
from vipclub.web.frame import HOMES

ACTOR = Actor.system("tests", request_id="r-1")


def note(db: Database, *subjects: str, action: str = "test.note", reason: str = "why") -> None:
    def write(session: Session) -> None:
        for subject in subjects:
            audit.write(
                session,
                ACTOR,
                action,
                subject=("test", subject),
                before={"n": 0},
                after={"n": 1},
                reason=reason,
            )

    db.run(write)


def seal_all(db: Database) -> None:
    while db.run(audit_sealing.seal, batch=4):
        pass


def number_of(db: Database, subject: str) -> int:
    with db.read() as session:
        return session.execute(
            select(AuditRow.id).where(AuditRow.subject_ref == subject)
        ).scalar_one()


def verify(fang: FlaskClient, **form: Any) -> Any:
    data = {"csrf_token": csrf_token(fang, "/admin/audit"), **form}
    answer = fang.post("/admin/audit/verify?lang=en", data=data)
    return answer if answer.status_code == 200 else fang.get("/admin/audit?lang=en")


def test_the_trail_is_the_auditor_s_only(app: Flask, fang: FlaskClient, db: Database) -> None:
    note(db, "a")
    pages = ("/admin/audit", f"/admin/audit/{number_of(db, 'a')}", "/admin/audit.csv")
    for page in pages:
        with statements(at_most=6):
            assert fang.get(page).status_code == 200, page
    for role in ("admin", "policy", "operations"):
        other = signed_in(app, role)
        assert {other.get(page).status_code for page in pages} == {403}, role
        token = csrf_token(other, HOMES[role])
        assert other.post("/admin/audit/verify", data={"csrf_token": token}).status_code == 403
    assert {fang.get(page).status_code for page in ("/admin/", "/admin/people")} == {403}


def test_records_are_found_by_what_by_whom_and_when(fang: FlaskClient, db: Database) -> None:
    note(db, "A-1")
    note(db, "A-2", action="other.note")
    with db.read() as session:
        day = session.execute(select(AuditRow.at).limit(1)).scalar_one().date()
    for query, first, second in (
        ("subject=A-1", True, False),
        ("action=test.", True, False),
        ("action=other.note", False, True),
        ("actor=system:tests", True, True),
        ("actor=U-1", False, False),
        (f"day={day.replace(year=day.year - 1)}", False, False),
    ):
        page = fang.get(f"/admin/audit?{query}").text.split("<table")[-1]
        assert (">A-1<" in page, ">A-2<" in page) == (first, second), query
    for query in ("day=soon", "before=x", "before=-1"):
        assert fang.get(f"/admin/audit?{query}").status_code == 400, query


def test_a_long_trail_goes_on(
    fang: FlaskClient, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(db, "A-1", "A-2", "A-3")
    monkeypatch.setattr("vipclub.web.admin.audit.PAGE", 2)
    first = fang.get("/admin/audit?action=test.").text
    following = first.split('rel="next"')[0].rsplit('href="', 1)[1].split('"')[0]
    second = fang.get(following.replace("&amp;", "&")).text
    assert (">A-3<" in first, ">A-2<" in first, ">A-1<" in first) == (True, True, False)
    assert (">A-2<" in second, ">A-1<" in second) == (False, True)


@pytest.mark.promise("P35")
def test_that_the_trail_is_read_is_a_record(fang: FlaskClient, db: Database) -> None:
    fang.get("/admin/audit?subject=M-00000-00000-0&actor=林小溪")
    with db.read() as session:
        row = (
            session.execute(
                select(AuditRow).where(AuditRow.action == "audit.read").order_by(AuditRow.id.desc())
            )
            .scalars()
            .first()
        )
    assert row is not None
    assert row.actor_kind == "auditor"
    assert row.after == '{"actor": "?", "subject": "M-00000-00000-0"}'  # no name gets in


@pytest.mark.promise("P35")
def test_nothing_is_shown_when_it_can_t_be_recorded(
    fang: FlaskClient, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(db, "A-1")

    def broken(*_args: Any, **_kwargs: Any) -> None:
        raise OSError("disk full")

    monkeypatch.setattr("vipclub.operations.audit_trail.audit.write", broken)
    for page in ("/admin/audit", f"/admin/audit/{number_of(db, 'A-1')}", "/admin/audit.csv"):
        answer = fang.get(page)
        assert answer.status_code == 500
        assert "A-1" not in answer.text


def test_a_trail_that_nobody_touched_is_marked(fang: FlaskClient, db: Database) -> None:
    note(db, "a", "b", "c")
    page = fang.get("/admin/audit?lang=en").text
    assert "Nothing is sealed yet." in page
    assert "Nobody has checked the seals" in page
    seal_all(db)
    page = verify(fang).text
    assert "match their signatures" in page
    assert "sealed and checked" in page
    number = number_of(db, "b")
    record = fang.get(f"/admin/audit/{number}?lang=en").text
    assert "Its content matches its signature." in record
    assert fang.get("/admin/audit/999999").status_code == 404


def test_a_changed_record_is_named(fang: FlaskClient, db: Database) -> None:
    note(db, "a", "b", "c")
    seal_all(db)
    number = number_of(db, "b")
    change_past_triggers(db, "UPDATE audit SET reason = 'another' WHERE id = :id", id=number)
    page = verify(fang).text
    assert f"Record {number}:" in page
    assert "content doesn&#39;t match its signature" in page
    trail = fang.get("/admin/audit?lang=en").text
    assert f"The last check found a broken record: {number}." in trail
    record = fang.get(f"/admin/audit/{number}?lang=en").text
    assert "Somebody changed this record" in record


def test_a_record_that_is_gone_is_named(fang: FlaskClient, db: Database) -> None:
    note(db, "a", "b", "c")
    seal_all(db)
    number = number_of(db, "b")
    change_past_triggers(db, "DELETE FROM audit WHERE id = :id", id=number)
    assert f"Record {number}: it is missing." in verify(fang).text


def test_a_record_that_waits_for_its_seal_is_checked_too(fang: FlaskClient, db: Database) -> None:
    seal_all(db)
    note(db, "late")
    number = number_of(db, "late")
    change_past_triggers(db, "UPDATE audit SET reason = 'another' WHERE id = :id", id=number)
    assert f"Record {number}:" in verify(fang).text
    assert "not sealed yet" in verify(fang).text


def test_a_long_chain_is_checked_in_parts(
    fang: FlaskClient, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    note(db, *"abcdefgh")
    seal_all(db)
    with db.read() as session:
        first = audit_sealing.verify_part(session, seal=1, most_rows=4)
        assert (first.first, first.last, first.goes_on, first.broken) == (1, 1, 2, None)
        rest = audit_sealing.verify_part(session, seal=2, most_rows=1000)
        assert (rest.goes_on, rest.broken) == (None, None)
        newest = audit_sealing.verify_part(session, most_rows=1)
        assert newest.first == newest.last == rest.last
        whole = audit_sealing.verify_part(session)
        assert whole.rows == first.rows + rest.rows
    assert "All is right up to the end" in verify(fang, seal=1).text
    assert verify(fang, seal=99).status_code == 200
    token = csrf_token(fang, "/admin/audit")
    for wrong in ("x", "0", "-1"):
        answer = fang.post("/admin/audit/verify", data={"csrf_token": token, "seal": wrong})
        assert answer.status_code == 400, wrong


def test_a_seal_that_was_cut_out_is_named(fang: FlaskClient, db: Database) -> None:
    note(db, *"abcdefgh")
    seal_all(db)
    change_past_triggers(
        db,
        "DELETE FROM audit_sealed WHERE seal_id = 2",
        "DELETE FROM audit_seal WHERE id = 2",
    )
    assert "Seal 2: it is missing" in verify(fang, seal=1).text
    assert "Seal 2: it is missing" in verify(fang, seal=3).text


def test_the_file_has_no_formulas(fang: FlaskClient, db: Database) -> None:
    note(db, "A-1", reason='=HYPERLINK("http://evil.example")')
    answer = fang.get("/admin/audit.csv?subject=A-1")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    rows = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert [(row["subject"], row["reason"][:3]) for row in rows] == [("A-1", "'=H")]
    with db.read() as session:
        read = session.execute(
            select(AuditRow.after).where(AuditRow.action == "audit.read").order_by(AuditRow.id)
        ).scalars()
        assert '"export": true' in list(read)[-1]
