"""What is urgent: promises that partners missed or are about to, offers that wait for members, and
visits that a closed day left without a place."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from flask import url_for
from sqlalchemy.orm import Session

from vipclub import assistance, bookings
from vipclub import desk as records
from vipclub.assistance import CasesNow, ShiftChange
from vipclub.bookings import AppointmentView
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.i18n import N_, format_moment, gettext
from vipclub.desk import CallbacksNow
from vipclub.web.day_words import before, day_and_hour
from vipclub.web.names import person_name
from vipclub.web.promise_clock import Clock, clock_of

WITHIN = timedelta(hours=1)
SHOWN = 50


@dataclass(frozen=True, slots=True)
class UrgentRow:
    """Something to see to: whose, what, where, and the clock that runs."""

    ref: str
    href: str
    name: str
    service: str
    site: str
    when: str
    clock: Clock | None


@dataclass(frozen=True, slots=True)
class ChangeOfShift:
    """When the own shift ends, where that is soon, and the handover that waits for one's word."""

    ends: str
    accept_href: str


@dataclass(frozen=True, slots=True)
class Urgent:
    """All that is urgent: `late` are promises missed or due within the hour, `offers` wait for
    members."""

    late: list[UrgentRow]
    later: int
    offers: list[UrgentRow]
    displaced: list[UrgentRow]
    cases: CasesNow
    change: ChangeOfShift
    callbacks: CallbacksNow
    reviews: int

    @property
    def count(self) -> int:
        return len(self.late) + len(self.displaced)


def read_urgent(session: Session, actor: Actor, language: str, now: datetime) -> Urgent:
    """Five statements. Raises Forbidden."""
    waiting, offers = bookings.urgent_ones(session, actor, limit=SHOWN)
    late = [a for a in waiting if a.promised_by is not None and a.promised_by <= now + WITHIN]
    others = records.waiting_now(session, actor, now=now, soon=now + WITHIN)
    open_offers = sorted((a for a in offers if a.start > now), key=lambda a: a.answer_by or a.start)
    return Urgent(
        late=[_row(language, a, a.promised_by, a.asked_at, now) for a in late],
        later=len(waiting) - len(late),
        offers=[
            _row(language, a, a.answer_by, a.answered_at or a.asked_at, now) for a in open_offers
        ],
        displaced=_displaced(session, actor, language, now),
        cases=assistance.cases_now(session, actor, now=now),
        change=_change(language, assistance.shift_change(session, actor, now=now), now),
        callbacks=others.callbacks,
        reviews=others.reviews,
    )


def _change(language: str, found: ShiftChange, now: datetime) -> ChangeOfShift:
    ends, zone = found.ends_at, clock.club_zone()
    return ChangeOfShift(
        ends=day_and_hour(language, ends, now, zone) if ends else "",
        accept_href=url_for("desk.one_handover", ref=found.to_accept) if found.to_accept else "",
    )


def _displaced(session: Session, actor: Actor, language: str, now: datetime) -> list[UrgentRow]:
    """Visits of closed days that nobody could place anew, the soonest first."""
    return [
        UrgentRow(
            ref=each.appointment,
            href=url_for("desk.visit", ref=each.member, visit=each.appointment, others=1),
            name=person_name(language, each.member_name, "masked"),
            service=each.service_name.to(language),
            site=each.site_name.to(language),
            when=format_moment(language, each.start),
            clock=clock_of(
                language,
                since=each.asked_at,
                until=each.start,
                now=now,
                by=before(language, each.start, now, each.time_zone),
            ),
        )
        for each in bookings.displaced_waiting(session, actor, limit=SHOWN)
    ]


def _row(
    language: str,
    found: AppointmentView,
    until: datetime | None,
    since: datetime,
    now: datetime,
) -> UrgentRow:
    return UrgentRow(
        ref=found.appointment,
        href=url_for("desk.visit", ref=found.member, visit=found.appointment),
        name=person_name(language, found.member_name, "masked"),
        service=found.service_name.to(language),
        site=found.site_name.to(language),
        when=format_moment(language, found.start),
        clock=clock_of(
            language,
            since=since,
            until=until,
            now=now,
            by=before(language, until, now, found.time_zone),
        )
        if until
        else None,
    )


def later_text(language: str, urgent: Urgent) -> str:
    """How many wait calmly."""
    return (
        gettext(language, N_("%(count)s more wait within their promise"), count=urgent.later)
        if urgent.later
        else ""
    )
