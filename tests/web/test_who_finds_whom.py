"""Each role finds by every key whom it may know of, and nobody else: the desk everybody, a manager
the portfolio, a partner its own visitors, others nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from tests.cast import CLUB_ACTOR
from tests.desk.twelve_callers import (
    FORMS,
    KAIMING,
    TAIMAN,
    XIAOFANG,
    TwelveCallers,
    twelve_callers,
)
from tests.portfolio.manager_members import PORTFOLIO, give_to_manager
from tests.statements import statements
from tests.web.signing_in import a_client, csrf_token
from vipclub import bookings, people
from vipclub.bookings import Appointment
from vipclub.core.db import Database
from vipclub.people import Person

OWN = (XIAOFANG, KAIMING)
"""Of the twelve, those in the manager's portfolio."""


@pytest.fixture
def callers(db: Database) -> TwelveCallers:
    made = twelve_callers(db)
    give_to_manager(db, *(made.members[place] for place in OWN))
    return made


@pytest.fixture
def find(db: Database, callers: TwelveCallers) -> Callable[[str], tuple[str, str]]:
    """What the manager's finder answers: the page, and where it leads."""
    manager = a_client(db, "manager", ("portfolio", PORTFOLIO))
    token = csrf_token(manager, "/manager/")

    def find(typed: str) -> tuple[str, str]:
        with statements(at_most=6):
            answer = manager.post("/manager/find", data={"who": typed, "csrf_token": token})
        leads = answer.headers["Location"]
        if not leads.startswith("/manager/find/"):
            return answer.text, leads
        with statements(at_most=6):
            return manager.get(leads).text, ""

    return find


def test_a_manager_finds_the_portfolio_by_every_key_and_nobody_else(
    callers: TwelveCallers, find: Callable[[str], tuple[str, str]]
) -> None:
    wrong = []
    for typed, place, number in FORMS + callers.numbers:
        if any(word in typed for word in ("香港", "上海", "1975", "1980", "5678", "8000")):
            continue  # words that narrow are the desk's: a portfolio has its filters
        page, leads = find(typed)
        address = f"/manager/members/{callers.members[place]}"
        found = leads == address if number else f'href="{address}"' in page and not leads
        if place not in OWN:
            found = not (leads or address in page)
        if not found:
            wrong.append(typed)
    assert wrong == []


def test_a_partner_finds_its_visitor_in_every_spelling_and_no_other_member(
    db: Database, callers: TwelveCallers
) -> None:
    club = callers.club
    visits = {
        place: db.run(
            bookings.book,
            CLUB_ACTOR,
            member=callers.members[place],
            offering=club.offering,
            slot=club.slots[place + 1],
        ).appointment
        for place in (KAIMING, TAIMAN)
    }
    own = a_client(db, "partner", ("partner", club.partner))
    for typed, place, _ in FORMS:
        if place not in visits or any(word in typed for word in ("香港", "5678")):
            continue
        with statements(at_most=6):
            page = own.get("/partner/find", query_string={"q": typed}).text
        assert f'data-row="{visits[place]}"' in page, typed
    for typed, place, _ in FORMS:
        if place not in (XIAOFANG, *visits):
            page = own.get("/partner/find", query_string={"q": typed}).text
            assert "data-row" not in page, typed


def test_another_partner_finds_none_of_them(db: Database, callers: TwelveCallers) -> None:
    other = a_client(db, "partner", ("partner", callers.club.other_partner))
    for typed, *_ in FORMS:
        assert "data-row" not in other.get("/partner/find", query_string={"q": typed}).text, typed


def test_a_partner_learns_nothing_of_relatives_who_do_not_come(
    db: Database, callers: TwelveCallers
) -> None:
    """Nor of who comes by a relative's name; a relative who comes is found."""
    own = a_client(db, "partner", ("partner", callers.club.partner))
    for typed in ("陈小宝", "xiaobao"):
        assert "data-row" not in own.get("/partner/find", query_string={"q": typed}).text
    member = callers.members[XIAOFANG]
    with db.read() as session:
        (child,) = people.family_of(session, CLUB_ACTOR, member=member)
    (visit,) = [ref for ref, place, _ in callers.numbers if ref.startswith("A-")]
    db.run(_comes, visit, child.ref)
    assert f'data-row="{visit}"' in own.get("/partner/find", query_string={"q": "xiaobao"}).text


def _comes(session: Session, visit: str, relative: str) -> None:
    """An appointment is for a relative."""
    who = select(Person.id).where(Person.public_ref == relative).scalar_subquery()
    session.execute(
        update(Appointment).where(Appointment.public_ref == visit).values(beneficiary_id=who)
    )


@pytest.mark.parametrize("role", ["manager", "partner", "member"])
def test_the_desk_s_finder_is_the_desk_s(db: Database, callers: TwelveCallers, role: str) -> None:
    scopes = {
        "manager": ("portfolio", PORTFOLIO),
        "partner": ("partner", callers.club.partner),
        "member": ("person", callers.members[0]),
    }
    browser: FlaskClient = a_client(db, role, scopes[role])
    answer = browser.post("/desk/find", data={"who": "陈晓芳"})
    assert answer.status_code in {400, 403, 404}
    assert callers.members[0] not in answer.text
