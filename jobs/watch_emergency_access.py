"""Tell of accesses in an emergency that nobody has reviewed."""

from __future__ import annotations

from jobs.job import Every, Job, Told
from vipclub import desk
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    return {"told": desk.tell_of_overdue_reviews(database)}


JOB = Job(
    "watch_emergency_access",
    Every(600),
    run,
    about="Tells auditors and leaders of emergency accesses that wait for a review.",
)
