"""Watch the callbacks: alarms, and owners who are on duty."""

from __future__ import annotations

from jobs.job import Every, Job, Part, Told, each_part
from vipclub import desk
from vipclub.core.db import Database
from vipclub.settings import Settings

PARTS: dict[str, Part] = {
    "owners": desk.keep_callback_owners,
    "alarms": desk.watch_callbacks,
}


def run(database: Database, settings: Settings) -> Told:
    return each_part(database, PARTS)


JOB = Job(
    "watch_callbacks",
    Every(20),
    run,
    about="Warns before a callback is due, escalates after, and finds an owner who is on duty.",
)
