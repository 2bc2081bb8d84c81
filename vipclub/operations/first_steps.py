"""What is missing until the club can book: each step a question that its part answers by whether
there is one, never by a count."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session
from sqlalchemy.sql.expression import ScalarSelect

from vipclub import benefits, bookings, membership, messages, partners, people, settlement
from vipclub.accounts import Permission
from vipclub.core import clock, lease
from vipclub.core.actor import Actor
from vipclub.core.notices import BACKUP_TAKEN, UNCOUNTED_PROXY, last_noted
from vipclub.core.working_days import CalendarDay
from vipclub.operations.machinery import SILENCE

BACKUP_AGE = timedelta(days=2)
"""A backup that is older doesn't save much."""
NEXT_DECREE = 11
"""The month in which the next year's holidays are decreed."""
State = Literal["done", "look", "missing"]


@dataclass(frozen=True, slots=True)
class FirstStep:
    """`missing` is what no visit can be booked without, `look` what is to be seen to. `at` and
    `years` are the evidence, where there is some."""

    name: str
    state: State
    at: datetime | None = None
    years: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class FirstSteps:
    """All steps in the order in which they are done; `trial` is the last test letter, and
    `uncounted_proxy` when a request last came through a proxy that the settings don't count."""

    steps: Sequence[FirstStep]
    trial: messages.Trial | None
    uncounted_proxy: datetime | None

    @property
    def missing(self) -> int:
        return sum(step.state == "missing" for step in self.steps)


def first_steps(session: Session, actor: Actor, *, mail_server: bool) -> FirstSteps:
    """How far the club is from its first booking; `mail_server` says whether letters leave this
    machine at all. Four statements. Raises Forbidden."""
    actor.require(Permission.SETUP_VIEW)
    noted = last_noted(session, (BACKUP_TAKEN, UNCOUNTED_PROXY))
    trial = messages.last_trial(session)
    steps = [
        *_needed(session, trial, mail_server),
        _backup(noted.get(BACKUP_TAKEN), clock.now()),
    ]
    return FirstSteps(steps, trial, noted.get(UNCOUNTED_PROXY))


def steps_missing(session: Session, actor: Actor, *, mail_server: bool) -> int:
    """How many of them are missing until the club can book. Three statements. Raises Forbidden."""
    actor.require(Permission.SETUP_VIEW)
    needed = _needed(session, messages.last_trial(session), mail_server)
    return sum(step.state == "missing" for step in needed)


def _needed(session: Session, trial: messages.Trial | None, mail_server: bool) -> list[FirstStep]:
    """The steps without which nothing can be booked, or nobody is told. Two statements."""
    return [
        *_of_what_is_there(session, clock.club_today()),
        _mail(trial, mail_server),
        _worker(lease.heartbeat_age(session)),
    ]


def _of_what_is_there(session: Session, today: date) -> list[FirstStep]:
    """The steps that a row tells. One statement."""
    there = session.execute(
        select(
            people.any_subsidiary().label("companies"),
            people.any_file_applied().label("files"),
            people.any_company_without_file().label("silent"),
            people.any_file_unlinked().label("unlinked"),
            membership.any_tier_policy().label("policy"),
            membership.any_rating_done().label("members"),
            benefits.any_benefit_of(today.year).label("benefits"),
            bookings.any_booking_policy().label("booking_rules"),
            partners.any_offering().label("partners"),
            partners.any_time_ahead(today).label("times"),
            partners.any_offering_without_time(today).label("unopened"),
            settlement.any_price_missing(today).label("unpriced"),
            _calendars_end().label("calendars_end"),
        )
    ).one()
    steps = [
        _step("companies", bool(there.companies)),
        _step("files", bool(there.files), look=bool(there.silent)),
        _step("linked", bool(there.files), look=bool(there.unlinked)),
        _step("policy", bool(there.policy)),
        _step("benefits", bool(there.benefits)),
        _step("booking_rules", bool(there.booking_rules)),
        _step("members", bool(there.members)),
        _step("partners", bool(there.partners)),
        _step("times", bool(there.times), look=bool(there.unopened)),
    ]
    if there.partners:  # until then nothing has a price
        steps.append(_step("prices", True, look=bool(there.unpriced)))
    return [*steps, _holidays(there.calendars_end, today)]


def _step(name: str, there: bool, *, look: bool = False) -> FirstStep:
    return FirstStep(name, "missing" if not there else "look" if look else "done")


def _mail(trial: messages.Trial | None, mail_server: bool) -> FirstStep:
    """Tried is only what a mail server took."""
    if trial is None or trial.state != "sent":
        return FirstStep("mail", "missing")
    return FirstStep("mail", "done" if mail_server else "look", trial.at)


def _worker(age: float | None) -> FirstStep:
    return _step("worker", age is not None and age <= SILENCE.total_seconds())


def _calendars_end() -> ScalarSelect[date | None]:
    """The last day that the calendar of every region of a site has; NULL where there is none."""
    ends = (
        select(func.max(CalendarDay.day).label("day"))
        .where(CalendarDay.region.in_(partners.regions()))
        .group_by(CalendarDay.region)
        .subquery()
    )
    return select(func.min(ends.c.day)).scalar_subquery()


def _holidays(ends: date | None, today: date) -> FirstStep:
    """Whether each region of a site has this year's, and the next year's once it is decreed."""
    if ends is None:
        return FirstStep("holidays", "missing", years=(today.year,))
    wanted = today.year + (today.month >= NEXT_DECREE)
    through = ends.year
    state: State = "missing" if through < today.year else "look" if through < wanted else "done"
    return FirstStep("holidays", state, years=(through,))


def _backup(taken: datetime | None, now: datetime) -> FirstStep:
    """No booking needs one, and every club does."""
    fresh = taken is not None and now - taken <= BACKUP_AGE
    return FirstStep("backup", "done" if fresh else "look", taken)
