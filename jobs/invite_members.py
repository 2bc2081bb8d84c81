"""Write the invitations that are due, a few at a time."""

from __future__ import annotations

from datetime import timedelta

from jobs.job import Every, Job, Told
from vipclub import membership
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    return {"invited": membership.invite_waiting(database, today=clock.club_today())}


JOB = Job(
    "invite_members",
    Every(900),
    run,
    longest=timedelta(minutes=5),
    at_first=False,
    about="Invites, by mail, those who reached a tier and have no account; once more after a week.",
)
"""A newly filled club is left alone for a quarter of an hour."""
