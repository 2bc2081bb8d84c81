"""Requests for help by the API: the partner's system lists them, accepts, declines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.assistance.askings import Askings, later
from tests.small_club import SmallClub, a_small_club
from vipclub.app import create_app
from vipclub.core import clock
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def lyon(db: Database, club: SmallClub) -> Askings:
    return Askings(db, club)


@pytest.fixture
def client(db: Database, club: SmallClub) -> FlaskClient:
    return create_app(database=db).test_client()


def asked(
    client: FlaskClient, token: str, path: str, body: dict[str, Any] | None = None, **more: Any
) -> Any:
    head = {"Authorization": f"Bearer {token}", **more}
    if body is None:
        return client.get(f"/api/v1{path}", headers=head)
    return client.post(f"/api/v1{path}", json=body, headers=head)


def test_a_system_reads_accepts_and_is_told_whom_it_is_about(
    client: FlaskClient, club: SmallClub, lyon: Askings
) -> None:
    lyon.ask(area="Lyon")
    token = club.partner_token
    (one,) = asked(client, token, "/partner/dispatches?status=asked").json["items"]
    assert (one["kind"], one["country"], one["area"], one["contact"]) == (
        "assistance",
        "FR",
        "Lyon",
        None,
    )
    path = f"/partner/dispatches/{one['dispatch']}"
    before = asked(client, token, path).json
    assert {name: before[name] for name in one} == one
    assert before["desk_phone"]
    at = (clock.now() + timedelta(minutes=40)).isoformat(timespec="seconds")
    head: dict[str, Any] = {"Idempotency-Key": "yes-1"}
    made = [
        asked(client, token, f"{path}/accept", {"arrives_at": at, "text": "On our way"}, **head)
        for _ in range(2)
    ]
    assert [answer.status_code for answer in made] == [200, 200]
    assert made[0].json == made[1].json
    assert made[0].json["status"] == "accepted"
    assert "phone" not in repr(made[0].json)
    after = asked(client, token, path).json
    assert after["contact"]["phone"] == "+33612345678"
    assert set(after["contact"]) == {"name", "phone", "place", "note"}
    assert lyon.all()[0].way == "api"
    refused = asked(client, token, f"{path}/decline", {"reason": "no_capacity"})
    assert (refused.status_code, refused.json["code"]) == (409, "answered_already")


def test_what_is_late_strange_or_another_s_is_refused(
    client: FlaskClient, club: SmallClub, lyon: Askings
) -> None:
    lyon.ask()
    path = f"/partner/dispatches/{lyon.asked()}"
    for token, status in ((club.other_token, 404), (club.channel, 403), (club.member_token, 403)):
        assert asked(client, token, path).status_code == status
        assert asked(client, token, f"{path}/accept", {}).status_code == status
    assert asked(client, club.other_token, "/partner/dispatches").json["items"] == []
    token = club.partner_token
    for what, code in (
        ({"arrives_at": "2020-01-01T00:00:00Z"}, "arrival_not_accepted"),
        ({"arrives_at": "2020-01-01T00:00:00"}, "malformed"),
        ({"arrives_at": "soon"}, "malformed"),
    ):
        assert asked(client, token, f"{path}/accept", what).json["code"] == code
    for what, code in (
        ({"reason": "tired"}, "reason_not_accepted"),
        ({"reason": "other"}, "reason_not_accepted"),
        ({}, "malformed"),
    ):
        assert asked(client, token, f"{path}/decline", what).json["code"] == code
    assert asked(client, token, "/partner/dispatches?status=listed").status_code == 400
    with later(10.1):
        late = asked(client, token, f"{path}/accept", {})
        assert (late.status_code, late.json["code"]) == (409, "answer_too_late")
    made = asked(client, token, f"{path}/decline", {"reason": "not_our_area"})
    assert (made.status_code, made.json["status"]) == (200, "declined")


def test_the_document_says_what_a_system_is_told(client: FlaskClient) -> None:
    told = client.get("/api/v1/openapi.json").json["webhooks"]
    for name, model in (
        ("dispatch.asked", "DispatchEvent"),
        ("dispatch.withdrawn", "DispatchEvent"),
        ("appointment.moved", "AppointmentEvent"),
    ):
        shape = told[name]["post"]["requestBody"]["content"]["application/json"]["schema"]
        assert shape["$ref"].endswith(f"/{model}")
