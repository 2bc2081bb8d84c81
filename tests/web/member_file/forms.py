"""What tests of both doors share: sending a form, and what the trail says."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import text

from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub, slots_of
from tests.web.signing_in import csrf_token
from vipclub import bookings
from vipclub.core.db import Database

Browser = Callable[[str], FlaskClient]
DOORS = ("desk", "manager")


def post_form(client: FlaskClient, path: str, **form: str) -> Any:
    door = re.match(r"/(desk|manager)/", path)
    assert door
    token = csrf_token(client, door[0])
    return client.post(path, data={"csrf_token": token, **form})


def audit_rows(db: Database, ref: str) -> list[dict[str, Any]]:
    query = text(
        "SELECT actor_kind, actor_ref, channel, action, reason, before, after FROM audit "
        "WHERE subject_ref = :ref ORDER BY id"
    )
    with db.read() as session:
        return [dict(row._mapping) for row in session.execute(query, {"ref": ref})]


def beyond_the_window(db: Database, club: SmallClub) -> str:
    """A time for which booking and free cancellation have ended, at whatever hour this runs."""
    db.run(
        bookings.set_booking_policy,
        CLUB_ACTOR,
        offering=club.offering,
        policy="far ahead",
        document={
            "confirmation": "partner",
            "opens": {"days": 60},
            "closes": {"days": 10},
            "cancel_until": {"days": 10},
        },
    )
    return slots_of(db, club.offering, after_days=1)[0]
