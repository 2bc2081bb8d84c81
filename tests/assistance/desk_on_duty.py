"""Agents of the desk with accounts, and shifts that put them on duty."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from tests.cast import CLUB_ACTOR, sun
from tests.web.signing_in import an_account
from vipclub import assistance
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database

HOUR = timedelta(hours=1)


def an_agent(db: Database, name: str) -> Actor:
    """Somebody of the desk, by their own account."""
    made = an_account(db, "desk", login=f"{name}@club.example")
    return replace(sun(), account_id=made.id, account_ref=made.public_ref, name=name)


def on_shift(
    db: Database,
    agent: Actor,
    *,
    start: datetime | None = None,
    hours: int = 8,
    leads: bool = False,
) -> str:
    """A shift of theirs, from an hour ago where nobody says."""
    begins = start or clock.now() - HOUR
    return db.run(
        assistance.add_shift,
        CLUB_ACTOR,
        account=str(agent.account_ref),
        start=begins,
        end=begins + hours * HOUR,
        leads=leads,
    )
