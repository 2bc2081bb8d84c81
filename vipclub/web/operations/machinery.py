"""The machinery: messages that wait or were given up, timed jobs, and the checks that take long."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField

from vipclub.core import clock
from vipclub.core.errors import Malformed
from vipclub.core.i18n import N_, gettext
from vipclub.operations import (
    check_books,
    dead_letters,
    machinery_now,
    retry_dead_letter,
    timed_jobs,
)
from vipclub.web.frame import current_actor, current_language, read, run
from vipclub.web.frame.forms import Form
from vipclub.web.operations.alarms import calendar_words, region_name
from vipclub.web.operations.door import operations


class RetryForm(Form):
    """A message of the list."""

    item = IntegerField()

    def chosen(self) -> int:
        """Raises Malformed."""
        if not self.validate() or self.item.data is None or not 0 < self.item.data < 2**62:
            raise Malformed("item")
        return int(self.item.data)


@operations.get("/machinery")
def machinery() -> str:
    """What waits to be sent, what was given up, and when each timed job runs next."""
    actor, now = current_actor(), clock.now()
    with read() as session:
        figures = machinery_now(session, actor)
        jobs = timed_jobs(session, actor)
        dead = dead_letters(session, actor)
    return render_template(
        "operations/machinery.html",
        figures=figures,
        jobs=jobs,
        dead=dead,
        at=now,
        silent=figures.silent(now),
    )


@operations.post("/machinery/retry")
def send_again() -> ResponseReturnValue:
    """Put a message that was given up back into the queue."""
    run(retry_dead_letter, item=RetryForm.sent().chosen())
    flash(gettext(current_language(), N_("It is sent again within a minute, if it is still true.")))
    return redirect(url_for("operations.machinery"), code=303)


@operations.get("/checks")
def checks() -> str:
    """Do all allowances equal the sum of their entries? How far do the calendars reach? Looked up
    anew with each call; over a million entries it takes seconds, so no other page asks it."""
    language, today = current_language(), clock.club_today()
    began = clock.elapsed()
    with read() as session:
        found = check_books(session, current_actor())
    return render_template(
        "operations/checks.html",
        drifting=found.drifting,
        seconds=f"{clock.elapsed() - began:.1f}",
        calendars=[
            (
                region_name(language, end.region),
                end.valid_through,
                calendar_words(language, end, today) if end.ends_soon(today) else "",
            )
            for end in found.calendars
        ],
    )
