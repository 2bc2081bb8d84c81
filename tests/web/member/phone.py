"""A member's phone: forms sent, a time held in four taps, a request of hers."""

from __future__ import annotations

from typing import Any

from flask.testing import FlaskClient

from tests.small_club import SmallClub
from tests.web.pages import first_match
from tests.web.signing_in import csrf_token
from vipclub import bookings
from vipclub.core.db import Database


def a_request(db: Database, club: SmallClub, slot: int = 0) -> str:
    made = db.run(
        bookings.book,
        club.lin,
        member=club.members[0],
        offering=club.offering,
        slot=club.slots[slot],
    )
    return str(made.appointment)


def post_form(client: FlaskClient, path: str, page: str, **form: str) -> Any:
    return client.post(path, data={"csrf_token": csrf_token(client, page), **form})


def hold_a_time(phone: FlaskClient) -> str:
    """From the home page to the page that asks: four taps; gives its address."""
    home = phone.get("/").text
    service = first_match(r'class="tile" href="([^"]*health-check)"', home)
    day = first_match(r'class="day[^"]*" href="([^"#]+)', phone.get(service).text)
    slot = first_match(r'name="slot" value="([^"]+)"', phone.get(day).text)
    answer = post_form(phone, f"{service}/hold", day, slot=slot)
    assert answer.status_code == 303, answer.text
    return str(answer.headers["Location"])
