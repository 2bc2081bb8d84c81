"""What a door shows of a member and whom it doesn't: another manager's member is not there, of a
health check a manager sees service, day and state."""

from __future__ import annotations

import pytest

from tests.bookings.appointment_builders import a_request
from tests.bookings.table_rows import force_state, give_units
from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub
from tests.statements import statements
from tests.web.member_file.forms import DOORS, Browser, post_form
from vipclub import bookings
from vipclub.core.db import Database


@pytest.mark.promise("P32")
@pytest.mark.slow
@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", ""),
        ("POST", "/notes"),
        ("POST", "/calls"),
        ("POST", "/reveal"),
        ("GET", "/book"),
        ("GET", "/book/health-check"),
        ("POST", "/book/health-check"),
        ("POST", "/book/health-check/hold"),
        ("GET", "/appointments/{visit}"),
        ("POST", "/appointments/{visit}/cancel"),
        ("POST", "/appointments/{visit}/accept"),
        ("GET", "/appointments/{visit}/time"),
        ("POST", "/appointments/{visit}/time"),
        ("POST", "/appointments/{visit}/move"),
    ],
)
def test_another_manager_s_member_is_not_found_anywhere(
    browser: Browser, club: SmallClub, db: Database, method: str, path: str
) -> None:
    stranger, visit = club.members[1], a_request(db, club, member=1)
    client = browser("manager")
    form = {
        "slot": club.slots[2],
        "offering": club.offering,
        "text": "x",
        "purpose": "call",
        "override": "x",
    }
    for member in (stranger, club.members[0]):
        if member != stranger and "{visit}" not in path:
            continue
        address = f"/manager/members/{member}{path.format(visit=visit)}"
        answer = client.get(address) if method == "GET" else post_form(client, address, **form)
        assert answer.status_code == 404, address
    with db.read() as session:
        assert bookings.appointment(session, CLUB_ACTOR, visit).status == "pending"


def test_a_hold_of_somebody_else_is_not_found(
    browser: Browser, club: SmallClub, db: Database
) -> None:
    held = db.run(bookings.hold_seat, CLUB_ACTOR, member=club.members[1], slot=club.slots[0])
    client = browser("manager")
    assert client.get(f"/manager/members/{club.members[1]}/holds/{held.hold}").status_code == 404
    own = client.get(f"/manager/members/{club.members[0]}/holds/{held.hold}")
    assert own.status_code == 303  # as if it had ended
    assert browser("desk").get(
        f"/desk/members/{club.members[0]}/holds/{held.hold}"
    ).status_code in {303, 404}


def test_a_manager_sees_service_day_and_state_of_a_health_check_only(
    browser: Browser, club: SmallClub, db: Database
) -> None:
    lin = club.members[0]
    made = db.run(
        bookings.book,
        CLUB_ACTOR,
        member=lin,
        offering=club.offering,
        slot=club.slots[0],
        note="after the operation",
    )
    at = f"members/{lin}/appointments/{made.appointment}"
    manager, desk = browser("manager"), browser("desk")
    for path in (f"members/{lin}", at, f"{at}/time"):
        page = manager.get(f"/manager/{path}?lang=en").text
        assert "In-depth check" not in page
        assert "after the operation" not in page
        assert "Health check" in page
    page = desk.get(f"/desk/{at}?lang=en").text
    assert "In-depth check" in page
    assert "after the operation" in page


def test_no_page_takes_more_than_eight_statements(
    browser: Browser, club: SmallClub, db: Database
) -> None:
    lin = club.members[0]
    visit = a_request(db, club)
    force_state(db, visit, "proposed")
    give_units(db, lin, 1)
    held = db.run(bookings.hold_seat, CLUB_ACTOR, member=lin, slot=club.slots[5])
    for role in DOORS:
        client = browser(role)
        for path in (
            "",
            "/book",
            "/book/health-check",
            f"/holds/{held.hold}",
            f"/appointments/{visit}",
            f"/appointments/{visit}/time",
        ):
            client.get(f"/{role}/members/{lin}{path}")  # a process that knows the catalogue
            with statements(at_most=9 if (role, path) == ("desk", "") else 8):
                answer = client.get(f"/{role}/members/{lin}{path}")
            assert answer.status_code == 200, path


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("language", ["zh-Hans", "zh-Hant", "en"])
def test_pages_speak_the_reader_s_language(
    browser: Browser, club: SmallClub, db: Database, language: str
) -> None:
    lin, visit = club.members[0], a_request(db, club)
    english = ("Book for", "Write a note", "Change the time", "Remaining benefits", "Nothing is")
    client = browser("desk")
    for path in ("", "/book", "/book/health-check", f"/appointments/{visit}"):
        page = client.get(f"/desk/members/{lin}{path}?lang={language}").text
        assert f'<html lang="{language}">' in page
        assert language == "en" or not any(word in page for word in english), path
