"""Seal the audit trail's new rows."""

from __future__ import annotations

from datetime import timedelta

from jobs.job import Every, Job, Told
from vipclub.core import audit_sealing, stopping
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    sealed = 0
    while rows := database.run(audit_sealing.seal):
        sealed += rows
        stopping.here()
    return {"sealed": sealed}


JOB = Job(
    "seal_audit",
    Every(10),
    run,
    longest=timedelta(minutes=5),
    about="Chains the audit trail's new records, so that a change to one is found.",
)
