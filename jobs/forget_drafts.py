"""Forget drafts in cases that are a week old, and who looked at a case the day before."""

from __future__ import annotations

from jobs.job import Every, Job, Told
from vipclub import assistance
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    return {"texts": database.run(assistance.forget_old_drafts)}


JOB = Job(
    "forget_drafts",
    Every(3600),
    run,
    about="Removes drafts of answers and notes that nobody has sent for a week.",
)
