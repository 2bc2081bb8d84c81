"""Offer another time to whoever was displaced by a closed day and has not been looked after yet."""

from __future__ import annotations

from dataclasses import asdict

from jobs.job import Every, Job, Told
from vipclub import bookings
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    return asdict(bookings.offer_all(database))


JOB = Job(
    "offer_other_times",
    Every(60),
    run,
    about="Offers other times to those whose day a partner closed; the rest go to the desk.",
)
