"""End the referrals that nobody answered, and those of persons who agree no more."""

from __future__ import annotations

from jobs.job import Every, Job, Told
from vipclub import people
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    return {"ended": people.referrals.end_referrals(database)}


JOB = Job(
    "end_referrals",
    Every(600),
    run,
    about="Ends referrals not answered in time, and those of persons who agree no more.",
)
