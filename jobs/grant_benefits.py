"""Open next year's entitlements, 45 days ahead, to those whose term reaches it."""

from __future__ import annotations

from datetime import time, timedelta

from jobs.job import Daily, Job, Told
from vipclub import benefits
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    today = clock.club_today()
    return {"opened": benefits.grant_next_year(database, today=today)}


JOB = Job(
    "grant_benefits",
    Daily(time(1, 30)),
    run,
    longest=timedelta(hours=1),
    at_first=False,
    about="Gives next year's benefits from 45 days ahead.",
)
