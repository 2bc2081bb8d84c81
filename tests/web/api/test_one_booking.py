"""One booking over the API: its names, statuses and codes, exactly."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.bookings.visit_times import at_the_visit
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from vipclub.app import create_app
from vipclub.benefits import drifting
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

    def call(
        token: str | None, method: str, path: str, body: Any = None, key: str | None = None
    ) -> Any:
        headers = {}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        if key:
            headers["Idempotency-Key"] = key
        return client.open(f"/api/v1{path}", method=method, json=body, headers=headers)

    return call


def booking(club: SmallClub, member: int = 0, slot: int = 0, **more: Any) -> dict[str, Any]:
    return {
        "member": club.members[member],
        "offering": club.offering,
        "slot": club.slots[slot],
        **more,
    }


def test_services_and_their_free_times_are_listed(club: SmallClub, ask: Ask) -> None:
    services = ask(club.channel, "GET", "/services").json
    assert services["next"] is None
    assert "health-check" in {s["service"] for s in services["items"]}
    slots = ask(club.member_token, "GET", "/services/health-check/slots?city=310000").json
    first = slots["items"][0]
    assert first.keys() >= {
        "slot", "offering", "site", "city", "start", "end", "capacity", "free"
    }  # fmt: skip
    assert first["city"] == "310000"
    assert first["free"] >= 1
    assert first["start"].endswith("+08:00")
    assert ask(club.channel, "GET", "/services/health-check/slots?city=110000").json == {
        "items": [],
        "next": None,
    }


def test_pages_of_slots_follow_each_other_without_gap_or_repetition(
    club: SmallClub, ask: Ask
) -> None:
    path = f"/services/health-check/slots?offering={club.offering}&limit=1000"
    whole = [s["slot"] for s in ask(club.channel, "GET", path).json["items"]]
    seen: list[str] = []
    cursor: str | None = None
    while True:
        page = path.replace("1000", "7") + (f"&cursor={cursor}" if cursor else "")
        answer = ask(club.channel, "GET", page).json
        seen += [s["slot"] for s in answer["items"]]
        cursor = answer["next"]
        if cursor is None:
            break
    assert seen == whole
    assert len(set(seen)) == len(seen)


def test_a_member_s_thread_from_request_to_completion(
    club: SmallClub, ask: Ask, db: Database
) -> None:
    made = ask(club.member_token, "POST", "/appointments", booking(club), key="one")
    assert made.status_code == 201
    body = made.json
    assert body["status"] == "pending"
    assert body.keys() >= {
        "appointment", "status", "member", "offering", "slot", "start", "end", "promised_by"
    }  # fmt: skip
    assert body["promised_by"] is not None
    left = ask(club.member_token, "GET", f"/members/{club.members[0]}/entitlements").json
    year = int(body["start"][:4])
    check = next(e for e in left["items"] if e["benefit"] == "health-check" and e["year"] == year)
    assert (check["granted"], check["held"], check["used"], check["remaining"]) == (1, 1, 0, 0)

    place = f"/appointments/{body['appointment']}"
    listed = ask(club.partner_token, "GET", "/partner/appointments?status=pending").json
    assert [a["appointment"] for a in listed["items"]] == [body["appointment"]]
    for step, status in (("confirm", "booked"), ("arrive", "arrived"), ("fulfil", "fulfilled")):
        if step != "confirm":
            early = ask(club.partner_token, "POST", f"{place}/{step}")
            assert (early.status_code, early.json["code"]) == (422, "too_early"), early.json
        with at_the_visit(db, club.slots[0]):
            answer = ask(club.partner_token, "POST", f"{place}/{step}")
        assert (answer.status_code, answer.json["status"]) == (200, status), answer.json
        assert ask(club.channel, "GET", place).json["status"] == status
    left = ask(club.channel, "GET", f"/members/{club.members[0]}/entitlements").json
    check = next(e for e in left["items"] if e["benefit"] == "health-check" and e["year"] == year)
    assert (check["held"], check["used"], check["remaining"]) == (0, 1, 0)
    with db.read() as session:
        assert list(drifting(session)) == []


def test_a_booking_over_the_api_takes_at_most_seven_statements(
    db: Database, club: SmallClub, ask: Ask
) -> None:
    ask(club.channel, "GET", "/services")  # the token's stamp, once a minute
    ask(club.channel, "POST", "/appointments", booking(club, member=1), key="first")
    with statements(at_most={"postgresql": 7, "sqlite": 12}[db.dialect]):
        made = ask(club.channel, "POST", "/appointments", booking(club), key="one")
    assert made.status_code == 201


@pytest.mark.promise("P10")
def test_the_same_key_is_one_booking_and_another_body_is_refused(club: SmallClub, ask: Ask) -> None:
    first = ask(club.channel, "POST", "/appointments", booking(club), key="k")
    again = ask(club.channel, "POST", "/appointments", booking(club), key="k")
    assert (again.status_code, again.json) == (201, first.json)
    other = ask(club.channel, "POST", "/appointments", booking(club, slot=1), key="k")
    assert (other.status_code, other.json["code"]) == (422, "idempotency_mismatch")
    assert other.content_type == "application/problem+json"


def test_what_is_refused_has_the_interface_s_code(club: SmallClub, ask: Ask) -> None:
    a = ask(club.channel, "POST", "/appointments", booking(club, 0))
    assert a.status_code == 201
    twice = ask(club.channel, "POST", "/appointments", booking(club, 0))
    assert (twice.status_code, twice.json["code"]) == (409, "already_booked")
    none_left = ask(club.channel, "POST", "/appointments", booking(club, 0, 5))
    assert (none_left.status_code, none_left.json["code"]) == (422, "no_entitlement")
    assert ask(club.channel, "POST", "/appointments", booking(club, 1)).status_code == 201
    full = ask(club.channel, "POST", "/appointments", booking(club, 2))
    assert (full.status_code, full.json["code"]) == (409, "slot_full")
    assert full.json["next_free"]
    assert full.json["type"] == "/problems/slot_full"


def test_cancelling_gives_seat_and_entitlement_back(club: SmallClub, ask: Ask) -> None:
    made = ask(club.member_token, "POST", "/appointments", booking(club)).json
    place = f"/appointments/{made['appointment']}"
    cancelled = ask(club.member_token, "POST", f"{place}/cancel", {"reason": "ill"})
    assert (cancelled.status_code, cancelled.json["status"]) == (200, "cancelled")
    again = ask(club.member_token, "POST", f"{place}/cancel")
    assert (again.status_code, again.json["code"]) == (409, "illegal_transition")
    assert again.json["possible"] == [] or "cancelled" not in again.json["possible"]
    assert ask(club.member_token, "POST", "/appointments", booking(club)).status_code == 201


def test_a_declined_request_frees_all(club: SmallClub, ask: Ask) -> None:
    made = ask(club.channel, "POST", "/appointments", booking(club)).json
    place = f"/appointments/{made['appointment']}"
    answer = ask(club.partner_token, "POST", f"{place}/decline", {"reason": "closed"})
    assert answer.json["status"] == "cancelled"
    assert ask(club.channel, "POST", "/appointments", booking(club)).status_code == 201


@pytest.mark.promise("P32")
def test_what_is_not_yours_looks_like_what_is_not_there(club: SmallClub, ask: Ask) -> None:
    made = ask(club.channel, "POST", "/appointments", booking(club, 1)).json
    place = f"/appointments/{made['appointment']}"
    for token in (club.member_token, club.other_token):
        foreign = ask(token, "GET", place)
        missing = ask(token, "GET", "/appointments/A-00000-00000-0")
        assert foreign.status_code == 404
        assert missing.status_code in {400, 404}
    assert ask(club.other_token, "POST", f"{place}/confirm").status_code == 404
    assert ask(club.member_token, "GET", f"/members/{club.members[1]}").status_code == 404
    stolen = ask(club.member_token, "POST", "/appointments", booking(club, 1, 3))
    assert stolen.status_code == 404


@pytest.mark.promise("P31")
def test_tokens_and_scopes_are_asked_first(club: SmallClub, ask: Ask) -> None:
    for token in (None, "nonsense", "vip_00000000_" + "0" * 32):
        answer = ask(token, "GET", "/services")
        assert (answer.status_code, answer.json["code"]) == (401, "unauthenticated")
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    made = ask(club.channel, "POST", "/appointments", booking(club)).json
    place = f"/appointments/{made['appointment']}"
    assert ask(club.member_token, "POST", f"{place}/confirm").status_code == 403
    assert ask(club.partner_token, "POST", "/appointments", booking(club)).status_code == 403
    assert ask(club.member_token, "POST", "/members/find", {"phone": "1"}).status_code == 403


def test_a_member_is_found_and_shown(club: SmallClub, ask: Ask) -> None:
    ref = club.members[0]
    shown = ask(club.member_token, "GET", f"/members/{ref}").json
    assert shown.keys() == {
        "member", "name", "tier", "status", "valid_from", "valid_to", "card"
    }  # fmt: skip
    assert (shown["member"], shown["tier"], shown["status"]) == (ref, "gold", "invited")
    found = ask(club.channel, "POST", "/members/find", {"card": shown["card"]})
    assert found.json == shown
    assert ask(club.channel, "POST", "/members/find", {"card": "1"}).status_code == 404
    assert ask(club.channel, "POST", "/members/find", {}).status_code == 400


@pytest.mark.promise("P40")
@pytest.mark.parametrize(
    "body",
    [
        b"{",
        b"[]",
        b'"x"',
        b'{"member": NaN}',
        b'{"member": 1}',
        b'{"member": "M", "member": "M"}',
        b'{"member": "\\ud800"}',
        b'{"member": "\\u0000"}',
        b"[" * 100_000,
        b'{"a":' * 5_000,
        b'{"member": ' + b"9" * 5_000 + b"}",
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
    ],
)
@pytest.mark.only("sqlite")
def test_bad_bodies_get_one_clear_refusal(
    club: SmallClub, client: FlaskClient, body: bytes
) -> None:
    answer = client.post(
        "/api/v1/appointments",
        data=body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {club.channel}"},
    )
    assert answer.status_code == 400
    assert json.loads(answer.data)["code"] in {"malformed", "malformed_ref"}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("from=9999-12-31", 200),
        ("from=0001-01-01", 200),
        ("to=9999-12-31", 200),
        ("from=2026-12-05&to=2026-12-01", 400),
        ("from=2026-02-30", 400),
        ("limit=0", 400),
        ("cursor=abc", 400),
        ("cursor=OTk5OTk5OTk5OTk5OTk5OTk5OTkuMQ", 400),
    ],
)
def test_no_range_of_days_and_no_cursor_breaks_a_list(
    club: SmallClub, ask: Ask, query: str, status: int
) -> None:
    slots = ask(club.channel, "GET", f"/services/health-check/slots?{query}")
    booked = ask(club.partner_token, "GET", f"/partner/appointments?{query}")
    assert (slots.status_code, booked.status_code) == (status, status)


@pytest.mark.only("sqlite")
def test_the_document_describes_every_call(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    assert document["openapi"] == "3.1.0"
    assert set(document["paths"]) >= {
        "/services",
        "/services/{code}/slots",
        "/members/find",
        "/members/{ref}",
        "/members/{ref}/entitlements",
        "/members/{ref}/appointments",
        "/appointments",
        "/appointments/{ref}",
        "/appointments/{ref}/confirm",
        "/appointments/{ref}/decline",
        "/appointments/{ref}/cancel",
        "/appointments/{ref}/arrive",
        "/appointments/{ref}/fulfil",
        "/partner/appointments",
    }
    names = {
        schema["title"]
        for schema in document["components"]["schemas"].values()
        if "title" in schema
    }
    assert {"Booking", "Appointment", "Slot"} <= names
    refused = document["paths"]["/appointments"]["post"]["responses"]
    assert "slot_full" in refused["409"]["description"]
    assert "no_entitlement" in refused["422"]["description"]
