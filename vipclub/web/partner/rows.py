"""An appointment as a row of the front desk: a masked name, a clock, and the steps that may
follow."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from vipclub.bookings import MACHINE, AppointmentView
from vipclub.core.i18n import gettext
from vipclub.membership import TIER_NAMES, MemberSummary
from vipclub.web.day_words import day_then_hour, near_day
from vipclub.web.names import person_name
from vipclub.web.promise_clock import Clock, promise_clock
from vipclub.web.status_words import mood_of, state_word

LOOKS = {"confirm": "main", "arrive": "main", "fulfil": "main", "undo": "plain"}
KEYS = {"confirm": "c", "arrive": "c", "fulfil": "c", "undo": "u", "noshow": "m"}
PASSED_OVER = frozenset({("booked", "fulfil")})
"""Whoever comes to the desk is checked in before the visit is completed; a partner's own system may
say so in one step."""


@dataclass(frozen=True, slots=True)
class StepButton:
    """A step that may be taken now."""

    name: str
    text: str
    kind: str
    key: str


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """An appointment in a list of the front desk."""

    ref: str
    href: str
    name: str
    tier: str
    service: str
    site: str
    when: str
    time: str
    note: str
    state: str
    mood: str
    done: bool
    clock: Clock | None
    steps: list[StepButton]
    propose_href: str
    decline_href: str


def step_buttons(language: str, found: AppointmentView) -> list[StepButton]:
    """The steps that are open and need no more than a click."""
    return [
        StepButton(
            step.name,
            gettext(language, step.words),
            LOOKS.get(step.name, ""),
            KEYS.get(step.name, ""),
        )
        for step in MACHINE.steps
        if step.words and found.may(step.name) and (found.status, step.name) not in PASSED_OVER
    ]


def tier_text(language: str, found: MemberSummary | None) -> str:
    """The member's tier in a word."""
    return TIER_NAMES[found.tier].to(language) if found else ""


def when(language: str, found: AppointmentView, now: datetime) -> str:
    """Day and hour on the site's wall."""
    return day_and_time(language, found.start, now)


def day_and_time(language: str, moment: datetime, now: datetime) -> str:
    """Day and hour of a moment that is on the site's wall."""
    today = now.astimezone(moment.tzinfo).date()
    return day_then_hour(near_day(language, moment.date(), today), moment.strftime("%H:%M"))


def appointment_row(
    language: str,
    found: AppointmentView,
    term: MemberSummary | None,
    now: datetime,
    *,
    name: str = "",
) -> AppointmentRow:
    """One row of the desk. The visitor's name is masked unless another way of writing it is
    given."""
    href = url_for("partner.appointment", ref=found.appointment)
    return AppointmentRow(
        ref=found.appointment,
        href=href,
        name=name or person_name(language, found.beneficiary_name, "masked"),
        tier=tier_text(language, term),
        service=found.offering_name.to(language),
        site=found.site_name.to(language),
        when=when(language, found, now),
        time=found.start.strftime("%H:%M"),
        note=found.note or "",
        state=state_word(language, found.status),
        mood=mood_of(found.status),
        done=found.status in {"arrived", "fulfilled"},
        clock=promise_clock(language, found, now),
        steps=step_buttons(language, found),
        propose_href=f"{href}#propose",
        decline_href=f"{href}#decline",
    )
