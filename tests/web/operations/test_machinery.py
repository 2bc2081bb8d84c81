"""Operations send again what was given up, and run the checks."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from sqlalchemy import delete, select, update
from structlog.testing import capture_logs

from jobs import deliver_messages
from jobs.scheduler import job_named, run_now
from tests.small_club import SmallClub
from tests.web.signing_in import csrf_token
from vipclub import benefits, partners, wiring
from vipclub.app import create_app
from vipclub.core import clock, outbox, timetable
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database
from vipclub.core.outbox import OutboxRow
from vipclub.operations import books
from vipclub.settings import Settings
from vipclub.web.operations.machinery import KIND_WORDS

ON_A_PAGE = 40
"""Fewer than the page shows of what was given up."""


def dead_letter(db: Database, error: str = "550 <lin@example.com> unknown") -> int:
    db.run(outbox.put, "mail", subject=("appointment", "A-1"), payload={})
    with db.engine.begin() as connection:
        connection.execute(
            update(OutboxRow).values(state="dead", error=error, done_at=clock.now(), attempts=16)
        )
    with db.read() as session:
        return session.execute(select(OutboxRow.id)).scalar_one()


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


def test_everything_that_can_be_given_up_is_named_in_words(gao: FlaskClient, db: Database) -> None:
    kinds = {*deliver_messages.HANDLERS, *partners.webhooks.handlers()}
    assert kinds == set(KIND_WORDS), "each kind of the outbox has its words"
    templates = sorted(letter.template for letter in wiring.LETTERS)
    given = [(kind, {}) for kind in sorted(kinds - {"message"})]
    given += [("message", {"template": template}) for template in templates]
    told: dict[str, list[str]] = {"zh-Hans": [], "zh-Hant": [], "en": []}
    for some in (given[:ON_A_PAGE], given[ON_A_PAGE:]):
        for kind, payload in some:
            db.run(outbox.put, kind, subject=("letter", "E-1"), payload=payload)
        with db.engine.begin() as connection:
            connection.execute(update(OutboxRow).values(state="dead", done_at=clock.now()))
        for language, words in told.items():
            page = gao.get(f"/operations/machinery?lang={language}").text
            dead = page.split('id="dead"')[1].split("</table>")[0]
            words += re.findall(r"</th>\s*<td>([^<]*)</td>", dead)
        with db.engine.begin() as connection:
            connection.execute(delete(OutboxRow))
    for words in told.values():
        assert len(words) == len(given)
        assert not set(words) & {*templates, *kinds}, "no code without a word"
    assert all(re.search("[一-鿿]", words) for words in told["zh-Hans"] + told["zh-Hant"])
    assert told["zh-Hans"] != told["zh-Hant"]
    assert "Password changed" in told["en"]


def test_what_was_given_up_is_closed(gao: FlaskClient, db: Database) -> None:
    item = dead_letter(db)
    form = {"csrf_token": csrf_token(gao, "/operations/machinery"), "item": item}
    assert gao.post("/operations/machinery/close", data=form).status_code == 303
    assert "550" not in gao.get("/operations/machinery?lang=en").text
    assert gao.post("/operations/machinery/close", data=form).status_code == 404


@pytest.mark.parametrize(
    ("detail", "words"),
    [
        (
            "invited 20, waiting 88656, days 46",
            ("88,656 members wait", "At 20 in a quarter of an hour", "in 46 days"),
        ),
        ("invited 20, waiting 21, days 0", ("21 members wait", "within a day")),
        ("invited 0, waiting 1, days 0", ("1 member waits",)),
        ("invited 3, waiting 0, days 0", ("Nobody waits for a first invitation.",)),
        (None, ("counted when invitations are sent next",)),
    ],
)
def test_how_long_the_invitations_take_is_told_from_the_jobs_last_run(
    gao: FlaskClient, db: Database, detail: str | None, words: tuple[str, ...]
) -> None:
    db.run(timetable.plan, "invite_members", clock.now())
    with db.engine.begin() as connection:
        done = {"outcome": "done", "done_at": clock.now(), "detail": detail}
        connection.execute(update(timetable.TimedJob).values(**done))
    page = gao.get("/operations/machinery?lang=en").text
    for said in words:
        assert said in page


@pytest.mark.promise("P8")
def test_an_allowance_that_left_its_ledger_is_named(
    gao: FlaskClient, club: SmallClub, db: Database, tmp_path: Path
) -> None:
    """By the job at night, and by whoever has it looked at now."""
    settings = Settings(env="development", instance=tmp_path, database_url="sqlite://")

    def page() -> str:
        return gao.get("/operations/checks?lang=en").text

    def checked_now() -> str:
        token = csrf_token(gao, "/operations/checks")
        return gao.post("/operations/checks?lang=en", data={"csrf_token": token}).text

    def alarm() -> bool:
        return "differ from the sum of their entries" in gao.get("/operations/?lang=en").text

    assert "Not checked yet" in page()
    run_now(job_named("check_allowances"), db, settings)
    assert "Every allowance equals the sum of its entries" in page()
    assert "Every allowance equals the sum of its entries" in checked_now()
    with db.engine.begin() as connection:
        connection.execute(
            update(benefits.EntitlementAccount)
            .where(benefits.EntitlementAccount.unlimited.is_(False))
            .values(granted=benefits.EntitlementAccount.granted + 1)
        )
    assert "Every allowance equals the sum of its entries" in page(), "as it was last night"
    assert "Every allowance" not in checked_now()
    assert "Says: given, reserved, used" in checked_now()
    assert not alarm(), "as it was last night, too"
    with capture_logs() as log:
        run_now(job_named("check_allowances"), db, settings)
    assert "differ from the sum of their entries" in page()
    assert alarm()
    (line,) = (line for line in log if line["event"] == "allowances_differ")
    assert line["log_level"] == "error"
    assert line["differ"] >= len(line["accounts"]) > 0
    told = create_app(database=db).test_client().get("/metrics").text
    assert f"vipclub_allowances_differing {float(line['differ'])}" in told


def test_many_that_differ_are_looked_for_no_further_than_the_page_shows(
    gao: FlaskClient, club: SmallClub, db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(books, "MOST", 2)
    with db.engine.begin() as connection:
        connection.execute(
            update(benefits.EntitlementAccount).values(
                granted=benefits.EntitlementAccount.granted + 1
            )
        )
    form = {"csrf_token": csrf_token(gao, "/operations/checks")}
    page = gao.post("/operations/checks?lang=en", data=form).text
    assert page.split("<table")[1].count('<th scope="row"') == 2
    assert "There may be more" in page


def test_a_check_that_failed_is_not_told_as_none(
    gao: FlaskClient, club: SmallClub, db: Database, tmp_path: Path
) -> None:
    settings = Settings(env="development", instance=tmp_path, database_url="sqlite://")

    def fail(_database: Database, _settings: Settings) -> None:
        raise ConnectionError("down")

    job = job_named("check_allowances")
    with pytest.raises(ConnectionError):
        run_now(replace(job, run=fail), db, settings)
    page = gao.get("/operations/checks?lang=en").text
    assert "The last check failed (" in page
    assert "Not checked yet" not in page
    assert "Every allowance" not in page
    assert "vipclub_allowances_differing" not in (
        create_app(database=db).test_client().get("/metrics").text
    )
    run_now(job, db, settings)
    assert "The last check failed" not in gao.get("/operations/checks?lang=en").text
