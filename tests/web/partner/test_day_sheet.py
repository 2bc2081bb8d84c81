"""The day sheet: whole names of who is expected, check-in by what is scanned or typed."""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, text

from tests.bookings.table_rows import appointment_of
from tests.bookings.visit_times import move_visit_to_now, start_of
from tests.small_club import SmallClub
from tests.statements import statements
from tests.web.partner.forms import post_form, take_step
from vipclub import bookings, membership
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.types import new_ref
from vipclub.membership import Membership
from vipclub.membership.card import grouped
from vipclub.people import Person


@pytest.fixture
def visit(db: Database, club: SmallClub, request_ref: str) -> str:
    """A confirmed appointment."""
    db.run(bookings.confirm, club.he, appointment=request_ref)
    return request_ref


@pytest.fixture
def day(db: Database, request_ref: str) -> date:
    """The day of the visit."""
    return appointment_of(db, request_ref).start.date()


def card_of(db: Database, member: str) -> str:
    with db.read() as session:
        return session.scalars(
            select(Membership.card_no)
            .join(Person, Person.id == Membership.person_id)
            .where(Person.public_ref == member)
        ).one()


def check_in(pc: FlaskClient, day: date, code: str) -> tuple[int, str]:
    answer = post_form(pc, "/partner/day/check-in", date=day.isoformat(), code=code)
    return answer.status_code, answer.text


def test_who_is_expected_stands_with_the_whole_name_and_the_trail_says_who_looked(
    pc: FlaskClient, visit: str, day: date, db: Database
) -> None:
    name = appointment_of(db, visit).member_name
    page = pc.get(f"/partner/day?date={day}").text
    assert name in page
    assert visit in page
    assert "wheelchair" in page
    with db.read() as session:
        rows = session.execute(
            text("SELECT actor_kind, after FROM audit WHERE action = 'appointment.names_seen'")
        ).all()
    assert [row.actor_kind for row in rows] == ["partner"]
    assert visit in rows[0].after
    assert name not in rows[0].after


def test_who_is_not_confirmed_yet_stays_masked(
    pc: FlaskClient, request_ref: str, day: date, db: Database
) -> None:
    page = pc.get(f"/partner/day?date={day}").text
    assert f'data-row="{request_ref}"' in page
    assert appointment_of(db, request_ref).member_name not in page


def test_another_day_and_another_partner_see_nobody(
    pc: FlaskClient, other_pc: FlaskClient, visit: str, day: date
) -> None:
    assert visit not in pc.get(f"/partner/day?date={day + timedelta(days=1)}").text
    assert visit not in other_pc.get(f"/partner/day?date={day}").text
    assert pc.get(f"/partner/day?site={new_ref('L')}").status_code == 404


def test_a_day_beyond_the_window_leads_to_its_edge(pc: FlaskClient) -> None:
    today = clock.club_today()
    for asked in ("1999-01-01", "2999-01-01", "tomorrow", ""):
        page = pc.get(f"/partner/day?date={asked}")
        assert page.status_code == 200
    assert (today - timedelta(days=30)).isoformat() in pc.get("/partner/day?date=1999-01-01").text


@pytest.mark.promise("P7")
@pytest.mark.parametrize("way", ["reference", "card", "printed card", "code", "name"])
def test_one_scan_checks_in(
    pc: FlaskClient, visit: str, db: Database, club: SmallClub, way: str
) -> None:
    """The card's QR or a surname, one tap, undo."""
    card = card_of(db, club.members[0])
    with db.read() as session:
        code = membership.card_code(session, card, at=clock.now()).text
    typed = {
        "reference": visit.lower().replace("-", " "),
        "card": card,
        "printed card": grouped(card),
        "code": code,
        "name": appointment_of(db, visit).member_name,
    }[way]
    move_visit_to_now(db, visit)
    day = appointment_of(db, visit).start.date()
    status, _ = check_in(pc, day, typed)
    assert status == 303
    assert appointment_of(db, visit).status == "arrived"
    assert take_step(pc, visit, "undo", back=f"/partner/day?date={day}").location == (
        f"/partner/day?date={day}"
    )


