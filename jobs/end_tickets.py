"""End the booking tickets whose time has passed: the member is told."""

from __future__ import annotations

from jobs.job import Every, Job, Told
from vipclub import bookings
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    return {"ended": bookings.end_tickets(database)}


JOB = Job(
    "end_tickets",
    Every(60),
    run,
    about="Ends the booking tickets that were not used in time.",
)
