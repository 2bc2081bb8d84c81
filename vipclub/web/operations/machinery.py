"""The machinery: messages that wait or were given up, timed jobs, and the checks that take long."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from functools import partial

from flask import current_app, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import IntegerField

from vipclub import benefits, membership, messages
from vipclub.core import clock
from vipclub.core.errors import Malformed
from vipclub.core.i18n import N_, gettext, ngettext
from vipclub.operations import (
    CalendarEnd,
    DeadLetter,
    JobRow,
    calendar_ends,
    check_books,
    close_dead_letter,
    dead_letters,
    machinery_now,
    retry_dead_letter,
    timed_jobs,
)
from vipclub.settings import Settings
from vipclub.web.frame import current_actor, current_language, read, run
from vipclub.web.frame.forms import Form
from vipclub.web.operations.alarms import calendar_words, region_name
from vipclub.web.operations.door import operations
from vipclub.web.operations.job_words import did, title_of

KIND_WORDS = {
    "message": N_("Letter"),
    "sms": N_("SMS"),
    "sms_silence": N_("Receipt of an SMS"),
    "webhook": N_("Webhook call to a partner"),
    "webhook-event": N_("Event for partners' webhooks"),
}
"""Kinds of the outbox; one that isn't sent any more is told by its own name."""


def said_of(letter: DeadLetter) -> str:
    """What was given up: a letter by its title, all else by its kind."""
    language = current_language()
    if letter.kind == "message" and letter.name:
        return gettext(language, messages.title_of(letter.name))
    return gettext(language, KIND_WORDS.get(letter.kind, letter.kind))


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
        said_of=said_of,
        job_title=partial(title_of, current_language()),
        job_did=partial(did, current_language()),
        at=now,
        silent=figures.silent(now),
        invitations=_invitations(jobs),
    )


def _invitations(jobs: Sequence[JobRow]) -> tuple[list[str], datetime | None]:
    """What the job that writes them counted with its last run, and when: no page counts them."""
    settings: Settings = current_app.extensions["vipclub"].settings
    for job in jobs:
        if job.name == "invite_members" and "waiting" in job.counts:
            pace = settings.invitations_per_quarter_hour
            left = membership.InvitationsWaiting(job.counts["waiting"], pace)
            return invitation_words(current_language(), left), job.done_at
    return [], None


def invitation_words(language: str, left: membership.InvitationsWaiting) -> list[str]:
    """How many wait for their first invitation, and when the last of them has it."""
    if not left.waiting:
        return [gettext(language, N_("Nobody waits for a first invitation."))]
    waiting = ngettext(
        language,
        "%(num)s member waits for a first invitation.",
        "%(num)s members wait for a first invitation.",
        left.waiting,
        num=f"{left.waiting:,}",
    )
    if not left.days:
        last = N_("At %(pace)s in a quarter of an hour the last one is written within a day.")
        return [waiting, gettext(language, last, pace=left.pace)]
    return [
        waiting,
        ngettext(
            language,
            "At %(pace)s in a quarter of an hour the last one is written in %(num)s day.",
            "At %(pace)s in a quarter of an hour the last one is written in %(num)s days.",
            left.days,
            pace=left.pace,
        ),
    ]


@operations.post("/machinery/retry")
def send_again() -> ResponseReturnValue:
    """Put a message that was given up back into the queue."""
    run(retry_dead_letter, item=RetryForm.sent().chosen())
    flash(gettext(current_language(), N_("It is sent again within a minute, if it is still true.")))
    return redirect(url_for("operations.machinery"), code=303)


@operations.post("/machinery/close")
def close_letter() -> ResponseReturnValue:
    """Send a message that was given up no more."""
    run(close_dead_letter, item=RetryForm.sent().chosen())
    flash(gettext(current_language(), N_("It is closed and not sent any more.")))
    return redirect(url_for("operations.machinery"), code=303)


@operations.get("/checks")
def checks() -> str:
    """Did all allowances equal the sum of their entries when the job looked last, or did it fail?
    How far do the calendars reach? To look at the whole ledger takes seconds over a million
    entries."""
    actor = current_actor()
    with read() as session:
        jobs = timed_jobs(session, actor)
        calendars = calendar_ends(session, actor)
    looked = next((job for job in jobs if job.name == benefits.LEDGER_CHECK), None)
    return render_template(
        "operations/checks.html",
        looked=looked if looked and looked.outcome else None,
        known=looked is not None and "differ" in looked.counts,
        calendars=_calendars(calendars),
    )


@operations.post("/checks")
def check_now() -> str:
    """Look at all allowances now, and show those that differ; it changes nothing."""
    began = clock.elapsed()
    with read() as session:
        found = check_books(session, current_actor())
    return render_template(
        "operations/checks.html",
        drifting=found.drifting,
        more=found.perhaps_more,
        seconds=f"{clock.elapsed() - began:.1f}",
        calendars=_calendars(found.calendars),
    )


def _calendars(ends: Sequence[CalendarEnd]) -> list[tuple[str, date, str]]:
    """Each region's name, the last day that is known, and what is wrong with that."""
    language, today = current_language(), clock.club_today()
    return [
        (
            region_name(language, end.region),
            end.valid_through,
            calendar_words(language, end, today) if end.ends_soon(today) else "",
        )
        for end in ends
    ]
