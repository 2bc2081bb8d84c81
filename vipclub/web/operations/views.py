"""The operations' first page."""

from __future__ import annotations

from flask import current_app, render_template

from vipclub import bookings, people
from vipclub.web.frame import current_actor, door, read
from vipclub.web.words import STATES

operations = door("operations", url_prefix="/operations", audience={"operations"})
PROMISED = 1.0
"""Errors per 1,000 rows that a delivery may have."""


@operations.get("/")
def home() -> str:
    """The latest deliveries against one error in a thousand; appointments by state."""
    actor = current_actor()
    with read() as session:
        arrived = people.deliveries(session, actor, limit=30)
        counts = bookings.counts_by_state(session, actor)
    return render_template(
        "operations/home.html",
        deliveries=arrived,
        counts=counts,
        states=STATES,
        promised=PROMISED,
        zone=current_app.extensions["vipclub"].settings.time_zone,
    )
