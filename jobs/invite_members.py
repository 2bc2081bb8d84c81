"""Write the invitations that are due, a few at a time."""

from __future__ import annotations

from datetime import timedelta

from jobs.job import Every, Job, Told
from vipclub import membership
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.settings import Settings

CLUB = Actor.system("invite_members")


def run(database: Database, settings: Settings) -> Told:
    pace = settings.invitations_per_quarter_hour
    invited = membership.invite_waiting(database, limit=pace, today=clock.club_today())
    with database.read() as session:
        left = membership.invitations_waiting(session, CLUB, pace=pace)
    return {"invited": invited, "waiting": left.waiting, "days": left.days}


JOB = Job(
    "invite_members",
    Every(900),
    run,
    longest=timedelta(minutes=14),
    at_first=False,
    about="Invites, by mail, those who reached a tier and have no account; once more after a week.",
)
"""A newly filled club is left alone for a quarter of an hour."""
