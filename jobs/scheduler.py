"""The timed jobs, and the scheduler that looks after them.

APScheduler only pokes: each job is looked at often enough, and run when its row says that it is
due. A clock that is set back would leave APScheduler asleep: a watch on the clock that only goes
forward wakes it.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

import structlog
from apscheduler.executors.pool import ThreadPoolExecutor
from apscheduler.schedulers.background import BackgroundScheduler
from apscheduler.triggers.interval import IntervalTrigger

from jobs import (
    check_allowances,
    count_trials,
    deliver_messages,
    deliver_webhooks,
    end_delegations,
    end_events,
    end_holds,
    end_referrals,
    end_registrations,
    end_tickets,
    expire_benefits,
    forget_drafts,
    forget_old,
    forget_searches,
    grant_benefits,
    invite_members,
    offer_other_times,
    offer_seats,
    open_slots,
    rate_members,
    remind_members,
    renew_search_keys,
    seal_anew,
    seal_audit,
    tell_of_ends,
    watch_callbacks,
    watch_cases,
    watch_emergency_access,
    write_case_sheet,
)
from jobs.job import Job, Told
from vipclub.core import clock, lease, stopping, timetable
from vipclub.core.db import Database
from vipclub.core.errors import Busy
from vipclub.settings import Settings

JOBS: tuple[Job, ...] = (
    deliver_messages.JOB,
    deliver_webhooks.JOB,
    end_holds.JOB,
    end_tickets.JOB,
    end_registrations.JOB,
    offer_seats.JOB,
    end_events.JOB,
    end_referrals.JOB,
    watch_cases.JOB,
    write_case_sheet.JOB,
    watch_callbacks.JOB,
    offer_other_times.JOB,
    seal_audit.JOB,
    open_slots.JOB,
    rate_members.JOB,
    count_trials.JOB,
    invite_members.JOB,
    remind_members.JOB,
    tell_of_ends.JOB,
    end_delegations.JOB,
    watch_emergency_access.JOB,
    grant_benefits.JOB,
    expire_benefits.JOB,
    check_allowances.JOB,
    forget_old.JOB,
    forget_drafts.JOB,
    forget_searches.JOB,
    renew_search_keys.JOB,
    seal_anew.JOB,
)
"""A line a job."""

BEAT_SECONDS = 10
CLOCK_SECONDS = 300
"""How often this host's clock is compared with the database's while the worker runs."""
JUMP_SECONDS = 5
STOP_SECONDS = 25
"""How long the running jobs may take to their end or to a safe place; a letter takes 20 at most."""
RETRY = timedelta(minutes=5)

log = structlog.get_logger("vipclub.jobs")


class BeingDone(RuntimeError):
    """Another worker has this job's turn."""


def job_named(name: str) -> Job:
    """Raises KeyError."""
    wanted = name.replace("-", "_")
    return {job.name: job for job in JOBS}[wanted]


def run_now(job: Job, database: Database, settings: Settings) -> Told:
    """One run, due or not. Raises BeingDone while another worker runs it, and what it raises."""
    if not job.alone:
        return job.run(database, settings)
    database.run(timetable.plan, job.name, _first_due(job))
    turn = database.run(
        timetable.claim,
        job.name,
        lease.new_owner(),
        seconds=job.longest.total_seconds(),
        ahead=job.trigger.ahead,
        whenever=True,
    )
    if turn is None:
        raise BeingDone(f"{job.name} is being done by another worker.")
    return _take(job, database, settings, turn)


def run_if_due(job: Job, database: Database, settings: Settings, owner: str) -> bool:
    """A poke. True when the job had its turn here; a failure is logged and never raised."""
    if stopping.asked():
        return False
    try:
        if not job.alone:
            job.run(database, settings)
            return True
        with database.read() as session:
            if not timetable.is_due(session, job.name, ahead=job.trigger.ahead):
                return False
        turn = database.run(
            timetable.claim,
            job.name,
            owner,
            seconds=job.longest.total_seconds(),
            ahead=job.trigger.ahead,
        )
        if turn is None:
            return False
        _take(job, database, settings, turn)
    except stopping.Stopped:
        return False
    except Busy as busy:  # the database is away or busy: the next poke asks again
        log.warning("job_put_off", job=job.name, reason=busy.away or "the database is busy")
        return False
    except Exception:
        log.exception("job_failed", job=job.name)
        return False
    return True


