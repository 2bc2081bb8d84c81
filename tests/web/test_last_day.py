"""On the last day of a term the next one is decided already, and every page still says the tier
that runs."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
import time_machine
from flask import Flask
from sqlalchemy import select, update

from tests.bookings.table_rows import appointment_of
from tests.cast import CLUB_ACTOR, wu
from tests.portfolio.manager_members import PORTFOLIO, give_to_manager, name_member
from tests.small_club import SmallClub, a_small_club, slots_of
from tests.web.signing_in import an_account, csrf_token, signed_in
from vipclub import bookings, membership, portfolio
from vipclub.app import create_app
from vipclub.bookings import eligibility
from vipclub.bookings.availability import slots
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.membership import Membership
from vipclub.people import Person, locking

LAST_DAY = date(2026, 11, 30)


@pytest.fixture(autouse=True)
def last_day() -> Iterator[None]:
    with time_machine.travel(datetime(2026, 11, 30, 2, 0, tzinfo=UTC), tick=True):
        yield


@pytest.fixture
def club(db: Database) -> SmallClub:
    """Lin is platinum today; the rating of this night has decided gold from tomorrow."""
    made = a_small_club(db)
    lin = made.members[0]

    def ends_today(session: Any) -> None:
        ids = select(Person.id).where(Person.public_ref == lin)
        session.execute(
            update(Membership)
            .where(Membership.person_id.in_(ids))
            .values(tier="platinum", state="active", last_day=LAST_DAY)
        )

    db.run(ends_today)
    membership.rate_everyone(db, CLUB_ACTOR, as_of=LAST_DAY)
    with db.read() as session:
        terms = session.execute(
            select(Membership.tier, Membership.effective_day)
            .join(Person, Person.id == Membership.person_id)
            .where(Person.public_ref == lin)
            .order_by(Membership.id)
        ).all()
    assert [tuple(term) for term in terms] == [
        ("platinum", LAST_DAY - timedelta(days=1)),
        ("gold", LAST_DAY + timedelta(days=1)),
    ]
    name_member(db, lin, "林若溪", mobile="+8613800138000", city="310000")
    give_to_manager(db, lin)
    return made


@pytest.fixture
def visit(db: Database, club: SmallClub) -> str:
    """A visit of Lin's today, asked for last week and confirmed."""
    slot = slots_of(db, club.offering, after_days=0)[2]
    with clock.replaying(clock.now() - timedelta(days=6)):
        made = db.run(
            bookings.book, CLUB_ACTOR, member=club.members[0], offering=club.offering, slot=slot
        )
        db.run(bookings.confirm, club.he, appointment=made.appointment)
    return str(made.appointment)


@pytest.fixture
def app(db: Database, club: SmallClub) -> Flask:
    scopes = {
        "member": [("person", club.members[0])],
        "manager": [("portfolio", PORTFOLIO)],
        "partner": [("partner", club.partner)],
        "desk": [],
    }
    for role, bound in scopes.items():
        an_account(db, role, scopes=bound)
    return create_app(database=db)


def says_platinum(page: str) -> None:
    assert "Platinum" in page
    assert "Gold" not in page


def row_of(page: str, ref: str) -> str:
    """A table's row."""
    found = re.search(rf'<tr data-row="{ref}".*?</tr>', page, re.DOTALL)
    assert found, f"{ref} is not there"
    return found[0]


@pytest.mark.parametrize("path", ["/", "/card", "/benefits"])
def test_a_members_own_pages_say_the_tier_that_runs_on_its_last_day(app: Flask, path: str) -> None:
    page = signed_in(app, "member").get(f"{path}?lang=en").text
    says_platinum(page)
    assert "Valid to Mon 30 Nov 2026" in page


def test_a_managers_list_says_and_counts_the_tier_that_runs_on_its_last_day(
    app: Flask, club: SmallClub
) -> None:
    manager, lin = signed_in(app, "manager"), club.members[0]
    page = manager.get("/manager/members?lang=en").text
    says_platinum(row_of(page, lin))
    assert "Platinum 1" in page
    assert "Gold 1" not in page
    assert f'data-row="{lin}"' in manager.get("/manager/members?tier=platinum&lang=en").text
    assert f'data-row="{lin}"' not in manager.get("/manager/members?tier=gold&lang=en").text


def test_a_managers_week_says_and_counts_the_tier_that_runs_on_its_last_day(
    app: Flask, club: SmallClub, db: Database
) -> None:
    page = signed_in(app, "manager").get("/manager/?lang=en").text
    says_platinum(row_of(page, club.members[0]))
    now = clock.now()
    with db.read() as session:
        week = portfolio.this_week(session, wu(PORTFOLIO), now=now, today=LAST_DAY)
    assert week.counts == {"gold": 0, "platinum": 1, "diamond": 0, "black": 0}


