"""End the referrals that nobody answered: whoever made them is told."""

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
    about="Ends the referrals to companies of the group that were not answered in time.",
)
