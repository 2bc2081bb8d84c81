"""Places over the API: seen, changed, and what a change hits."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.bookings.appointment_builders import a_request
from tests.small_club import SmallClub, a_small_club
from vipclub import bookings
from vipclub.app import create_app
from vipclub.core import clock
from vipclub.core.db import Database

Ask = Callable[..., Any]


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def client(db: Database) -> FlaskClient:
    return create_app(database=db).test_client()


@pytest.fixture
def ask(client: FlaskClient) -> Ask:
    """`ask(token, method, path, body, key=)`: an answer of the API."""

    def call(token: str, method: str, path: str, body: Any = None, key: str | None = None) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        if key:
            headers["Idempotency-Key"] = key
        return client.open(f"/api/v1{path}", method=method, json=body, headers=headers)

    return call


def day(days: int = 6) -> str:
    return (clock.club_today() + timedelta(days=days)).isoformat()


def listed(ask: Ask, club: SmallClub, when: str) -> list[dict[str, Any]]:
    path = f"/partner/capacity?from={when}&to={when}&offering={club.offering}"
    answer = ask(club.partner_token, "GET", path)
    assert answer.status_code == 200, answer.json
    items: list[dict[str, Any]] = answer.json["items"]
    return items


@pytest.mark.pain(10)
def test_places_are_listed_by_the_sites_own_day(club: SmallClub, ask: Ask) -> None:
    """Elsewhere a day's query lost the morning and leaked the next day (calcom/cal.com#17844)."""
    items = listed(ask, club, day())
    assert [item["start"][:16] for item in items] == [f"{day()}T{h:02}:00" for h in (9, 10, 11)]
    assert all(item["start"].endswith("+08:00") for item in items)
    assert items[0].keys() == {
        "slot", "offering", "site", "start", "end", "capacity", "taken", "free", "open"
    }  # fmt: skip


def test_pages_follow_each_other(club: SmallClub, ask: Ask) -> None:
    path = f"/partner/capacity?from={day(0)}&to={day(20)}&limit=7"
    seen: list[str] = []
    cursor = ""
    while True:
        answer = ask(club.partner_token, "GET", path + cursor).json
        seen += [item["slot"] for item in answer["items"]]
        if answer["next"] is None:
            break
        cursor = f"&cursor={answer['next']}"
    assert len(seen) == len(set(seen)) > 50


def test_a_dry_run_says_what_the_change_then_does(club: SmallClub, ask: Ask, db: Database) -> None:
    appointment = a_request(db, club)
    body = {
        "items": [{"offering": club.offering, "day": day(), "open": False}],
        "reason": "Power cut",
        "dry_run": True,
    }
    said = ask(club.partner_token, "PUT", "/partner/capacity", body).json
    assert said["dry_run"] is True
    assert [d["appointment"] for d in said["displaced"]] == [appointment]
    assert (said["places_removed"], said["closings"]) == (6, [])
    assert all(item["open"] for item in listed(ask, club, day()))

    done = ask(club.partner_token, "PUT", "/partner/capacity", {**body, "dry_run": False}).json
    assert done["items"] == said["items"]
    assert done["displaced"] == said["displaced"]
    assert len(done["closings"]) == 1
    assert not any(item["open"] or item["free"] for item in listed(ask, club, day()))
    path = f"/appointments/{appointment}"
    assert ask(club.partner_token, "GET", path).json["status"] == "proposed"
    assert bookings.offer_all(db).proposed == 0  # nobody was left to the clock


def test_repeating_changes_nothing_more(club: SmallClub, ask: Ask, db: Database) -> None:
    body = {"items": [{"slot": club.slots[0], "capacity": 5}]}
    first = ask(club.partner_token, "PUT", "/partner/capacity", body, key="one")
    again = ask(club.partner_token, "PUT", "/partner/capacity", body, key="one")
    assert first.json == again.json
    assert first.json["places_added"] == 3
    without = ask(club.partner_token, "PUT", "/partner/capacity", body)
    assert (without.status_code, without.json["items"]) == (200, [])
    other = {"items": [{"slot": club.slots[0], "capacity": 6}]}
    refused = ask(club.partner_token, "PUT", "/partner/capacity", other, key="one")
    assert (refused.status_code, refused.json["code"]) == (422, "idempotency_mismatch")