def test_a_membership_whose_next_term_is_decided_is_not_said_to_end(
    app: Flask, club: SmallClub
) -> None:
    manager, lin = signed_in(app, "manager"), club.members[0]
    assert "The membership ends." not in manager.get("/manager/?lang=en").text
    ending = manager.get("/manager/members?which=ending&lang=en").text
    assert f'data-row="{lin}"' not in ending


@pytest.mark.parametrize("role", ["manager", "desk"])
def test_a_members_file_says_the_tier_that_runs_on_its_last_day(
    app: Flask, club: SmallClub, role: str
) -> None:
    page = signed_in(app, role).get(f"/{role}/members/{club.members[0]}?lang=en").text
    assert '<span class="tier">Platinum</span>' in page
    assert '<span class="tier">Gold</span>' not in page


def test_the_desk_finds_a_member_with_the_tier_that_runs_on_its_last_day(
    app: Flask, club: SmallClub, db: Database
) -> None:
    name_member(db, club.members[1], "林若溪")
    desk = signed_in(app, "desk")
    form = {"who": "林若溪", "csrf_token": csrf_token(desk, "/desk/?lang=en")}
    found = desk.post("/desk/find", data=form, follow_redirects=True)
    says_platinum(row_of(found.text, club.members[0]))


@pytest.mark.parametrize("path", ["/partner/", "/partner/live", "/partner/day"])
def test_a_partners_desk_says_the_tier_that_runs_on_its_last_day(
    app: Flask, visit: str, path: str
) -> None:
    says_platinum(row_of(signed_in(app, "partner").get(f"{path}?lang=en").text, visit))


def test_a_partners_page_of_a_visit_and_its_search_say_the_tier_that_runs_on_its_last_day(
    app: Flask, visit: str
) -> None:
    partner = signed_in(app, "partner")
    says_platinum(partner.get(f"/partner/appointments/{visit}?lang=en").text)
    says_platinum(row_of(partner.get(f"/partner/find?q={visit}&lang=en").text, visit))


def test_a_card_checks_in_on_the_last_day_and_the_sheet_says_the_tier_that_runs(
    app: Flask, club: SmallClub, visit: str, db: Database
) -> None:
    partner = signed_in(app, "partner")
    with db.read() as session:
        ids = select(Person.id).where(Person.public_ref == club.members[0])
        card = session.scalars(select(Membership.card_no).where(Membership.person_id.in_(ids)))
        typed = card.first()
    form = {"code": typed, "csrf_token": csrf_token(partner, "/partner/?lang=en")}
    assert partner.post("/partner/day/check-in", data=form).status_code == 303
    row = row_of(partner.get("/partner/day?lang=en").text, visit)
    says_platinum(row)
    assert "Checked in" in row


def test_a_days_sheet_says_the_tier_of_its_day(app: Flask, club: SmallClub, db: Database) -> None:
    lin = club.members[0]
    made = db.run(
        bookings.book, CLUB_ACTOR, member=lin, offering=club.offering, slot=club.slots[0]
    ).appointment
    day = appointment_of(db, made).start.date()
    page = signed_in(app, "partner").get(f"/partner/day?date={day}&lang=en").text
    row = row_of(page, made)
    assert "Gold" in row
    assert "Platinum" not in row


def test_the_api_says_the_tier_that_runs_on_its_last_day(app: Flask, club: SmallClub) -> None:
    found = app.test_client().get(
        f"/api/v1/members/{club.members[0]}",
        headers={"Authorization": f"Bearer {club.member_token}"},
    )
    assert (found.json["tier"], found.json["valid_to"]) == ("platinum", "2026-11-30")


def test_a_visit_is_booked_by_the_tier_of_its_day(db: Database, club: SmallClub) -> None:
    ids = {}
    for ahead in (0, 6):
        slot = slots_of(db, club.offering, after_days=ahead)[2]
        ids[ahead] = tier_for(db, club, slot)
    assert ids == {0: "platinum", 6: "gold"}


def tier_for(db: Database, club: SmallClub, slot: str) -> str | None:
    """The tier by which the rules of booking judge a time for Lin."""

    def ask(session: Any) -> str | None:
        who, _ = locking.lock_member(session, CLUB_ACTOR, club.members[0], None)
        now = clock.now()
        return eligibility.eligibility_for(
            session, slots.find_slot(session, slot, now), who, who, now
        ).tier

    tier: str | None = db.run(ask)
    return tier


def test_who_was_just_rated_is_listed_by_the_term_that_begins_tomorrow(
    app: Flask, club: SmallClub, db: Database
) -> None:
    chen = club.members[1]

    def begins_tomorrow(session: Any) -> None:
        ids = select(Person.id).where(Person.public_ref == chen)
        session.execute(
            update(Membership)
            .where(Membership.person_id.in_(ids))
            .values(effective_day=LAST_DAY + timedelta(days=1))
        )

    db.run(begins_tomorrow)
    give_to_manager(db, chen)
    page = signed_in(app, "manager").get("/manager/members?lang=en").text
    assert "Gold" in row_of(page, chen)
    assert "Gold 1" in page
    assert "Platinum 1" in page
