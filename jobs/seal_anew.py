"""Seal what is sealed anew, after a key was put in force."""

from __future__ import annotations

from datetime import timedelta

from jobs.job import Every, Job, Told
from vipclub.core.db import Database
from vipclub.keys.sealing import seal_anew
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    return seal_anew(database)


JOB = Job(
    "seal_anew",
    Every(60),
    run,
    longest=timedelta(minutes=10),
    about="Seals rows with the key that was put in force, and tells how many are left.",
)