def test_fewer_places_than_people_leave_the_people_theirs(
    club: SmallClub, ask: Ask, db: Database
) -> None:
    for member in (0, 1):
        a_request(db, club, member)
    body = {"items": [{"slot": club.slots[0], "capacity": 1}]}
    answer = ask(club.partner_token, "PUT", "/partner/capacity", body).json
    assert answer["excess"] == 1
    assert [(i["capacity"], i["people"], i["excess"]) for i in answer["items"]] == [(2, 2, 1)]


def test_all_items_or_none(club: SmallClub, ask: Ask) -> None:
    body = {
        "items": [
            {"slot": club.slots[0], "capacity": 5},
            {"offering": club.offering, "day": day(-2), "open": False},
        ]
    }
    refused = ask(club.partner_token, "PUT", "/partner/capacity", body)
    assert (refused.status_code, refused.json["code"]) == (422, "time_is_over")
    assert listed(ask, club, day())[0]["capacity"] == 2


def test_overbooking_is_an_act_of_its_own(club: SmallClub, ask: Ask, db: Database) -> None:
    """One was overbooked elsewhere (department-of-veterans-affairs/va.gov-team#49635)."""
    for member in (0, 1):
        a_request(db, club, member)
    body = {"items": [{"slot": club.slots[0], "capacity": 3}]}
    refused = ask(club.partner_token, "PUT", "/partner/capacity", body)
    assert (refused.status_code, refused.json["code"]) == (409, "time_is_full")
    path = f"/partner/capacity/{club.slots[0]}/overbook"
    assert ask(club.partner_token, "POST", path, {}).status_code == 400
    done = ask(club.partner_token, "POST", path, {"reason": "a wheelchair"}, key="over")
    assert (done.status_code, done.json["capacity"]) == (200, 3)
    again = ask(club.partner_token, "POST", path, {"reason": "a wheelchair"}, key="over")
    assert again.json == done.json
    refused = ask(club.partner_token, "POST", path, {"reason": "a wheelchair"})
    assert (refused.status_code, refused.json["code"]) == (409, "time_not_full")


def test_another_partner_finds_nothing(club: SmallClub, ask: Ask) -> None:
    items = [
        {"slot": club.slots[0], "capacity": 1},
        {"offering": club.offering, "day": day(), "open": False},
    ]
    for item in items:
        for dry in (True, False):
            body = {"items": [item], "dry_run": dry}
            answer = ask(club.other_token, "PUT", "/partner/capacity", body)
            assert (answer.status_code, answer.json["code"]) == (404, "not_found")
    path = f"/partner/capacity?offering={club.offering}"
    assert ask(club.other_token, "GET", path).status_code == 404
    path = f"/partner/capacity/{club.slots[0]}/overbook"
    assert ask(club.other_token, "POST", path, {"reason": "x"}).status_code == 404
    assert ask(club.channel, "GET", "/partner/capacity").status_code == 403
    mine = ask(club.other_token, "GET", "/partner/capacity").json["items"]
    assert club.slots[0] not in {item["slot"] for item in mine}


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"items": []},
        {"items": [{}]},
        {"items": [{"slot": "S-0"}]},
        {"items": [{"slot": "S-0", "capacity": 1}]},
        {"items": [{"slot": "S-0", "day": "2027-01-01", "capacity": 1}]},
        {"items": [{"offering": "O-0", "day": "31.12.2026", "capacity": 1}]},
        {"items": [{"offering": "O-0", "day": "2027-01-01", "capacity": -1}]},
        {"items": [{"offering": "O-0", "day": "2027-01-01", "open": "perhaps"}]},
    ],
)
def test_what_cannot_be_read_is_said_so(club: SmallClub, ask: Ask, body: dict[str, Any]) -> None:
    answer = ask(club.partner_token, "PUT", "/partner/capacity", body)
    assert answer.status_code == 400, answer.json
    assert answer.json["code"].startswith("malformed")


def test_the_document_says_what_a_change_takes_and_gives(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    assert document is not None
    put = document["paths"]["/partner/capacity"]["put"]
    assert "time_is_full" in str(put["responses"]["409"])
    assert {p["name"] for p in put["parameters"]} == {"Idempotency-Key"}
    shape = document["components"]["schemas"]["CapacityChange"]
    assert set(shape["properties"]) == {"offering", "site", "day", "slot", "capacity", "open"}
