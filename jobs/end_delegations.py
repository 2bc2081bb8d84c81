"""End what contacts of members could do until a day."""

from __future__ import annotations

from datetime import time

from jobs.job import Daily, Job, Told
from vipclub import people
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    return {"ended": people.emergency_contacts.end_delegations(database)}


JOB = Job(
    "end_delegations",
    Daily(time(0, 10)),
    run,
    about="Ends delegations whose last day is over, and tells the members.",
)
