"""The policy owner reads the rules in words, tries others on everybody, needs a second person."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select, text

from jobs import count_trials
from tests.cast import CLUB_ACTOR
from tests.membership.inserted_persons import insert_persons, source_record
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from tests.web.signing_in import an_account, csrf_token, sign_in, signed_in
from vipclub import benefits, bookings, membership
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.membership.policy_document import shipped
from vipclub.membership.simulation import EXAMPLES
from vipclub.settings import Settings

PAGES = ("/admin/policy", "/admin/policy/try", "/admin/policy/benefits", "/admin/policy/booking")
UNTOUCHED = (
    "membership", "membership_card", "rating", "rating_run", "tier_policy", "person",
    "source_record", "entitlement_account", "ledger_entry", "appointment", "slot", "outbox",
    "benefit", "benefit_quantity", "booking_policy",
)  # fmt: skip


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


def post(browser: FlaskClient, path: str, **form: Any) -> Any:
    data = {"csrf_token": csrf_token(browser, "/admin/policy/try"), **form}
    return browser.post(f"{path}?lang=en", data=data)


def rows_of(db: Database) -> dict[str, int]:
    """A hash of every row of what a trial must not touch."""
    with db.read() as session:
        return {
            table: hash(tuple(map(str, session.execute(text(f"SELECT * FROM {table}")).all())))
            for table in UNTOUCHED
        }


def figures(page: str, **changed: str) -> dict[str, str]:
    """The form of a page as it was filled in, with some fields changed."""
    form = page.split('action="/admin/policy/try"')[1].split("</form>")[0]
    found = dict(re.findall(r'<input id="([\w-]+)" name="[\w-]+" type="\w+" value="([^"]*)"', form))
    chosen = re.findall(r'<select id="(\w+)".*?<option value="(\w+)" selected', form, re.DOTALL)
    return {**found, **dict(chosen), **changed}


def try_figures(xu: FlaskClient, **changed: str) -> Any:
    """A trial that the job has counted to its end."""
    form = figures(xu.get("/admin/policy/try").text, **changed)
    answer = post(xu, "/admin/policy/try", **form)
    count_trials.JOB.run(xu.application.extensions["vipclub"].db, Settings.load())
    return answer


def second_owner(app: Flask, db: Database) -> FlaskClient:
    an_account(db, "policy", login="qian@club.example")
    client = app.test_client()
    assert sign_in(client, "qian@club.example").status_code == 303
    return client


def test_each_page_is_the_policy_owner_s_and_asks_few_statements(
    app: Flask, xu: FlaskClient, club: SmallClub
) -> None:
    trial = try_figures(xu).headers["Location"]
    pages = (*PAGES, "/admin/policy/versions/2026.1", trial, f"{trial}/gold/none")
    for page in pages:
        with statements(at_most=6):
            assert xu.get(page).status_code == 200, page
    for role in ("admin", "auditor", "operations"):
        other = signed_in(app, role)
        assert {other.get(page).status_code for page in pages} == {403}, role
    assert xu.get("/admin/policy/versions/1999.9").status_code == 404


def test_the_policy_in_force_is_said_in_words(xu: FlaskClient, club: SmallClub) -> None:
    page = xu.get("/admin/policy?lang=en").text
    for words in (
        "at least CNY 500,000.00 with the group",
        "at least CNY 50,000.00 paid in a year and a customer for at least 1 year",
        "a customer of at least 3 group companies and at least CNY 300,000.00 with the group",
        "A membership runs for 1 year from the day after the rating.",
        "A lower tier comes only when the membership year ends.",
        "HKD 1 = CNY 0.92",
    ):
        assert words in page
    assert "集团" in xu.get("/admin/policy?lang=zh-Hans").text
    assert "集團" in xu.get("/admin/policy?lang=zh-Hant").text


def test_a_trial_changes_nothing(xu: FlaskClient, club: SmallClub, db: Database) -> None:
    before = rows_of(db)
    answer = try_figures(xu, **{"figure-0-0-0": "600001"})
    assert answer.status_code == 303
    page = xu.get(answer.headers["Location"] + "?lang=en").text
    assert "Nothing was changed." in page
    assert rows_of(db) == before


def test_a_trial_shows_who_would_move_and_what_it_costs(
    xu: FlaskClient, club: SmallClub, db: Database
) -> None:
    """Three gold members by value; with a bar above two of them those fall when the year ends."""
    db.run(insert_persons, [source_record(value=7_000_000)], [source_record(value=10)])
    trial = try_figures(xu, **{"figure-2-0-0": "8000000"}).headers["Location"]
    page = xu.get(trial + "?lang=en").text
    assert "5 persons" in page
    cell = xu.get(f"{trial}/none/platinum?lang=en").text
    assert "the first 1 of 1" in cell
    assert "Lin X*" in cell
    assert "Lin Xiaoyu" not in cell
    assert "Nobody would move this way." in xu.get(f"{trial}/gold/black?lang=en").text
    with db.read() as session:
        catalogue = benefits.benefits(session)
        quantities = benefits.quantities_of(session, CLUB_ACTOR, clock.club_today().year)
    more = benefits.cost_of({"platinum": 1}, catalogue, quantities).expected
    assert f"+CNY {more.amount / 100:,.2f}" in page


@pytest.mark.promise("P19")
def test_a_trial_equals_the_rating_of_the_same_day(
    xu: FlaskClient, club: SmallClub, db: Database
) -> None:
    """The rehearsal is the real run, member by member."""
    db.run(insert_persons, *[[source_record(value=400_000 + 200_000 * n)] for n in range(12)])
    ref = try_figures(xu).headers["Location"].rsplit("/", 1)[1]
    day = clock.club_today()
    report = membership.rate_everyone(db, CLUB_ACTOR, as_of=day)
    with db.read() as session:
        assert membership.trial(session, CLUB_ACTOR, ref).found.movements == report.movements


def test_a_document_is_tried_pasted_or_as_a_file(
    xu: FlaskClient, club: SmallClub, db: Database
) -> None:
    document = shipped("2026").replace("2026.1", "2027.1").replace("2026-01-01", "2027-01-01")
    pasted = post(xu, "/admin/policy/try/document", text=document)
    assert pasted.status_code == 303
    file = (io.BytesIO(("\ufeff" + document.replace("\n", "\r\n")).encode()), "policy.toml")
    sent = post(xu, "/admin/policy/try/document", text="", file=file)
    assert sent.status_code == 303
    assert "2027.1" in xu.get(sent.headers["Location"]).text
    latin = (io.BytesIO(b"version = '\xe9'"), "policy.toml")
    assert post(xu, "/admin/policy/try/document", text="", file=latin).status_code == 400
    assert post(xu, "/admin/policy/try/document", text="#" * 70_000).status_code == 400


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("years = 1", "years = 0", 12, "“term.years” must be a whole number from 1 to 10, not 0."),
        ("years = 1", "years = = 1", 12, "This is not TOML: line 12"),
        ('currency = "CNY"', 'currency = "yuan"', 8, "“currency” must be an ISO 4217 code"),
        ('HKD = "0.92"', 'HKD = "much"', 20, "“exchange_rates.HKD” must be a number above zero"),
        ('code = "platinum"', 'code = "wood"', None, "The tiers must be out of gold"),
        ("at_least = 6_000_000", "at_least = 0", 53, "Tier diamond: a condition on value needs"),
        ("[weights]", "[weight]", 33, "“weight” is not part of a tier policy."),
    ],
)
def test_each_mistake_of_a_document_is_told_with_its_line(
    xu: FlaskClient, club: SmallClub, old: str, new: str, line: int | None, words: str
) -> None:
    document = shipped("2026").replace(old, new, 1)
    answer = post(xu, "/admin/policy/try/document", text=document)
    assert answer.status_code == 422
    assert words in answer.text
    if line is not None and "This is not TOML" not in words:
        assert f"<strong>Line {line}</strong>" in answer.text
    assert new in answer.text.replace("&#34;", '"')  # what was written is kept


def test_a_document_beyond_all_measure_is_told_plainly(xu: FlaskClient, club: SmallClub) -> None:
    for document in ("a = " + "9" * 5000, "a = " + "[" * 3000, "", "\x00"):
        assert post(xu, "/admin/policy/try/document", text=document).status_code in {400, 422}


def test_a_figure_that_isn_t_one_is_said_at_its_field(xu: FlaskClient, club: SmallClub) -> None:
    answer = try_figures(xu, **{"figure-0-0-0": "much", "version": "two words"})
    assert answer.status_code == 422
    assert 'id="figure-0-0-0-error"' in answer.text
    assert 'id="version-error"' in answer.text


def test_a_large_club_is_counted_in_parts(xu: FlaskClient, club: SmallClub, db: Database) -> None:
    with db.read() as session:
        policy = membership.policy_in_force(session, clock.club_today())
    assert policy is not None
    ref = db.run(
        membership.draft_policy,
        CLUB_ACTOR,
        text=membership.policy_text(policy.policy),
        as_of=clock.club_today(),
    )
    membership.continue_trials(db, seconds=0, chunk=2)
    page = xu.get(f"/admin/policy/try/{ref}?lang=en").text
    assert "66 % of the club is counted so far: 2 persons." in page
    assert f'<noscript><p><a class="button" href="/admin/policy/try/{ref}">' in page
    live = f"/admin/policy/try/{ref}/live"
    assert f'data-refresh="{live}"' in page
    assert "Submit it" not in page
    part = xu.get(f"{live}?lang=en").text
    assert "66 % of the club" in part
    assert "<html" not in part
    assert "data-at-rest" not in part
    assert post(xu, f"/admin/policy/try/{ref}/submit").status_code == 409
    count_trials.JOB.run(db, Settings.load())
    part = xu.get(f"{live}?lang=en").text
    assert "data-at-rest" in part
    assert "Submit it" in part
    page = xu.get(f"/admin/policy/try/{ref}?lang=en").text
    assert "data-refresh" not in page
    assert "<noscript>" not in page
    with db.read() as session:
        assert membership.trial(session, CLUB_ACTOR, ref).found.persons == 3
    assert EXAMPLES >= 20


def test_whoever_began_a_trial_discards_it(
    app: Flask, xu: FlaskClient, club: SmallClub, db: Database
) -> None:
    qian, trial = second_owner(app, db), try_figures(xu).headers["Location"]
    assert "Discard it" not in qian.get(f"{trial}?lang=en").text
    refused = post(qian, f"{trial}/discard")
    assert refused.status_code == 409
    assert "Only whoever began a trial run can discard it." in refused.text
    assert "Discard it" in xu.get(f"{trial}?lang=en").text
    assert post(xu, f"{trial}/discard").status_code == 303
    assert "The trial run is discarded." in xu.get("/admin/policy/try?lang=en").text
    assert xu.get(trial).status_code == 404


@pytest.mark.promise("P19")
def test_a_policy_is_put_in_force_by_two_people(
    app: Flask, xu: FlaskClient, club: SmallClub, db: Database
) -> None:
    trial = try_figures(xu, **{"figure-0-0-0": "700000"}).headers["Location"]
    assert post(xu, f"{trial}/submit").status_code == 303
    assert "Another policy owner decides." in xu.get(f"{trial}?lang=en").text
    alone = post(xu, f"{trial}/approve")
    assert (alone.status_code, "another policy owner decides" in alone.text) == (403, True)
    assert post(xu, f"{trial}/submit").status_code == 409
    qian = second_owner(app, db)
    assert "Waits for a second person" in qian.get("/admin/policy?lang=en").text
    assert post(qian, f"{trial}/withdraw").status_code == 409
    assert post(qian, f"{trial}/approve").status_code == 303
    page = xu.get("/admin/policy?lang=en").text
    assert "not in force yet" in page
    assert "in force" in page
    year = clock.club_today().year + 1
    with db.read() as session:
        first = clock.club_today().replace(year=year, month=1, day=1)
        found = membership.policy_in_force(session, first)
    assert found is not None
    assert found.version == f"{year}.1"
    assert found.policy.tiers[0].any_of[0][0].at_least == 70_000_000
    assert post(qian, f"{trial}/approve").status_code == 409  # once


def test_the_second_person_gives_it_back_with_a_reason(
    app: Flask, xu: FlaskClient, club: SmallClub, db: Database
) -> None:
    trial = try_figures(xu).headers["Location"]
    post(xu, f"{trial}/submit")
    qian = second_owner(app, db)
    post(qian, f"{trial}/return", reason="")
    assert "Please say why" in qian.get(f"{trial}?lang=en").text
    assert post(qian, f"{trial}/return", reason="too dear").status_code == 303
    assert "too dear" in xu.get(f"{trial}?lang=en").text
    with db.read() as session:
        assert len(membership.policy_versions(session, CLUB_ACTOR)) == 1


def test_a_policy_of_yesterday_or_of_a_name_that_is_taken_is_not_submitted(
    xu: FlaskClient, club: SmallClub, db: Database
) -> None:
    day = clock.club_today()
    for changed in (
        {"in_force_from": day.isoformat()},
        {"version": "2026.1"},
    ):
        trial = try_figures(xu, **changed).headers["Location"]
        assert post(xu, f"{trial}/submit").status_code in {409, 422}, changed
    later = try_figures(xu, in_force_from=(day + timedelta(days=1)).isoformat())
    assert post(xu, f"{later.headers['Location']}/submit").status_code == 303
    assert post(xu, f"{later.headers['Location']}/withdraw").status_code == 303


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "en",
            [
                "Opens 14 days ahead, at 06:30.",
                "Cancelling is free until 00:00 of the day itself.",
                "Opens 28 days ahead, at 06:00.",
                "Cancelling is free until 12 hours before it begins.",
                "At most 1 visit a day in a department.",
                "3 visits missed within 6 months suspend for 6 months.",
                "Can be booked until 24:00 two working days before.",
                "Cancelling is free until 08:00 two working days before.",
                "Nobody under 14 years.",
                "The partner confirms within 8 working hours.",
            ],
        ),
        ("zh-Hans", ["提前 14 天 06:30 起可约", "两个工作日前 08:00", "暂停 6 个月", "未满 14 岁"]),
        (
            "zh-Hant",
            ["提前 14 日 06:30 起可預約", "兩個工作天前 08:00", "暫停 6 個月", "未滿 14 歲"],
        ),
    ],
)
def test_each_hospital_s_rule_is_a_sentence(
    xu: FlaskClient, club: SmallClub, db: Database, language: str, words: list[str]
) -> None:
    """The three hospitals' rules are data, and are printed in words."""
    for name in ("nantang-hospital", "jingcheng-hospital", "muhe-hospital"):
        db.run(bookings.set_booking_policy, CLUB_ACTOR, offering=club.offering, policy=name)
        page = xu.get(f"/admin/policy/booking?lang={language}").text
        words = [word for word in words if word not in page]
    assert words == []


def test_what_each_tier_is_given_stands_in_a_table(xu: FlaskClient, club: SmallClub) -> None:
    page = xu.get("/admin/policy/benefits?lang=en").text
    for words in ("Health check", "1 time", "no limit", "by appointment"):
        assert words in page


@pytest.mark.promise("P19")
def test_the_database_holds_that_two_people_decide(db: Database, club: SmallClub) -> None:
    with db.read() as session:
        checks = session.execute(select(membership.models.TierPolicyDraft)).all()
    assert checks == []
