"""The booking policy: who may book what, when, and what a cancellation costs. Pure rules.

The calendar, the try-it page and the use case ask the same functions. All wall-clock rules are in
the site's time zone.

>>> from zoneinfo import ZoneInfo
>>> site_clock = SiteClock(ZoneInfo("Asia/Shanghai"), WorkingCalendar("CN", {}, date(2026, 12, 31)))
>>> start = datetime(2026, 12, 15, 9, 0, tzinfo=site_clock.zone)
>>> site_clock.opening(Policy(opens_days=14, opens_at=time(6, 30)), start).isoformat()
'2026-12-01T06:30:00+08:00'
>>> site_clock.deadline(Deadline(days=0, at=time(0, 0)), start).isoformat()
'2026-12-15T00:00:00+08:00'
>>> site_clock.deadline(Deadline(working_days=2, at=time(8, 0)), start).isoformat()
'2026-12-11T08:00:00+08:00'
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from vipclub.bookings.refusals import LimitReached, NotEligible, OutsideWindow, Suspended
from vipclub.core.dates import full_years, months_after
from vipclub.core.errors import Refused
from vipclub.core.working_days import WorkingCalendar


@dataclass(frozen=True, slots=True)
class Deadline:
    """A moment before a visit: `hours` before it begins; or at `at` on the day that is `days`, or
    `working_days`, before. `end_of_day` means the midnight that ends that day."""

    hours: float | None = None
    days: int | None = None
    working_days: int | None = None
    at: time = time(0, 0)
    end_of_day: bool = False


@dataclass(frozen=True, slots=True)
class Strikes:
    """`missed` visits within `within_months` suspend for `suspend_months` from the last of them."""

    missed: int
    within_months: int
    suspend_months: int


@dataclass(frozen=True, slots=True)
class Policy:
    """The rules of a service, or of one offering. A limit of None is no limit, an empty set of
    tiers or cities is everybody.

    `promise_hours` is the time a partner has to confirm, counted from 09:00 to 18:00 on working
    days where `promise_working`. `late_cancellation` is `consumes` or `releases`.
    """

    opens_days: int = 60
    opens_at: time = time(0, 0)
    closes: Deadline = Deadline(hours=2)
    on_holidays: bool = True
    confirmation: str = "instant"
    promise_hours: float = 4
    promise_working: bool = True
    cancel_until: Deadline = Deadline(hours=24)
    late_cancellation: str = "consumes"
    reschedules: int = 2
    per_department_day: int | None = None
    per_month: int | None = None
    strikes: Strikes | None = None
    tiers: frozenset[str] = frozenset()
    min_age: int | None = None
    max_age: int | None = None
    sex: str | None = None
    cities: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class SiteClock:
    """A site's clock and calendar."""

    zone: ZoneInfo
    calendar: WorkingCalendar

    def at(self, day: date, wall: time) -> datetime:
        return datetime.combine(day, wall, self.zone)

    def opening(self, policy: Policy, start: datetime) -> datetime:
        """When a time becomes bookable."""
        day = start.astimezone(self.zone).date() - timedelta(days=policy.opens_days)
        return self.at(day, policy.opens_at)

    def deadline(self, deadline: Deadline, start: datetime) -> datetime:
        """The moment of a deadline for a visit; what happens at it is too late."""
        local = start.astimezone(self.zone)
        if deadline.hours is not None:
            moment = start - timedelta(hours=deadline.hours)
            return moment.astimezone(self.zone)
        day = local.date()
        if deadline.working_days is not None:
            day = self.calendar.add_working_days(day, -deadline.working_days)
        else:
            day -= timedelta(days=deadline.days or 0)
        if deadline.end_of_day:
            return self.at(day + timedelta(days=1), time(0, 0))
        return self.at(day, deadline.at)

    def promised(self, policy: Policy, asked: datetime, start: datetime) -> datetime:
        """By when the partner has answered a request, and before the visit in any case."""
        hours = timedelta(hours=policy.promise_hours)
        if not policy.promise_working:
            return min(asked + hours, start)
        return min(self._after_working(asked.astimezone(self.zone), hours), start)

    def _after_working(self, moment: datetime, left: timedelta) -> datetime:
        day = moment.date()
        while True:
            opens, closes = self.at(day, time(9, 0)), self.at(day, time(18, 0))
            if self.calendar.is_working_day(day) and moment < closes:
                begin = max(moment, opens)
                if begin + left <= closes:
                    return begin + left
                left -= closes - begin
            day += timedelta(days=1)
            moment = self.at(day, time(0, 0))


