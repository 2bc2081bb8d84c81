"""Operations find all appointments, and take out one that was entered by mistake."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub
from tests.web.operations.appointments_made import booked
from tests.web.signing_in import csrf_token
from vipclub import benefits
from vipclub.core import clock
from vipclub.core.db import Database


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
    monkeypatch.setattr("vipclub.web.operations.appointments.PAGE", 1)
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
