"""Forget the words of searches whose hour has passed."""

from __future__ import annotations

from jobs.job import Every, Job, Told
from vipclub import accounts
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    return {"searches": database.run(accounts.forget_old_searches)}


JOB = Job(
    "forget_searches",
    Every(300),
    run,
    about="Removes what staff searched for an hour after they did.",
)
