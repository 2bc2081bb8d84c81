"""End what is left of the years that are over."""

from __future__ import annotations

from datetime import time, timedelta

from jobs.job import Daily, Job, Told
from vipclub import benefits
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    today = clock.club_today()
    return {"ended": benefits.expire_years(database, today=today)}


JOB = Job(
    "expire_benefits",
    Daily(time(2, 0)),
    run,
    longest=timedelta(hours=1),
    at_first=False,
    about="Ends what is left of past years' benefits; what is reserved stays.",
)
