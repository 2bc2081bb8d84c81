"""End the holds whose time has passed: the seat and the entitlement are free again."""

from __future__ import annotations

from jobs.job import Every, Job, Told
from vipclub import bookings
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    return {"ended": bookings.end_overdue_holds(database)}


JOB = Job(
    "end_holds",
    Every(30),
    run,
    about="Frees the times that were chosen and not confirmed within ten minutes.",
)
