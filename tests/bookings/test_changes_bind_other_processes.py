"""What somebody changes in one process binds the very next request of every other: rules, prices,
what is offered, and who may come in (docs/decisions.md 49)."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

import pytest

from tests.bookings.visit_times import move_visit_to_now
from tests.cast import CLUB_ACTOR, gao
from tests.databases import TEST_KEYS
from tests.small_club import SmallClub, a_small_club
from vipclub import accounts, bookings, partners, settlement
from vipclub.app import create_app
from vipclub.bookings.policies.document import named_document
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.types import Money
from vipclub.wiring import REACTIONS

pytestmark = pytest.mark.slow
Ask = Callable[..., Any]
PARTNER_S = "/partner/appointments"


def serve(url: str, asked: Any) -> None:
    """The other process: it answers the API as a worker of `serve` does."""
    clock.settle_zone("Asia/Shanghai")
    database = Database(url, keys=TEST_KEYS, reactions=REACTIONS, pool_size=2)
    client = create_app(database=database).test_client()
    while (question := asked.recv()) is not None:
        method, path, token, body = question
        head = {"Authorization": f"Bearer {token}"}
        answer = client.open(f"/api/v1{path}", method=method, json=body, headers=head)
        asked.send((answer.status_code, answer.json))
    database.dispose()


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def elsewhere(club: SmallClub, url: str) -> Iterator[Ask]:
    """`elsewhere(token, method, path, body)`: what the other process answers; it has answered
    before, so that it keeps what it read."""
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe()
    process = context.Process(target=serve, args=(url, there))
    process.start()

    def ask(token: str, method: str, path: str, body: Any = None) -> Any:
        here.send((method, path, token, body))
        assert here.poll(180)
        return here.recv()

    try:
        ask(club.channel, "GET", "/services/health-check/slots")
        yield ask
        here.send(None)
    finally:
        process.join(60)
        assert process.exitcode == 0


def booking(club: SmallClub, slot: int = 0) -> dict[str, Any]:
    return {"member": club.members[0], "offering": club.offering, "slot": club.slots[slot]}


def days_shown(elsewhere: Ask, club: SmallClub) -> set[str]:
    status, page = elsewhere(
        club.channel, "GET", f"/services/health-check/slots?offering={club.offering}&limit=1000"
    )
    assert status == 200
    return {item["start"][:10] for item in page["items"]}


def test_rules_of_booking(db: Database, club: SmallClub, elsewhere: Ask) -> None:
    assert len(days_shown(elsewhere, club)) > 5
    document = named_document("health-check")
    db.run(
        bookings.set_booking_policy,
        CLUB_ACTOR,
        offering=club.offering,
        policy="short",
        document={**document, "opens": {**document["opens"], "days": 4}},
    )
    assert len(days_shown(elsewhere, club)) <= 4
    status, refused = elsewhere(club.channel, "POST", "/appointments", booking(club, slot=-1))
    assert (status, refused["type"]) == (422, "/problems/outside_window")


def test_what_is_offered(db: Database, club: SmallClub, elsewhere: Ask) -> None:
    db.run(partners.close_offering, CLUB_ACTOR, offering=club.offering)
    assert elsewhere(club.channel, "POST", "/appointments", booking(club))[0] == 404
    db.run(partners.reopen_offering, CLUB_ACTOR, offering=club.offering)
    assert elsewhere(club.channel, "POST", "/appointments", booking(club))[0] == 201


def test_what_a_visit_costs(db: Database, club: SmallClub, elsewhere: Ask) -> None:
    status, made = elsewhere(club.channel, "POST", "/appointments", booking(club))
    assert status == 201
    db.run(bookings.confirm, club.he, appointment=made["appointment"])
    move_visit_to_now(db, made["appointment"])
    priced = {"offering": club.offering, "from_day": date(2020, 1, 1), "amount": 77_700}
    db.run(settlement.set_price, gao(), **priced)
    status, _ = elsewhere(
        club.partner_token, "POST", f"/appointments/{made['appointment']}/fulfil", {}
    )
    assert status == 200
    with db.read() as session:
        month = settlement.settlement_of(
            session, club.he, partner=club.partner, month=clock.club_today()
        )
    assert [line.amount for line in month.lines] == [Money(77_700, "CNY")]


def test_who_may_come_in(db: Database, club: SmallClub, elsewhere: Ask) -> None:
    assert elsewhere(club.partner_token, "GET", PARTNER_S)[0] == 200
    with db.read() as session:
        tokens = accounts.list_tokens(session, CLUB_ACTOR)
    token = next(row.ref for row in tokens if row.partner == club.partner)
    db.run(accounts.revoke_token, CLUB_ACTOR, token=token)
    assert elsewhere(club.partner_token, "GET", PARTNER_S)[0] == 401