@dataclass(frozen=True, slots=True)
class Beneficiary:
    """Who the visit is for, as the policy needs it; counts are without the booking asked about."""

    tier: str | None = None
    birth_date: date | None = field(default=None, repr=False)
    sex: str | None = None
    same_department_day: int = 0
    same_month: int = 0
    missed: tuple[datetime, ...] = ()


@dataclass(frozen=True, slots=True)
class Allowed:
    """Nothing stands against it. `promised_by` is None where no answer is needed."""

    status: str
    opens: datetime
    closes: datetime
    promised_by: datetime | None


def window(
    policy: Policy, site_clock: SiteClock, start: datetime, now: datetime
) -> OutsideWindow | None:
    """Whether a time is within what may be booked now."""
    opens, closes = site_clock.opening(policy, start), site_clock.deadline(policy.closes, start)
    rule = None
    if not policy.on_holidays and site_clock.calendar.is_holiday(
        start.astimezone(site_clock.zone).date()
    ):
        rule = "holiday"
    elif now < opens:
        rule = "not_yet"
    elif start <= now:
        rule = "past"
    elif now >= closes:
        rule = "too_late"
    return OutsideWindow(rule=rule, opens=opens, closes=closes) if rule else None


def ask(
    policy: Policy,
    site_clock: SiteClock,
    beneficiary: Beneficiary,
    start: datetime,
    city: str,
    now: datetime,
) -> Allowed | list[Refused]:
    """May this visitor book this time now? Allowed, or all that stands against it."""
    against: list[Refused] = []
    outside = window(policy, site_clock, start, now)
    if outside:
        against.append(outside)
    day = start.astimezone(site_clock.zone).date()
    against += _person_rules(policy, beneficiary, day, city)
    if policy.per_department_day and beneficiary.same_department_day >= policy.per_department_day:
        against.append(LimitReached(rule="department_day", limit=policy.per_department_day))
    if policy.per_month and beneficiary.same_month >= policy.per_month:
        against.append(LimitReached(rule="month", limit=policy.per_month))
    until = suspended_until(policy.strikes, beneficiary.missed, site_clock.zone)
    if policy.strikes and until and now < until:
        against.append(Suspended(missed=policy.strikes.missed, until=until))
    if against:
        return against
    pending = policy.confirmation == "partner"
    return Allowed(
        status="pending" if pending else "booked",
        opens=site_clock.opening(policy, start),
        closes=site_clock.deadline(policy.closes, start),
        promised_by=site_clock.promised(policy, now, start) if pending else None,
    )


def _person_rules(policy: Policy, beneficiary: Beneficiary, day: date, city: str) -> list[Refused]:
    against: list[Refused] = []
    if policy.tiers and beneficiary.tier not in policy.tiers:
        against.append(NotEligible(rule="tier", allowed=sorted(policy.tiers)))
    if policy.min_age is not None or policy.max_age is not None:
        years = full_years(beneficiary.birth_date, day) if beneficiary.birth_date else None
        too_young = policy.min_age is not None and (years is None or years < policy.min_age)
        too_old = policy.max_age is not None and (years is None or years > policy.max_age)
        if too_young or too_old:
            against.append(NotEligible(rule="age", least=policy.min_age, most=policy.max_age))
    if policy.sex and beneficiary.sex != policy.sex:
        against.append(NotEligible(rule="sex", allowed=[policy.sex]))
    if policy.cities and city not in policy.cities:
        against.append(NotEligible(rule="city", allowed=sorted(policy.cities)))
    return against


def suspended_until(
    strikes: Strikes | None, missed: tuple[datetime, ...], zone: ZoneInfo
) -> datetime | None:
    """The end of the latest suspension that missed visits have earned; None for none."""
    if strikes is None:
        return None
    found = None
    ordered = sorted(moment.astimezone(zone) for moment in missed)
    for first, last in zip(ordered, ordered[strikes.missed - 1 :], strict=False):
        if last <= months_after(first, strikes.within_months):
            found = months_after(last, strikes.suspend_months)
    return found


def cancels_free(policy: Policy, site_clock: SiteClock, start: datetime, now: datetime) -> bool:
    """Before the deadline a cancellation costs nothing; after it the policy says."""
    return policy.late_cancellation == "releases" or now < site_clock.deadline(
        policy.cancel_until, start
    )
