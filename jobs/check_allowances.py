"""Look at night whether every allowance equals the sum of its entries."""

from __future__ import annotations

from datetime import time, timedelta

from jobs.job import Daily, Job, Told
from vipclub import benefits
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    with database.read() as session:
        looked = benefits.look_at_allowances(session)
    return {"allowances": looked.allowances, "differ": looked.differ}


JOB = Job(
    "check_allowances",
    Daily(time(4, 30)),
    run,
    longest=timedelta(hours=1),
    at_first=False,
    about="Looks whether each allowance is the sum of its entries; operations read what it saw.",
)
