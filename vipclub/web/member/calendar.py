"""Appointments and seats at events in the member's own calendar: one as a file, all appointments
by a private address."""

from __future__ import annotations

import hashlib
from urllib.parse import urlsplit

from flask import Response, current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import bookings, events, messages
from vipclub.core import clock
from vipclub.core.club_name import club_name
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, format_date, gettext, language_of
from vipclub.settings import Settings
from vipclub.web.frame import current_actor, current_language, public, read, run
from vipclub.web.member.door import member, own_ref


def _settings() -> Settings:
    found: Settings = current_app.extensions["vipclub"].settings
    return found


def _file(found: list[bookings.AppointmentView], language: str, *, places: bool) -> bytes:
    settings = _settings()
    host = urlsplit(settings.base_url).hostname or ""
    return bookings.calendar_of(
        found,
        language=language,
        base_url=settings.base_url,
        domain=messages.uid_domain(settings.mail_url.get_secret_value(), host),
        name=club_name(language),
        places=places,
    )


@member.get("/appointments/<ref>/calendar.ics")
def calendar_file(ref: str) -> Response:
    """One appointment to take away, with its address and how to prepare. One statement."""
    with read() as session:
        found = bookings.appointment(session, current_actor(), ref)
    return _taken_away(_file([found], current_language(), places=True), found.appointment)


def _taken_away(written: bytes, ref: str) -> Response:
    response = Response(written, mimetype="text/calendar")
    response.headers["Content-Disposition"] = f'attachment; filename="{ref}.ics"'
    return response


@member.get("/events/<ref>/calendar.ics")
def event_calendar(ref: str) -> Response:
    """The own seat at an event to take away. One statement. Raises NotFound without one."""
    settings, language = _settings(), current_language()
    with read() as session:
        found = events.next_seat(session, current_actor(), member=own_ref(), event=ref)
    if found is None:
        raise NotFound()
    host = urlsplit(settings.base_url).hostname or ""
    written = messages.published(
        [events.calendar_entry(found, language, at=clock.now(), base_url=settings.base_url)],
        domain=messages.uid_domain(settings.mail_url.get_secret_value(), host),
        name=club_name(language),
        places=True,
    )
    return _taken_away(written, found.registration)


@member.get("/calendar/<token>.ics")
@public
def calendar_feed(token: str) -> ResponseReturnValue:
    """All own appointments, for a calendar program that asks again and again: it is told so when
    nothing has changed. Three statements."""
    with read() as session:
        found = bookings.feed(session, secret=token)
    language = language_of(found.language) or current_language()
    written = _file(found.appointments, language, places=False)
    response = Response(written, mimetype="text/calendar")
    response.set_etag(hashlib.sha256(written).hexdigest()[:32])
    response.headers["Cache-Control"] = "private, no-cache"
    return response.make_conditional(request)


@member.get("/calendar")
def calendar() -> str:
    """What the private address is for, and its switches. Two statements."""
    return _page(None)


@member.post("/calendar")
def renew_calendar() -> str:
    """A new address, shown on this page and never again."""
    return _page(run(bookings.renew_feed, member=own_ref()))


@member.post("/calendar/off")
def end_calendar() -> ResponseReturnValue:
    """The address is nobody's any more."""
    run(bookings.end_feed, member=own_ref())
    said = N_("The private address is switched off. Calendars that know it get nothing more.")
    flash(gettext(current_language(), said), "done")
    return redirect(url_for("member.calendar"), code=303)


def _page(secret: str | None) -> str:
    language = current_language()
    with read() as session:
        since = bookings.feed_since(session, current_actor(), member=own_ref())
    address = ""
    if secret:
        base = _settings().base_url
        address = base + url_for("member.calendar_feed", token=secret)
    return render_template(
        "member/calendar.html",
        address=address,
        webcal="webcal://" + address.partition("://")[2] if address else "",
        since=format_date(language, since.date()) if since else "",
    )
