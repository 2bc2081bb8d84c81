"""What is about to break, in sentences, the worst first."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for

from vipclub.assistance import CasesLeft
from vipclub.bookings import Promises
from vipclub.core.i18n import N_, format_date, gettext, ngettext
from vipclub.operations import CalendarEnd, Machinery
from vipclub.people import DeliveryView
from vipclub.web.promise_clock import time_left

PROMISED = 1.0
"""Errors per 1,000 rows that a delivery may have."""
REGIONS = {
    "CN": N_("mainland China"),
    "HK": N_("Hong Kong"),
    "GB": N_("the United Kingdom"),
}


@dataclass(frozen=True, slots=True)
class Alarm:
    """One thing to see to: `mood` late (broken already) or soon, and where it is seen to."""

    mood: str
    text: str
    href: str


def per_thousand(delivery: DeliveryView) -> float:
    """Rows set aside in a thousand."""
    return delivery.error_rate * 1000


def region_name(language: str, code: str) -> str:
    """What the region of a calendar is called."""
    return gettext(language, REGIONS[code]) if code in REGIONS else code


def alarms(
    language: str,
    now: datetime,
    today: date,
    *,
    promises: Promises,
    left: CasesLeft,
    deliveries: Sequence[DeliveryView],
    machinery: Machinery,
    calendars: Iterable[CalendarEnd],
    unpriced: int,
) -> list[Alarm]:
    """All that needs somebody; nothing when all is well."""
    found = [
        *_cases(language, left),
        *_promises(language, now, promises),
        *_machinery(language, now, machinery),
        *_ledger(language, machinery.differing),
        *_deliveries(language, deliveries),
        *_prices(language, unpriced),
        *(
            Alarm("soon", calendar_words(language, end, today), url_for("operations.checks"))
            for end in calendars
            if end.ends_soon(today)
        ),
    ]
    return sorted(found, key=lambda alarm: alarm.mood != "late")


def _cases(language: str, left: CasesLeft) -> list[Alarm]:
    counted = (
        (
            left.unowned,
            ngettext(
                language,
                "%(num)s open case belongs to nobody: nobody is on duty and nobody is on call.",
                "%(num)s open cases belong to nobody: nobody is on duty and nobody is on call.",
                left.unowned,
            ),
        ),
        (
            left.left,
            ngettext(
                language,
                "%(num)s case has waited twice as long as promised.",
                "%(num)s cases have waited twice as long as promised.",
                left.left,
            ),
        ),
    )
    return [Alarm("late", text, url_for("desk.duty")) for count, text in counted if count]


def _promises(language: str, now: datetime, promises: Promises) -> list[Alarm]:
    if not promises.missed:
        return []
    text = ngettext(
        language,
        "%(num)s promise to a member is missed; the oldest is %(late)s.",
        "%(num)s promises to members are missed; the oldest is %(late)s.",
        promises.missed,
        late=time_left(language, promises.first[0].promised_by - now),
    )
    return [Alarm("late", text, url_for("operations.booked", state="pending"))]


def _machinery(language: str, now: datetime, found: Machinery) -> list[Alarm]:
    address, told = url_for("operations.machinery"), []
    if found.silent(now):
        told.append(N_("No worker is running: reminders, sealing and new times wait."))
    if found.behind(now):
        told.append(N_("Messages wait longer than ten minutes."))
    alarms = [Alarm("late", gettext(language, sentence), address) for sentence in told]
    counted = (
        (
            found.dead,
            "late",
            ngettext(
                language,
                "%(num)s message was given up.",
                "%(num)s messages were given up.",
                found.dead,
            ),
        ),
        (
            found.failed_jobs,
            "late",
            ngettext(
                language,
                "%(num)s timed job failed in its last run.",
                "%(num)s timed jobs failed in their last run.",
                found.failed_jobs,
            ),
        ),
        (
            found.late_jobs,
            "soon",
            ngettext(
                language,
                "%(num)s timed job is late by more than ten minutes.",
                "%(num)s timed jobs are late by more than ten minutes.",
                found.late_jobs,
            ),
        ),
    )
    return alarms + [Alarm(mood, text, address) for count, mood, text in counted if count]


def _ledger(language: str, differing: int) -> list[Alarm]:
    if not differing:
        return []
    text = ngettext(
        language,
        "%(num)s allowance differs from the sum of its entries.",
        "%(num)s allowances differ from the sum of their entries.",
        differing,
    )
    return [Alarm("late", text, url_for("operations.checks"))]


def _deliveries(language: str, deliveries: Sequence[DeliveryView]) -> list[Alarm]:
    above = [delivery for delivery in deliveries if per_thousand(delivery) > PROMISED]
    if not above:
        return []
    text = ngettext(
        language,
        "%(num)s of the latest deliveries has more than 1 error per 1,000.",
        "%(num)s of the latest deliveries have more than 1 error per 1,000.",
        len(above),
    )
    return [Alarm("soon", text, "#deliveries")]


def _prices(language: str, unpriced: int) -> list[Alarm]:
    if not unpriced:
        return []
    text = ngettext(
        language,
        "%(num)s offering has visits without a price.",
        "%(num)s offerings have visits without a price.",
        unpriced,
    )
    return [Alarm("soon", text, url_for("operations.settlements"))]


def calendar_words(language: str, end: CalendarEnd, today: date) -> str:
    """How far a calendar reaches, and what that means for promises."""
    sentence = (
        N_("The calendar of %(region)s ended on %(day)s: working days are guessed.")
        if end.valid_through < today
        else N_("The calendar of %(region)s ends on %(day)s: the next year's decree is missing.")
    )
    return gettext(
        language,
        sentence,
        region=region_name(language, end.region),
        day=format_date(language, end.valid_through),
    )
