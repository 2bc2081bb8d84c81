"""Keep what people are looked for by true: what code of before wrote, and names nobody has."""

from __future__ import annotations

from datetime import time, timedelta

from jobs.job import Daily, Job, Told
from vipclub import people
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    return people.renew_search_keys(database)


JOB = Job(
    "renew_search_keys",
    Daily(time(4, 0)),
    run,
    longest=timedelta(minutes=30),
    about="Has everybody found by every spelling of the name and by the last four digits, and "
    "takes away the spellings of names that nobody has.",
)
