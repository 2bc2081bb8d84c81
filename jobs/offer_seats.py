"""Offers free seats at events to the next in line."""

from __future__ import annotations

from jobs.job import Every, Job, Told
from vipclub import events
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    return {"proposed": events.offer_seats(database)}


JOB = Job(
    "offer_seats",
    Every(20),
    run,
    about="Offers free seats at events to the next in line.",
)
