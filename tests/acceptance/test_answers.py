"""What a script outside relies on: the codes that are promised, RFC 3339, the same answer again."""

from __future__ import annotations

from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.small_club import SmallClub, a_small_club
from vipclub.app import create_app
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def client(db: Database) -> FlaskClient:
    return create_app(database=db).test_client()


def headers(token: str, key: str | None = None) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"} | ({"Idempotency-Key": key} if key else {})


def booking(club: SmallClub, slot: int = 0) -> dict[str, Any]:
    return {
        "member": club.members[0],
        "offering": club.offering,
        "slot": club.slots[slot],
    }


@pytest.mark.promise("P10", "P39")
def test_a_repeated_request_gets_the_same_bytes_on_every_database(
    club: SmallClub, client: FlaskClient
) -> None:
    answers = [
        client.post("/api/v1/appointments", json=booking(club), headers=headers(club.channel, "k1"))
        for _ in range(2)
    ]
    assert [a.status_code for a in answers] == [201, 201]
    assert answers[0].data == answers[1].data


@pytest.mark.only("sqlite")
def test_moments_in_a_refusal_are_for_machines_too(club: SmallClub, client: FlaskClient) -> None:
    def again() -> Any:
        return client.post(
            "/api/v1/appointments", json=booking(club), headers=headers(club.channel)
        )

    again()
    answer = again()
    assert answer.json["code"] == "already_booked"
    assert datetime.fromisoformat(answer.json["start"]).tzinfo is not None


@pytest.mark.only("sqlite")
@pytest.mark.parametrize("path", ["/members/M-ZZZZZ-ZZZZZ-Z", "/appointments/nothing"])
def test_nothing_is_at_an_address_that_is_no_reference(
    club: SmallClub, client: FlaskClient, path: str
) -> None:
    answer = client.get(f"/api/v1{path}", headers=headers(club.channel))
    assert (answer.status_code, answer.json["code"]) == (404, "not_found")  # type: ignore[index]


@pytest.mark.only("sqlite")
def test_a_reference_mistyped_in_a_body_is_malformed(club: SmallClub, client: FlaskClient) -> None:
    body = booking(club) | {"slot": "S-ZZZZZ-ZZZZZ-Z"}
    answer = client.post("/api/v1/appointments", json=body, headers=headers(club.channel))
    assert (answer.status_code, answer.json["code"]) == (400, "malformed")  # type: ignore[index]
