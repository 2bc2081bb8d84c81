"""A partner's page of its own system: addresses, a secret shown once, the log, sending again."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.partners.webhooks.events_sent import deliver_webhooks, queue_event
from tests.partners.webhooks.receiver import Receiver
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from tests.web.signing_in import an_account, csrf_token, sign_in
from vipclub.app import create_app
from vipclub.core.db import Database
from vipclub.wiring import WEBHOOK_EVENTS

SECRET = re.compile(r"whsec_[A-Za-z0-9+/=]+")
ALL = list(WEBHOOK_EVENTS)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=1)


@pytest.fixture
def pc(db: Database, club: SmallClub) -> FlaskClient:
    """The front desk's browser, signed in."""
    an_account(db, "partner", scopes=[("partner", club.partner)])
    client = create_app(database=db).test_client()
    assert sign_in(client, "partner@club.example").status_code == 303
    return client


def send(pc: FlaskClient, path: str = "", **form: Any) -> Any:
    token = csrf_token(pc, "/partner/webhooks")
    return pc.post(f"/partner/webhooks{path}", data={"csrf_token": token, **form})


def add(pc: FlaskClient, receiver: Receiver) -> str:
    """A new address; gives its reference."""
    answer = send(pc, url=receiver.url, events=ALL)
    assert answer.status_code == 201, answer.text
    found = re.search(r"/partner/webhooks/(W-[0-9A-Z-]+)/", answer.text)
    assert found
    return found[1]


def test_an_address_is_added_and_its_secret_is_shown_once(
    pc: FlaskClient, receiver: Receiver
) -> None:
    assert "No address yet." in pc.get("/partner/webhooks").text
    answer = send(pc, url=receiver.url, events=ALL)
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    assert SECRET.search(answer.text)
    listed = pc.get("/partner/webhooks").text
    assert receiver.url in listed
    assert not SECRET.search(listed)


def test_what_is_wrong_with_an_address_is_said_beside_it(pc: FlaskClient) -> None:
    wrong = send(pc, url="https://127.0.0.1/club", events=ALL)
    assert wrong.status_code == 422
    assert "must name a host that everybody can reach" in wrong.text
    assert 'value="https://127.0.0.1/club"' in wrong.text
    nothing = send(pc, url="", events=[])
    assert "Please write the address." in nothing.text
    assert "Please choose at least one event" in nothing.text
    made_up = send(pc, url="https://partner.example/", events=["appointment.*"])
    assert made_up.status_code == 422


def test_the_log_shows_what_failed_and_sends_it_again(
    pc: FlaskClient, db: Database, club: SmallClub, receiver: Receiver
) -> None:
    ref = add(pc, receiver)
    receiver.answers = [410]
    queue_event(db, club.partner)
    deliver_webhooks(db)
    page = pc.get(f"/partner/webhooks/{ref}").text
    assert "it answered 410" in page
    assert "given up" in page
    assert "410" in page
    assert "Send again" not in page  # it is off
    assert send(pc, f"/{ref}/on").status_code == 303
    receiver.answers = [200]
    page = pc.get(f"/partner/webhooks/{ref}").text
    again = re.search(r"/partner/webhooks/deliveries/(V-[0-9A-Z-]+)/again", page)
    assert again
    assert send(pc, f"/deliveries/{again[1]}/again").status_code == 303
    assert send(pc, f"/deliveries/{again[1]}/again").status_code == 409
    deliver_webhooks(db)
    assert receiver.calls[0].event_id == receiver.calls[1].event_id
    assert "delivered" in pc.get(f"/partner/webhooks/{ref}").text


def test_a_test_event_a_new_secret_other_events_and_switching_off(
    pc: FlaskClient, db: Database, club: SmallClub, receiver: Receiver
) -> None:
    ref = add(pc, receiver)
    assert send(pc, f"/{ref}/ping").status_code == 303
    deliver_webhooks(db)
    assert receiver.calls[0].content["type"] == "ping"
    rotated = send(pc, f"/{ref}/rotate")
    secret = SECRET.search(rotated.text)
    assert secret
    assert rotated.headers["Cache-Control"] == "no-store"
    assert "Two secrets sign until" in pc.get(f"/partner/webhooks/{ref}").text
    assert send(pc, f"/{ref}/events", events=["appointment.missed"]).status_code == 303
    assert send(pc, f"/{ref}/events").status_code == 422
    queue_event(db, club.partner, "appointment.confirmed")
    queue_event(db, club.partner, "appointment.missed")
    deliver_webhooks(db)
    assert [call.content["type"] for call in receiver.calls[1:]] == ["appointment.missed"]
    assert receiver.calls[-1].signed_by(secret[0])
    assert send(pc, f"/{ref}/off").status_code == 303
    assert send(pc, f"/{ref}/ping").status_code == 409
    assert send(pc, f"/{ref}/nonsense").status_code == 404


def test_another_partner_s_address_is_not_there(
    pc: FlaskClient, db: Database, club: SmallClub, receiver: Receiver
) -> None:
    ref = add(pc, receiver)
    an_account(db, "partner", login="other@club.example", scopes=[("partner", club.other_partner)])
    other = create_app(database=db).test_client()
    assert sign_in(other, "other@club.example").status_code == 303
    assert other.get(f"/partner/webhooks/{ref}").status_code == 404
    assert send(other, f"/{ref}/off").status_code == 404
    assert receiver.url not in other.get("/partner/webhooks").text


def test_no_page_takes_more_than_six_statements(
    pc: FlaskClient, db: Database, club: SmallClub, receiver: Receiver
) -> None:
    ref = add(pc, receiver)
    for number in range(5):
        queue_event(db, club.partner, subject=f"A-{number}")
    deliver_webhooks(db)
    for path in ("", f"/{ref}"):
        with statements(at_most=6):
            assert pc.get(f"/partner/webhooks{path}").status_code == 200
