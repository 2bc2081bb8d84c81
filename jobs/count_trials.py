"""Count on the policies that are on trial."""

from __future__ import annotations

from dataclasses import asdict

from jobs.job import Every, Job, Told
from vipclub import membership
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    return asdict(membership.continue_trials(database))


JOB = Job(
    "count_trials",
    Every(2),
    run,
    alone=False,  # a lease a trial
    about="Counts on the tier policies that are on trial, a few seconds each in turn.",
)
