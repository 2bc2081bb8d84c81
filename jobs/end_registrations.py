"""Ends seats on offer that nobody accepted, and what waits for an event that is over."""

from __future__ import annotations

from jobs.job import Every, Job, Told
from vipclub import events
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    return {"ended": events.end_registrations(database)}


JOB = Job(
    "end_registrations",
    Every(20),
    run,
    about="Ends seats on offer that nobody accepted, and what waits for an event that is over.",
)
