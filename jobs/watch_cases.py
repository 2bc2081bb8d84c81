"""Watch the cases: owners who are on duty, waits that are over, partners who are silent, alarms,
cases to be closed, messages that nobody answered, handovers that nobody accepted, tasks that are
due."""

from __future__ import annotations

from jobs.job import Every, Job, Told
from vipclub import assistance
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    return {
        "owners": assistance.keep_owners(database),
        "resumed": assistance.end_waits(database),
        "silent": assistance.dispatch.ask_after_silent(database),
        "alarms": assistance.raise_alarms(database),
        "closed": assistance.close_resolved(database),
        "passed_on": assistance.pass_on_unanswered(database),
        "handovers": assistance.end_handovers(database),
        "tasks": assistance.warn_of_tasks(database),
    }


JOB = Job(
    "watch_cases",
    Every(10),
    run,
    about="Keeps every clock of a case: warns, escalates, and finds an owner who is on duty.",
)
