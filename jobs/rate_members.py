"""Rate everyone for the new day: terms that ended lapse or are renewed, moves take force. By hand
it is `vipclub membership rate` (`vipclub/membership/cli.py`)."""

from __future__ import annotations

from datetime import time, timedelta

from jobs.job import Daily, Job, Told
from vipclub import membership
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    report = membership.rate_everyone(
        database, Actor.system("rate_members"), as_of=clock.club_today()
    )
    return {"persons": report.persons, "movements": report.movements}


JOB = Job(
    "rate_members",
    Daily(time(0, 30)),
    run,
    longest=timedelta(hours=1),
    at_first=False,
    about="Rates everyone under the policy in force: memberships that ended lapse or go on.",
)
