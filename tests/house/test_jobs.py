"""Every timed job is on the scheduler's list."""

from __future__ import annotations

from jobs.scheduler import JOBS
from tests.house.source import ROOT

NO_JOBS = {"__init__", "cli", "job", "scheduler"}


def unlisted(files: set[str], listed: set[str]) -> set[str]:
    """Jobs with a file and no line, or a line and no file."""
    return (files - NO_JOBS) ^ listed


def test_every_job_is_listed_once_and_named_as_its_file() -> None:
    names = [job.name for job in JOBS]
    assert len(names) == len(set(names))
    assert unlisted({path.stem for path in (ROOT / "jobs").glob("*.py")}, set(names)) == set()
    assert [job.name for job in JOBS if not job.about.strip()] == []


def test_the_check_bites() -> None:
    assert unlisted({"job", "scheduler", "open_slots", "end_holds"}, {"end_holds"}) == {
        "open_slots"
    }
