"""What a request costs once a process is warm: statements are counted, and none is built anew
(docs/decisions.md 14, 49)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Delete, Insert, Select, Update, select

from tests.assistance.askings import Askings
from tests.assistance.cases_in_steps import opened
from tests.assistance.desk_on_duty import an_agent, on_shift
from tests.cast import CLUB_ACTOR, wu
from tests.portfolio.manager_members import PORTFOLIO, give_to_manager
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from tests.web.signing_in import a_client, csrf_token
from vipclub import assistance, bookings, people
from vipclub.app import create_app
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.errors import NotFound
from vipclub.people import Person


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@contextmanager
def no_statement_is_built(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """Fails where a statement is begun, or one is copied with something more in it."""
    built: list[str] = []
    with monkeypatch.context() as watched:
        for kind in (Select, Insert, Update, Delete):
            for way in ("__init__", "_generate"):
                watched.setattr(kind, way, _noting(getattr(kind, way), kind.__name__, built))
        yield built
    assert built == []


def _noting(original: Callable[..., Any], kind: str, built: list[str]) -> Callable[..., Any]:
    def noted(self: Any, *given: Any, **more: Any) -> Any:
        built.append(kind)
        return original(self, *given, **more)

    return noted


@pytest.mark.parametrize(
    ("path", "most"), [("/", 6), ("/book/health-check", 4), ("/appointments", 4), ("/benefits", 6)]
)
def test_a_member_s_page(
    db: Database, club: SmallClub, monkeypatch: pytest.MonkeyPatch, path: str, most: int
) -> None:
    phone = a_client(db, "member", ("person", club.members[0]))
    body = {"member": club.members[0], "offering": club.offering, "slot": club.slots[0]}
    head = {"Authorization": f"Bearer {club.channel}"}
    assert phone.post("/api/v1/appointments", json=body, headers=head).status_code == 201
    give = {"member": club.members[0], "service": "health-check"}
    until = bookings.end_of_day(clock.club_today(), "Asia/Shanghai")
    db.run(bookings.give_ticket, CLUB_ACTOR, **give, until=until)
    assert phone.get(path).status_code == 200
    with statements(at_most=most), no_statement_is_built(monkeypatch):
        assert phone.get(path).status_code == 200


def test_a_partner_s_desk(db: Database, club: SmallClub, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = a_client(db, "partner", ("partner", club.partner))
    desk.get("/partner/")
    with statements(at_most=6), no_statement_is_built(monkeypatch):
        assert desk.get("/partner/").status_code == 200


def test_a_manager_s_week(db: Database, club: SmallClub, monkeypatch: pytest.MonkeyPatch) -> None:
    give_to_manager(db, *club.members)
    manager = a_client(db, "manager", ("portfolio", PORTFOLIO))
    manager.get("/manager/")
    with statements(at_most=6), no_statement_is_built(monkeypatch):
        page = manager.get("/manager/").text
    assert club.members[0] in page


def test_one_manager_s_statements_are_the_next_one_s(
    db: Database, club: SmallClub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A club has thousands of managers, and a process room for some hundred statements."""
    give_to_manager(db, club.members[0])
    two = wu(PORTFOLIO, "LIFE/8888", "BANK/1")
    four = wu("LIFE/1", "LIFE/2", "LIFE/3", "BANK/4")
    assert people.sight_of(two) == people.sight_of(four) != people.sight_of(wu("LIFE/1"))
    with db.read() as session:
        assert people.find_person(session, two, club.members[0])
        with no_statement_is_built(monkeypatch), pytest.raises(NotFound):
            people.find_person(session, four, club.members[0])


def test_the_desk_s_search(db: Database, club: SmallClub, monkeypatch: pytest.MonkeyPatch) -> None:
    desk = a_client(db, "desk")
    carried = csrf_token(desk, "/desk/")
    with db.read() as session:
        name, *_ = session.scalars(select(Person.full_name)).all()

    def find(who: str) -> None:
        with_it = {"csrf_token": carried, "who": who}
        assert desk.post("/desk/find", data=with_it).status_code == 303

    for who in (name, "Chan Tai Man", "13900139000", club.members[0]):
        find(who)
        with statements(at_most=5), no_statement_is_built(monkeypatch):
            find(who)
    list_of_them = desk.post("/desk/find", data={"csrf_token": carried, "who": name}).location
    assert desk.get(list_of_them).status_code == 200
    with statements(at_most=6), no_statement_is_built(monkeypatch):
        assert desk.get(list_of_them).status_code == 200
    with statements(at_most=6), no_statement_is_built(monkeypatch):
        assert desk.get("/desk/").status_code == 200


def test_the_desk_s_case_and_its_wall(
    db: Database, club: SmallClub, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With all that a case may have: partners, a task, a linked one."""
    lyon = Askings(db, club)
    lyon.ask()
    on_shift(db, an_agent(db, "ping"))
    due = clock.now() + timedelta(hours=1)
    db.run(assistance.add_task, CLUB_ACTOR, case=lyon.case, what="Call the hotel", due=due)
    linked = opened(db, kind="enquiry").case
    db.run(assistance.link_cases, CLUB_ACTOR, case=lyon.case, other=linked)
    sun = a_client(db, "desk")
    case, wall = f"/desk/cases/{lyon.case}", "/desk/live/wall"
    for path in (case, case, wall, wall):
        assert sun.get(path).status_code == 200
    with statements(at_most=10), no_statement_is_built(monkeypatch):
        page = sun.get(case).text
    for there in (linked, "Call the hotel", "+33142345678"):
        assert there in page
    with statements(at_most=10), no_statement_is_built(monkeypatch):
        assert lyon.case in sun.get(wall).text


def test_calls_of_the_api(db: Database, club: SmallClub, monkeypatch: pytest.MonkeyPatch) -> None:
    client = create_app(database=db).test_client()

    def ask(token: str, method: str, path: str, body: Any = None, key: str = "") -> Any:
        head = {"Authorization": f"Bearer {token}", **({"Idempotency-Key": key} if key else {})}
        answer = client.open(f"/api/v1{path}", method=method, json=body, headers=head)
        assert answer.status_code < 300, answer.text
        return answer.json

    def book(number: int) -> str:
        body = {
            "member": club.members[number],
            "offering": club.offering,
            "slot": club.slots[number],
        }
        made = ask(club.channel, "POST", "/appointments", body, key=f"k{number}")
        ask(club.partner_token, "POST", f"/appointments/{made['appointment']}/confirm", {})
        return str(made["appointment"])

    def read() -> None:
        ask(club.channel, "GET", "/services/health-check/slots")
        ask(club.partner_token, "GET", "/partner/appointments")

    book(0)
    read()
    with no_statement_is_built(monkeypatch):
        book(1)
    with statements(at_most=4), no_statement_is_built(monkeypatch):  # the token, and its own
        read()


def test_the_watch_bites(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(AssertionError), no_statement_is_built(monkeypatch):
        select(Person.id).where(Person.id == 1)
