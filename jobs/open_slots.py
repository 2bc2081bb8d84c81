"""Open the slots of the days that come within reach."""

from __future__ import annotations

from datetime import time, timedelta

from jobs.job import Daily, Job, Told
from vipclub import partners
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    return {"opened": partners.open_slots(database)}


JOB = Job(
    "open_slots",
    Daily(time(0, 10)),
    run,
    longest=timedelta(minutes=30),
    about="Makes the slots up to 120 days ahead from the partners' weekly capacity.",
)
