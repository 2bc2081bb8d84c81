"""The month of places: what a change would hit is shown first; a closed day counts down."""

from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.bookings.appointment_builders import a_request
from tests.cast import CLUB_ACTOR
from tests.small_club import ANY_NAME, SmallClub, a_small_club
from tests.statements import statements
from tests.web.signing_in import an_account, csrf_token, sign_in
from vipclub import bookings, partners
from vipclub.app import create_app
from vipclub.core import clock
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def pc(db: Database, club: SmallClub) -> FlaskClient:
    """The front desk's browser, signed in."""
    an_account(db, "partner", scopes=[("partner", club.partner)])
    client = create_app(database=db).test_client()
    assert sign_in(client, "partner@club.example").status_code == 303
    return client


@pytest.fixture
def stranger(db: Database, club: SmallClub) -> FlaskClient:
    """The front desk of another partner."""
    an_account(db, "partner", login="other@club.example", scopes=[("partner", club.other_partner)])
    client = create_app(database=db).test_client()
    assert sign_in(client, "other@club.example").status_code == 303
    return client


def soon(days: int = 6) -> date:
    return clock.club_today() + timedelta(days=days)


def month_page(pc: FlaskClient, club: SmallClub, day: date | None = None) -> str:
    answer = pc.get(f"/partner/capacity?offering={club.offering}&day={day or soon()}")
    assert answer.status_code == 200
    return answer.text


def send(pc: FlaskClient, path: str, **form: Any) -> Any:
    token = csrf_token(pc, "/partner/capacity")
    return pc.post(f"/partner/{path}", data={"csrf_token": token, **form})


