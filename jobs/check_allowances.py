"""Look at night whether every allowance equals the sum of its entries."""

from __future__ import annotations

from datetime import time, timedelta

import structlog

from jobs.job import Daily, Job, Told
from vipclub import benefits
from vipclub.core.db import Database
from vipclub.settings import Settings

log = structlog.get_logger("vipclub.jobs")


def run(database: Database, settings: Settings) -> Told:
    with database.read() as session:
        looked = benefits.look_at_allowances(session)
    if looked.differ:
        log.error("allowances_differ", differ=looked.differ, accounts=looked.first)
    return {"allowances": looked.allowances, "differ": looked.differ}


JOB = Job(
    benefits.LEDGER_CHECK,
    Daily(time(4, 30)),
    run,
    longest=timedelta(hours=1),
    at_first=False,
    about="Looks whether each allowance is the sum of its entries; tells of those that are not.",
)
