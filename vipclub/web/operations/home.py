"""The operations' first page: what is about to break, deliveries, appointments by state."""

from __future__ import annotations

from flask import render_template

from vipclub import assistance, bookings, people, settlement
from vipclub.core import clock
from vipclub.operations import calendar_ends, machinery_now
from vipclub.web.day_words import before
from vipclub.web.frame import current_actor, current_language, read
from vipclub.web.operations.alarms import PROMISED, alarms
from vipclub.web.operations.door import operations
from vipclub.web.promise_clock import clock_of
from vipclub.web.status_words import STATES


@operations.get("/")
def home() -> str:
    """What is about to break first; the promise clocks of all partners; the latest deliveries
    against one error in a thousand; appointments by state."""
    actor, language, now = current_actor(), current_language(), clock.now()
    today = clock.club_today()
    with read() as session:
        waiting = bookings.promises(session, actor, limit=6)
        arrived = people.deliveries(session, actor, limit=8)
        counts = bookings.counts_by_state(session, actor)
        machine = machinery_now(session, actor)
        calendars = calendar_ends(session, actor)
        unpriced = settlement.prices_missing(session, actor)
        left = assistance.cases_left(session, actor)
    clocks = [
        clock_of(
            language,
            since=promise.asked_at,
            until=promise.promised_by,
            now=now,
            by=before(language, promise.promised_by, now, promise.time_zone),
        )
        for promise in waiting.first
    ]
    return render_template(
        "operations/home.html",
        alarms=alarms(
            language,
            now,
            today,
            promises=waiting,
            left=left,
            deliveries=arrived,
            machinery=machine,
            calendars=calendars,
            unpriced=len(unpriced),
        ),
        waiting=waiting,
        promises=list(zip(waiting.first, clocks, strict=True)),
        deliveries=arrived,
        counts=counts,
        states=STATES,
        promised=PROMISED,
    )
