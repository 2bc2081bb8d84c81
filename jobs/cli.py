"""`vipclub jobs` and `vipclub worker`."""

from __future__ import annotations

import json
import os
import signal
from datetime import datetime
from types import FrameType
from typing import Any

import click

from jobs.scheduler import JOBS, Worker, job_named, run_now
from vipclub import logs
from vipclub.core import timetable
from vipclub.core.db import Database
from vipclub.core.key_holders import KeyWatch
from vipclub.keys.rotating import checks_held
from vipclub.production import refuse_unsafe_start
from vipclub.settings import Settings
from vipclub.telemetry.worker_address import WorkerAddress


def _iso(moment: datetime | None) -> str | None:
    return None if moment is None else moment.isoformat(timespec="seconds")


def _settings() -> Settings:
    """The settings that the command in hand was begun with."""
    found: Settings = click.get_current_context().obj.settings
    return found


@click.group()
def jobs() -> None:
    """The timed jobs, and one of them now."""


@jobs.command("list")
@click.option("--json", "as_json", is_flag=True, help="Report as one JSON object.")
@click.pass_obj
def list_jobs(database: Database, as_json: bool) -> None:
    """The timed jobs: when each runs, when it is due next, and how its last run ended."""
    with database.read() as session:
        planned = timetable.timetable(session)
    items: list[dict[str, Any]] = []
    for job in JOBS:
        row = planned.get(job.name)
        items.append(
            {
                "name": job.name,
                "when": str(job.trigger),
                "about": job.about,
                "due": _iso(row.due_at) if row else None,
                "started": _iso(row.started_at) if row else None,
                "done": _iso(row.done_at) if row else None,
                "outcome": row.outcome if row else None,
                "runs": row.runs if row else None,
            }
        )
    if as_json:
        click.echo(json.dumps({"items": items, "next": None}))
        return
    for item in items:
        last = f"{item['outcome']} {item['done']}" if item["done"] else "-"
        click.echo(f"{item['name']:<18} {item['when']:<15} due {item['due'] or '-':<25}  {last}")


@jobs.command("run")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Report as one JSON object.")
@click.pass_obj
def run_job(database: Database, name: str, as_json: bool) -> None:
    """Run the job NAME now, due or not."""
    try:
        job = job_named(name)
    except KeyError:
        known = ", ".join(job.name for job in JOBS)
        raise click.BadParameter(f"no job {name!r}; there are {known}", param_hint="NAME") from None
    refuse_unsafe_start(_settings())
    told = run_now(job, database, _settings()) or {}
    if as_json:
        click.echo(json.dumps({"job": job.name, **told}))
    else:
        click.echo(f"{job.name}: " + (", ".join(f"{k} {v}" for k, v in told.items()) or "done"))


@click.command()
@click.option(
    "--metrics",
    metavar="HOST:PORT",
    help="Tell this worker's own figures there, such as 127.0.0.1:9101; nowhere by default.",
)
@click.pass_obj
def worker(database: Database, metrics: str | None) -> None:
    """Run the timed jobs until stopped. Any number of workers may run: each due job runs once.

    TERM lets what is under way end or come to a safe place, within 25 s, and hands back what is
    left; a second TERM ends at once.
    """
    settings = _settings()
    refuse_unsafe_start(settings)
    if settings.production:
        logs.configure("info")
    # Written to by the signal itself: a handler runs only once this thread is back in Python, and
    # the signal may come just before the thread begins to wait, or be taken by another one. No
    # Event: who begins to wait for one has it locked.
    asked, ask = os.pipe()
    os.set_blocking(ask, False)
    signal.set_wakeup_fd(ask, warn_on_full_buffer=False)

    def end(number: int, _frame: FrameType | None) -> None:
        signal.signal(number, signal.SIG_DFL)  # a second one ends it at once

    signal.signal(signal.SIGTERM, end)
    signal.signal(signal.SIGINT, end)
    told = WorkerAddress(metrics, settings, database) if metrics else None
    running = Worker(database, settings)
    running.start()
    watch = KeyWatch(database, checks_held(settings))
    watch.start()
    try:
        os.read(asked, 1)
    finally:
        signal.set_wakeup_fd(-1)
        ended = running.stop()
        watch.stop()
        if told:
            told.close()
        if not ended:
            os._exit(1)  # a job that doesn't end would hold the process for as long as it likes