def shown(text: str) -> str:
    """A page's words without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", text))


def times_form(club: SmallClub, **changed: str) -> dict[str, str]:
    """The form of the day's three times, as it is shown, with some fields typed over; an open box
    that is unticked is not sent."""
    form = {"offering": club.offering, "day": soon().isoformat()}
    for slot in club.slots[:3]:
        form |= {
            f"places-{slot}": "2",
            f"was-{slot}": "2",
            f"open-{slot}": "1",
            f"was-open-{slot}": "1",
        }
    return {name: value for name, value in (form | changed).items() if value != "off"}


def test_each_day_says_how_many_places_are_taken(
    pc: FlaskClient, club: SmallClub, db: Database
) -> None:
    a_request(db, club)
    page = shown(month_page(pc, club))
    assert "1 of 6 places taken" in page
    assert "09:00" in page
    assert "0 of 6 places taken" in page


def test_places_of_a_time_are_changed_at_once_when_nobody_is_hit(
    pc: FlaskClient, club: SmallClub, db: Database
) -> None:
    form = times_form(club, **{f"places-{club.slots[0]}": "5"})
    answer = send(pc, "capacity/times", **form)
    assert answer.status_code == 303
    assert "3 places more." in shown(pc.get(answer.headers["Location"]).text)
    assert "0 of 9 places taken" in shown(month_page(pc, club))


def test_what_a_change_hits_is_asked_about_before_it_is_done(
    pc: FlaskClient, club: SmallClub, db: Database
) -> None:
    for member in (0, 1):
        a_request(db, club, member)
    form = times_form(
        club,
        **{f"places-{club.slots[0]}": "1", f"open-{club.slots[1]}": "off"},
    )
    question = send(pc, "capacity/times", **form)
    assert question.status_code == 200
    assert "1 appointment above the new number of places stays." in shown(question.text)
    assert "1 of 6" not in shown(month_page(pc, club))
    assert f'name="places-{club.slots[0]}" value="1"' in question.text
    done = send(pc, "capacity/times", **form, sure="1")
    assert done.status_code == 303
    assert "2 of 4 places taken" in shown(month_page(pc, club))


def test_an_hour_with_people_closes_after_the_question_and_they_are_looked_after(
    pc: FlaskClient, club: SmallClub, db: Database
) -> None:
    appointment = a_request(db, club)
    form = times_form(club, **{f"open-{club.slots[0]}": "off"})
    assert "this person is offered another time" in shown(send(pc, "capacity/times", **form).text)
    done = send(pc, "capacity/times", **form, sure="1", reason="A burst pipe")
    assert "/partner/closing/K-" in done.headers["Location"]
    page = shown(pc.get(done.headers["Location"]).text)
    assert "another time offered" in page
    assert "A burst pipe" in page
    with db.read() as session:
        assert bookings.appointment(session, CLUB_ACTOR, appointment).status == "proposed"


def test_what_was_typed_wrongly_comes_back_with_a_sentence(
    pc: FlaskClient, club: SmallClub
) -> None:
    form = times_form(club, **{f"places-{club.slots[0]}": "many"})
    refused = send(pc, "capacity/times", **form)
    assert refused.status_code == 422
    assert "Please enter a whole number from 0 to 1000." in shown(refused.text)
    assert 'value="many"' in refused.text
    day = {"offering": club.offering, "day": soon().isoformat()}
    assert send(pc, "capacity/day", **day, capacity="-1").status_code == 422
    assert send(pc, "capacity/overbook", **day, slot="", reason="").status_code == 422


def test_a_full_time_is_overbooked_by_an_act_of_its_own(
    pc: FlaskClient, club: SmallClub, db: Database
) -> None:
    """One was overbooked elsewhere (department-of-veterans-affairs/va.gov-team#49635)."""
    for member in (0, 1):
        a_request(db, club, member)
    form = times_form(club, **{f"places-{club.slots[0]}": "3"})
    refused = send(pc, "capacity/times", **form)
    assert refused.status_code == 409
    assert "is overbooking" in shown(refused.text)
    assert "Overbook a full time" in shown(month_page(pc, club))
    day = {"offering": club.offering, "day": soon().isoformat()}
    done = send(pc, "capacity/overbook", **day, slot=club.slots[0], reason="A wheelchair")
    assert done.status_code == 303
    assert "2 of 7 places taken" in shown(month_page(pc, club))


def test_a_day_closes_after_its_preview_and_counts_down_to_zero(
    pc: FlaskClient, club: SmallClub, db: Database
) -> None:
    """Closing is not finished until nobody is displaced (calcom/cal.com#8768)."""
    refs = [a_request(db, club, n, n) for n in range(2)]
    day = soon().isoformat()
    question = pc.get(f"/partner/capacity/close?offering={club.offering}&day={day}")
    words = shown(question.text)
    assert "2 people have appointments." in words
    assert "2 can be offered another time here." in words
    form = {"offering": club.offering, "day": day, "scope": "offering"}
    assert send(pc, "closing", **form, reason=" ").status_code == 422
    done = send(pc, "closing", **form, reason="The doctor is away")
    place = done.headers["Location"]
    assert "2 people have no other time agreed on yet." in shown(pc.get(place).text)
    assert send(pc, "closing", **form, reason="The doctor is away").headers["Location"] == place
    assert "2 people still have a closed time" in shown(month_page(pc, club))

    db.run(bookings.accept, club.lin, appointment=refs[0])
    assert "1 person has no other time agreed on yet." in shown(pc.get(f"{place}/live").text)
    db.run(bookings.cancel, CLUB_ACTOR, appointment=refs[1])
    assert "The closing is finished." in shown(pc.get(place).text)
    assert "finished" in shown(pc.get("/partner/closing").text)


def test_somebody_is_served_all_the_same_and_a_day_opens_again(
    pc: FlaskClient, club: SmallClub, db: Database
) -> None:
    appointment = a_request(db, club)
    ref = db.run(bookings.close_day, club.he, offering=club.offering, day=soon(), reason="A feast")
    assert "Serve all the same" in shown(pc.get(f"/partner/closing/{ref}").text)
    assert send(pc, f"closing/{ref}/keep/{appointment}").status_code == 303
    assert "served all the same" in shown(pc.get(f"/partner/closing/{ref}").text)
    assert send(pc, f"closing/{ref}/offer").status_code == 303
    assert send(pc, f"closing/{ref}/reopen").status_code == 303
    page = shown(pc.get(f"/partner/closing/{ref}").text)
    assert "keeps the time: it is open again" in page
    assert "1 of 6 places taken" in shown(month_page(pc, club))


def test_a_closed_day_is_opened_from_the_month(pc: FlaskClient, club: SmallClub) -> None:
    day = {"offering": club.offering, "day": soon().isoformat()}
    send(pc, "closing", **day, scope="offering", reason="A feast")
    assert "Open this day" in shown(month_page(pc, club))
    assert send(pc, "capacity/day", **day, act="open").status_code == 303
    assert "0 of 6 places taken" in shown(month_page(pc, club))
    assert send(pc, "capacity/day", **day, capacity="4").status_code == 303
    assert "0 of 12 places taken" in shown(month_page(pc, club))


def test_a_whole_site_closes(pc: FlaskClient, club: SmallClub, db: Database) -> None:
    with db.read() as session:
        site = partners.find_offering(session, CLUB_ACTOR, club.offering).site
    db.run(
        partners.create_offering,
        CLUB_ACTOR,
        site=site,
        service="health-check",
        name=ANY_NAME,
        minutes=60,
    )
    a_request(db, club)
    day = soon().isoformat()
    path = f"/partner/capacity/close?offering={club.offering}&day={day}&scope=site"
    assert "Everything at In-depth check" in shown(pc.get(path).text)
    done = send(pc, "closing", offering=club.offering, day=day, scope="site", reason="Moving house")
    assert "1 person has no other time" in shown(pc.get(done.headers["Location"]).text)


def test_a_new_week_is_shown_before_it_is_done(
    pc: FlaskClient, club: SmallClub, db: Database
) -> None:
    a_request(db, club)
    page = pc.get(f"/partner/capacity/week?offering={club.offering}").text
    assert page.count('value="09:00"') == 7
    form = {"offering": club.offering, "from_day": soon().isoformat()}
    for weekday in range(1, 8):
        form |= {
            f"opens-{weekday}-0": "10:00",
            f"closes-{weekday}-0": "12:00",
            f"every-{weekday}-0": "60",
            f"capacity-{weekday}-0": "3",
        }
    question = send(pc, "capacity/week", **form)
    assert question.status_code == 200
    assert "this person is offered another time" in shown(question.text)
    wrong = send(pc, "capacity/week", **{**form, "closes-3-0": "09:00"})
    assert wrong.status_code == 422
    assert "The closing hour lies before the opening hour." in shown(wrong.text)
    spell = {"opens": "11:00", "closes": "13:00", "every": "60", "capacity": "1"}
    overlap = {f"{name}-1-1": value for name, value in spell.items()}
    assert send(pc, "capacity/week", **form, **overlap).status_code == 422
    done = send(pc, "capacity/week", **form, sure="1")
    assert "/partner/closing/K-" in done.headers["Location"]
    assert "0 of 6 places taken" in shown(month_page(pc, club))


def test_whoever_sets_the_week_second_is_told_what_holds_now(
    pc: FlaskClient, club: SmallClub, db: Database
) -> None:
    page = pc.get(f"/partner/capacity/week?offering={club.offering}").text
    seen = page.split('name="seen" value="')[1].split('"')[0]
    form = {"offering": club.offering, "from_day": soon().isoformat(), "sure": "1", "seen": seen}
    week = {"opens-1-0": "10:00", "closes-1-0": "12:00", "every-1-0": "60", "capacity-1-0": "3"}
    assert send(pc, "capacity/week", **form, **week).status_code == 303
    answer = send(pc, "capacity/week", **form, **{**week, "capacity-1-0": "4"})
    assert answer.status_code == 409
    assert "Somebody else saved this while you had it open" in shown(answer.text)
    assert 'value="4"' in answer.text, "what was typed stays"


def test_the_desk_sees_whom_the_partner_cannot_place(
    pc: FlaskClient, club: SmallClub, db: Database
) -> None:
    appointment = a_request(db, club)
    for number in range(35):
        wish = partners.Change(offering=club.offering, day=soon(number), open=False)
        if number != 6:
            db.run(partners.change_capacity, CLUB_ACTOR, changes=[wish])
    form = {"offering": club.offering, "day": soon().isoformat(), "scope": "offering"}
    question = pc.get(f"/partner/capacity/close?offering={club.offering}&day={form['day']}")
    assert "1 goes to the service desk" in shown(question.text)
    done = send(pc, "closing", **form, reason="A feast")
    assert "with the service desk" in shown(pc.get(done.headers["Location"]).text)
    an_account(db, "desk")
    desk = create_app(database=db).test_client()
    sign_in(desk, "desk@club.example")
    assert appointment in desk.get("/desk/").text


def test_another_partners_places_and_closures_are_not_found(
    pc: FlaskClient, stranger: FlaskClient, club: SmallClub, db: Database
) -> None:
    a_request(db, club)
    day = soon().isoformat()
    ref = db.run(bookings.close_day, club.he, offering=club.offering, day=soon(2), reason="x")
    mine = {"offering": club.offering, "day": day}
    for path in (
        f"capacity?offering={club.offering}",
        f"capacity/week?offering={club.offering}",
        f"capacity/close?offering={club.offering}&day={day}",
        f"closing/{ref}",
        f"closing/{ref}/live",
    ):
        assert stranger.get(f"/partner/{path}").status_code == 404, path
    for path, form in (
        ("capacity/times", times_form(club, **{f"places-{club.slots[0]}": "1"})),
        ("capacity/day", {**mine, "capacity": "1"}),
        ("capacity/overbook", {**mine, "slot": club.slots[0], "reason": "x"}),
        ("closing", {**mine, "scope": "offering", "reason": "x"}),
        ("capacity/week", {"offering": club.offering, "from_day": day}),
        (f"closing/{ref}/reopen", {}),
        (f"closing/{ref}/offer", {}),
    ):
        assert send(stranger, path, **form).status_code == 404, path
    assert "1 of 6 places taken" in shown(month_page(pc, club))


def test_no_page_takes_more_than_six_statements(
    pc: FlaskClient, club: SmallClub, db: Database
) -> None:
    for n in range(3):
        a_request(db, club, n, n)
    day = soon().isoformat()
    ref = db.run(bookings.close_day, club.he, offering=club.offering, day=soon(3), reason="x")
    month_page(pc, club)
    for path in (
        f"capacity?offering={club.offering}&day={day}",
        f"capacity/week?offering={club.offering}",
        f"capacity/close?offering={club.offering}&day={day}",
        f"capacity/close?offering={club.offering}&day={day}&scope=site",
        "closing",
        f"closing/{ref}",
        f"closing/{ref}/live",
    ):
        with statements(at_most=6 + 1):  # and the sign-in's
            assert pc.get(f"/partner/{path}").status_code == 200


def test_names_are_masked(pc: FlaskClient, club: SmallClub, db: Database) -> None:
    appointment = a_request(db, club)
    ref = db.run(bookings.close_day, club.he, offering=club.offering, day=soon(), reason="x")
    with db.read() as session:
        name = bookings.appointment(session, CLUB_ACTOR, appointment).member_name
    assert name not in pc.get(f"/partner/closing/{ref}").text


@pytest.mark.parametrize("path", ["capacity?day=soon&month=x", "capacity/close", "closing/K-0"])
def test_an_address_that_says_nothing_is_no_error_of_ours(pc: FlaskClient, path: str) -> None:
    assert pc.get(f"/partner/{path}").status_code < 500
