"""Write the sheet of open cases, for when all else is down."""

from __future__ import annotations

from jobs.job import Every, Job, Told
from vipclub import assistance
from vipclub.core.db import Database
from vipclub.settings import Settings


def run(database: Database, settings: Settings) -> Told:
    return {
        "cases": assistance.write_case_sheet(database, settings.instance / assistance.SHEETS_FOLDER)
    }


JOB = Job(
    "write_case_sheet",
    Every(180),
    run,
    about="Writes all open cases to a file, to work from when everything else is down.",
)
