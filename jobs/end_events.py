"""Closes registration, and ends events that are over and drafts whose day has passed."""

from __future__ import annotations

from jobs.job import Every, Job, Told
from vipclub import events
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    return {"ended": events.end_events(database)}


JOB = Job(
    "end_events",
    Every(60),
    run,
    about="Closes registration, and ends events that are over and drafts whose day has passed.",
)
