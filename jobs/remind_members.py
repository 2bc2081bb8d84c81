"""Remind members of the visits of the coming day."""

from __future__ import annotations

from jobs.job import Every, Job, Told
from vipclub import bookings
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    return {"reminded": bookings.remind_members(database)}


JOB = Job(
    "remind_members",
    Every(300),
    run,
    about="Reminds members of confirmed visits, a day before.",
)