def _take(job: Job, database: Database, settings: Settings, turn: timetable.Turn) -> Told:
    """Run a job whose turn this is, and put it back on the timetable."""
    started, began = time.monotonic(), clock.now()
    late = began - turn.due_at
    told: Told = None
    outcome, detail = "done", None
    next_due = job.trigger.after(began, ZoneInfo(clock.club_zone()))
    try:
        if job.too_late is not None and late > job.too_late:
            outcome, detail = "skipped", f"{late.total_seconds():.0f} s late"
        else:
            told = job.run(database, settings)
            detail = ", ".join(f"{what} {count}" for what, count in (told or {}).items()) or None
    except stopping.Stopped:
        outcome = "stopped"
        raise
    except Exception as error:
        outcome, detail = "failed", f"{type(error).__name__}: {error}"
        next_due = min(next_due, clock.now() + RETRY)
        raise
    finally:
        if outcome == "stopped":
            mine = database.run(timetable.give_back, turn)
        else:
            mine = database.run(
                timetable.finish, turn, next_due=next_due, outcome=outcome, detail=detail
            )
        log.info(
            "job",
            job=job.name,
            outcome=outcome if mine else "overtaken",
            late=round(max(0.0, late.total_seconds()), 1),
            ms=round((time.monotonic() - started) * 1000),
            **(told or {}),
        )
    return told


def _first_due(job: Job) -> datetime:
    now = clock.now()
    return now if job.at_first else job.trigger.after(now, ZoneInfo(clock.club_zone()))


class Worker:
    """The scheduler in this process: start it, let it live, stop it."""

    def __init__(self, database: Database, settings: Settings, jobs: Sequence[Job] = JOBS) -> None:
        self._database = database
        self._settings = settings
        self._jobs = jobs
        self.owner = lease.new_owner()
        self._stopping = threading.Event()
        self._watch: threading.Thread | None = None
        self._running: set[str] = set()
        self._clock_ahead: float | None = None
        # that a poke finds its job still running is no news
        logging.getLogger("apscheduler").setLevel(logging.ERROR)
        self._scheduler: Any = BackgroundScheduler(
            timezone="UTC",
            executors={"default": ThreadPoolExecutor(max(4, len(jobs)))},
            job_defaults={"coalesce": True, "misfire_grace_time": None, "max_instances": 1},
        )

    def start(self) -> None:
        """Raises ClocksDiffer when this host's clock and the database's differ by over 2 s."""
        self._clock_ahead = lease.check_clocks(self._database).total_seconds()
        for job in self._jobs:
            if job.alone:
                self._database.run(timetable.plan, job.name, _first_due(job))
            self._scheduler.add_job(
                partial(self._poke, job),
                IntervalTrigger(seconds=job.trigger.look_seconds, timezone="UTC"),
                id=job.name,
                name=job.name,
                next_run_time=clock.now(),
            )
        self._beat()
        self._scheduler.start()
        self._watch = threading.Thread(target=self._keep_watch, name="watch", daemon=True)
        self._watch.start()
        log.info("worker_started", owner=self.owner, jobs=[job.name for job in self._jobs])

    def stop(self, seconds: float = STOP_SECONDS) -> bool:
        """Let the running jobs end or come to a safe place, and take the beat away. False when one
        of them is still at work: the process has to end over it, and its turn runs out."""
        self._stopping.set()
        stopping.ask()
        if self._watch is not None:
            self._watch.join(timeout=10)
        if self._scheduler.running:
            self._scheduler.shutdown(wait=False)
        until = time.monotonic() + seconds
        while (left := sorted(self._running)) and time.monotonic() < until:
            time.sleep(0.05)
        try:
            self._database.run(lease.fall_silent, self.owner)
        except Exception:
            log.warning("beat_left_behind", owner=self.owner)
        if left:
            log.warning("jobs_left_running", jobs=left)
            return False
        stopping.forget()
        return True

    def _poke(self, job: Job) -> None:
        self._running.add(job.name)
        try:
            run_if_due(job, self._database, self._settings, self.owner)
        finally:
            self._running.discard(job.name)

    def _keep_watch(self) -> None:
        """Beat, compare the clocks, and wake the scheduler when the wall clock jumps."""
        steady, wall = time.monotonic(), clock.now()
        beaten = compared = steady
        while not self._stopping.wait(1.0):
            new_steady, new_wall = time.monotonic(), clock.now()
            jump = (new_wall - wall).total_seconds() - (new_steady - steady)
            jumped = abs(jump) > JUMP_SECONDS
            if jumped:
                log.warning("clock_jumped", seconds=round(jump, 1))
                for job in self._scheduler.get_jobs():
                    job.modify(next_run_time=new_wall)
            steady, wall = new_steady, new_wall
            try:
                if jumped or steady - compared >= CLOCK_SECONDS:
                    compared = steady
                    self._compare_clocks()
                if steady - beaten >= BEAT_SECONDS:
                    beaten = steady
                    self._beat()
            except Exception as error:  # the database is away: the next beat says that we live
                log.warning("no_beat", owner=self.owner, error=type(error).__name__)

    def _beat(self) -> None:
        self._database.run(lease.beat, self.owner, clock_ahead=self._clock_ahead)

    def _compare_clocks(self) -> None:
        """A clock that went wrong stops no work: leases and turns go by the database's. It is said
        in the log and kept with the beat (docs/decisions.md 12)."""
        ahead, doubt = lease.clock_drift(self._database)
        self._clock_ahead = round(ahead.total_seconds(), 3)
        if abs(ahead) > lease.LARGEST_DRIFT + doubt:
            log.warning("clocks_differ", ahead_seconds=self._clock_ahead)
