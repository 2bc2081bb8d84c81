"""Events by the API, as another system of the group uses them."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.bookings.invariants import broken_invariants
from tests.cast import CLUB_ACTOR
from tests.events.salons import TITLE, a_salon, given, seats, state
from tests.small_club import SmallClub, a_small_club
from tests.web.api.asking import asked
from vipclub import events
from vipclub.app import create_app
from vipclub.core.db import Database


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def client(db: Database, club: SmallClub) -> FlaskClient:
    return create_app(database=db).test_client()


def test_events_are_listed_and_shown(client: FlaskClient, club: SmallClub, db: Database) -> None:
    salon, later = a_salon(db), a_salon(db, days=20)
    db.run(events.draft_event, CLUB_ACTOR, given=given())
    page = asked(client, club.member_token, "/events?limit=1").json
    (first,) = page["items"]
    assert first["event"] == salon
    assert first["title"] == TITLE.to_json()
    assert {"start", "end", "site", "seats", "free", "status"} <= set(first)
    assert first["start"].endswith("+08:00")
    rest = asked(client, club.member_token, f"/events?cursor={page['next']}").json
    assert [one["event"] for one in rest["items"]] == [later]
    shown = asked(client, club.channel, f"/events/{salon}").json
    assert (shown["seats"], shown["free"], shown["status"]) == (10, 10, "published")
    assert asked(client, club.partner_token, "/events").status_code == 403


def test_a_member_registers_and_the_next_one_waits(
    client: FlaskClient, club: SmallClub, db: Database
) -> None:
    salon = a_salon(db, seats=2)
    path = f"/events/{salon}/registrations"
    body = {"guests": [{"name": "周巍", "age": 41, "needs": "no nuts"}]}
    key = {"Idempotency-Key": "one"}
    made = asked(client, club.member_token, path, body, **key)
    assert (made.status_code, made.json["status"]) == (201, "registered")
    assert asked(client, club.member_token, path, body, **key).json == made.json
    again = asked(client, club.member_token, path, {})
    assert (again.status_code, again.json["code"]) == (409, "already_registered")
    other = asked(client, club.channel, path, {"member": club.members[1]})
    assert other.json["status"] == "waitlisted"
    assert other.json["line"] == 1
    own = f"/registrations/{made.json['registration']}"
    assert asked(client, club.member_token, f"{own}/cancel", {}).json["status"] == "cancelled"
    waiting = f"/registrations/{other.json['registration']}"
    assert asked(client, club.member_token, f"{waiting}/accept", {}).status_code == 404
    accepted = asked(client, club.channel, f"{waiting}/accept", {})
    assert (accepted.status_code, accepted.json["status"]) == (200, "registered")
    over = asked(client, club.channel, f"{waiting}/accept", {})
    assert (over.status_code, over.json["code"]) == (409, "illegal_transition")
    assert over.json["possible"]
    assert "cancel" in over.json["steps"]
    assert broken_invariants(db) == []


@pytest.mark.parametrize(
    ("said", "body", "status", "code"),
    [
        ({"seats": 1, "waitlist": False}, {"guests": [{"name": "Wei"}]}, 409, "event_full"),
        ({"guests_at_most": 0}, {"guests": [{"name": "Wei"}]}, 422, "party_not_accepted"),
        ({"guests_at_most": 3}, {"guests": [{"name": "A"}, {"name": "B"}]}, 422, "no_entitlement"),
        ({"tiers": ["black"]}, {}, 422, "not_eligible"),
    ],
)
def test_what_is_refused_says_why(
    client: FlaskClient,
    club: SmallClub,
    db: Database,
    said: dict[str, Any],
    body: dict[str, Any],
    status: int,
    code: str,
) -> None:
    salon = a_salon(db, **said)
    refused = asked(client, club.member_token, f"/events/{salon}/registrations", body)
    assert (refused.status_code, refused.json["code"]) == (status, code)
    assert seats(db, salon) == (0, 0)


def test_seats_are_given_to_another_member_who_accepts_them(
    client: FlaskClient, club: SmallClub, db: Database
) -> None:
    salon = a_salon(db, seats=1)
    made = asked(client, club.member_token, f"/events/{salon}/registrations", {}).json
    waiting = asked(
        client, club.channel, f"/events/{salon}/registrations", {"member": club.members[2]}
    ).json
    own = f"/registrations/{made['registration']}"
    nobody = asked(client, club.member_token, f"{own}/transfer", {"member": made["registration"]})
    assert nobody.status_code == 404
    given_on = asked(client, club.member_token, f"{own}/transfer", {"member": club.members[1]})
    assert given_on.json["status"] == "offered"
    assert (seats(db, salon), state(db, made["registration"])) == ((0, 1), "cancelled")
    assert state(db, waiting["registration"]) == "waitlisted", "the seat was never free"
    theirs = f"/registrations/{given_on.json['registration']}"
    assert asked(client, club.channel, f"{theirs}/accept", {}).json["status"] == "registered"
    assert (seats(db, salon), broken_invariants(db)) == ((1, 0), [])
