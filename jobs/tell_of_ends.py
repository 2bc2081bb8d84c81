"""Tell members, a month ahead, that their membership year ends."""

from __future__ import annotations

from datetime import time, timedelta

from jobs.job import Daily, Job, Told
from vipclub import membership
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    return {"told": membership.tell_of_ends(database, today=clock.club_today())}


JOB = Job(
    "tell_of_ends",
    Daily(time(9, 0)),
    run,
    longest=timedelta(minutes=30),
    at_first=False,
    about="Tells members, 30 days ahead, that their membership year ends.",
)
