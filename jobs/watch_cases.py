"""Watch the cases: owners who are on duty, waits that are over, partners who are silent, alarms,
cases to be closed, messages that nobody answered, handovers that nobody accepted, tasks that are
due."""

from __future__ import annotations

from jobs.job import Every, Job, Part, Told, each_part
from vipclub import assistance
from vipclub.core.db import Database
from vipclub.settings import Settings

PARTS: dict[str, Part] = {
    "owners": assistance.keep_owners,
    "resumed": assistance.end_waits,
    "silent": assistance.dispatch.ask_after_silent,
    "alarms": assistance.raise_alarms,
    "closed": assistance.close_resolved,
    "passed_on": assistance.pass_on_unanswered,
    "handovers": assistance.end_handovers,
    "tasks": assistance.warn_of_tasks,
}


def run(database: Database, settings: Settings) -> Told:
    return each_part(database, PARTS)


JOB = Job(
    "watch_cases",
    Every(10),
    run,
    about="Keeps every clock of a case: warns, escalates, and finds an owner who is on duty.",
)
