"""What tests of both doors share: sending a form, and what the trail says."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import text

from tests.cast import Thread, slots_of
from tests.web.staff import CLUB, form_token
from vipclub import bookings
from vipclub.core.db import Database

Browser = Callable[[str], FlaskClient]
DOORS = ("desk", "manager")


def send(client: FlaskClient, path: str, **form: str) -> Any:
    door = re.match(r"/(desk|manager)/", path)
    assert door
    token = form_token(client, door[0])
    return client.post(path, data={"csrf_token": token, **form})


def first(pattern: str, page: str) -> str:
    found = re.search(pattern, page)
    assert found, f"{pattern} is not there"
    return found[1].replace("&amp;", "&")


def acts(db: Database, ref: str) -> list[dict[str, Any]]:
    query = text(
        "SELECT actor_kind, actor_ref, channel, action, reason, before, after FROM audit "
        "WHERE subject_ref = :ref ORDER BY id"
    )
    with db.read() as session:
        return [dict(row._mapping) for row in session.execute(query, {"ref": ref})]


def book(db: Database, thread: Thread, slot: int = 0, member: int = 0) -> str:
    made = db.run(
        bookings.book,
        CLUB,
        member=thread.members[member],
        offering=thread.offering,
        slot=thread.slots[slot],
    )
    return str(made.appointment)


def beyond_the_window(db: Database, thread: Thread) -> str:
    """A time for which booking and free cancellation have ended, at whatever hour this runs."""
    db.run(
        bookings.set_booking_policy,
        CLUB,
        offering=thread.offering,
        policy="far ahead",
        document={
            "confirmation": "partner",
            "opens": {"days": 60},
            "closes": {"days": 10},
            "cancel_until": {"days": 10},
        },
    )
    return slots_of(db, thread.offering, after_days=1)[0]