@pytest.mark.promise("P7")
def test_a_second_scan_says_that_it_was_done(pc: FlaskClient, visit: str, db: Database) -> None:
    move_visit_to_now(db, visit)
    day = appointment_of(db, visit).start.date()
    check_in(pc, day, visit)
    status, page = check_in(pc, day, visit)
    assert status == 409
    assert "Checked in" in page
    assert 'role="alert"' in page


def test_what_belongs_to_nobody_says_so_and_checks_nobody_in(
    pc: FlaskClient, visit: str, day: date, db: Database, club: SmallClub
) -> None:
    other = card_of(db, club.members[1])
    for typed in (other, "Nobody", new_ref("A"), "8012345678901230"):
        status, page = check_in(pc, day, typed)
        assert status == 404, typed
        assert "Nobody on this day" in page
    assert check_in(pc, day, "")[0] == 422
    assert appointment_of(db, visit).status == "booked"


@pytest.mark.promise("P7")
def test_a_forged_or_old_code_of_a_card_opens_nothing(
    pc: FlaskClient, visit: str, day: date, db: Database, club: SmallClub
) -> None:
    card = card_of(db, club.members[0])
    with db.read() as session:
        code = membership.card_code(session, card, at=clock.now() - timedelta(hours=1)).text
        fresh = membership.card_code(session, card, at=clock.now()).text
    for typed in (code, fresh[:40] + ("A" if fresh[40] != "A" else "B") + fresh[41:], "VIP1:x"):
        assert check_in(pc, day, typed)[0] == 422
    assert appointment_of(db, visit).status == "booked"


def test_a_desk_checks_in_its_own_guests_only(
    other_pc: FlaskClient, visit: str, day: date, db: Database, club: SmallClub
) -> None:
    for typed in (visit, card_of(db, club.members[0])):
        assert check_in(other_pc, day, typed)[0] == 404
    assert appointment_of(db, visit).status == "booked"


def test_two_rows_that_fit_are_asked(
    pc: FlaskClient, visit: str, day: date, db: Database, club: SmallClub
) -> None:
    """Two members of one name: the desk chooses, nothing is guessed."""
    made = db.run(
        bookings.book,
        club.chen,
        member=club.members[1],
        offering=club.offering,
        slot=club.slots[1],
    )
    db.run(bookings.confirm, club.he, appointment=made.appointment)
    shared = common_part(
        appointment_of(db, visit).member_name, appointment_of(db, made.appointment).member_name
    )
    status, page = check_in(pc, day, shared)
    assert status == 409
    assert page.count('class="chosen"') == 2
    assert {appointment_of(db, visit).status, appointment_of(db, made.appointment).status} == {
        "booked"
    }


def common_part(one: str, other: str) -> str:
    """A character that is in both names."""
    shared = [character for character in one if character in other and character.strip()]
    assert shared, (one, other)
    return shared[0]


def test_the_sheet_takes_no_more_than_six_statements(
    pc: FlaskClient, visit: str, day: date
) -> None:
    with statements(at_most=6):
        assert pc.get(f"/partner/day?date={day}").status_code == 200


def test_finding_by_name_or_reference_and_nobody_else_s(
    pc: FlaskClient, other_pc: FlaskClient, visit: str, db: Database
) -> None:
    name = appointment_of(db, visit).member_name
    for typed in (name, name[:1], visit, visit.lower()):
        assert f'data-row="{visit}"' in pc.get("/partner/find", query_string={"q": typed}).text
        page = other_pc.get("/partner/find", query_string={"q": typed}).text
        assert f'data-row="{visit}"' not in page
    assert name not in pc.get("/partner/find", query_string={"q": name[:1]}).text.replace(
        f'value="{name}"', ""
    )
    assert f'data-row="{visit}"' not in pc.get("/partner/find?q=%25").text
    with statements(at_most=6):
        pc.get("/partner/find", query_string={"q": name})


def test_a_visitor_s_time_is_on_the_site_s_wall(
    pc: FlaskClient, visit: str, day: date, db: Database, club: SmallClub
) -> None:
    start: datetime = start_of(db, club.slots[0])
    assert start.astimezone(appointment_of(db, visit).site_clock.zone).strftime("%H:%M") in (
        pc.get(f"/partner/day?date={day}").text
    )
