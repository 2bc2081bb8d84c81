"""A booking ticket for the member: the service is chosen in the file, here until when, and it is
given."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from wtforms import StringField

from vipclub import bookings, people
from vipclub.core import clock
from vipclub.core.dates import day_of
from vipclub.core.i18n import N_, format_day, gettext
from vipclub.web.city_names import city_name
from vipclub.web.frame import current_actor, current_language, read, run, run_once, shown
from vipclub.web.frame.forms import Form, at_most, one_line
from vipclub.web.member_file.viewing_on_record import on_record
from vipclub.web.names import person_name

DAYS = {"3": 3, "7": 7, "30": 30}
"""Code -> days from today: until the end of which a ticket may be used."""
USUAL = "7"


class TicketForm(Form):
    """Until when; and where, on which days, for whom, where it isn't good for all."""

    days = StringField(filters=[at_most(3)])
    place = StringField(filters=[one_line, at_most(40)])
    beneficiary = StringField(filters=[one_line, at_most(40)])
    first_day = StringField(filters=[at_most(10)])
    last_day = StringField(filters=[at_most(10)])
    reason = StringField(filters=[one_line, at_most(200)])


@dataclass(frozen=True, slots=True)
class TicketPage:
    """All that the page shows."""

    ref: str
    name: str
    service: str
    title: str
    ends: list[tuple[str, str]]
    places: list[tuple[str, str]]
    family: list[tuple[str, str]]


def ticket_form(ref: str, service: str) -> str:
    """Two statements beside the record of the viewing. Raises NotFound for what nobody offers."""
    return _page(ref, service, TicketForm(days=USUAL))


def _page(ref: str, service: str, form: TicketForm, refused: str = "") -> str:
    actor, language, today = current_actor(), current_language(), clock.club_today()
    on_record(ref)
    with read() as session:
        person = people.find_person(session, actor, ref)
        offerings = bookings.bookable_offerings(session, actor, service=service)
        family = people.relatives_of(session, person.id) if offerings[0].for_family else []
    cities = dict.fromkeys(each.city for each in offerings)
    name = person_name(language, person)
    page = TicketPage(
        ref=person.ref,
        name=name,
        service=service,
        title=offerings[0].service_name.to(language),
        ends=[
            (
                code,
                gettext(
                    language,
                    N_("until %(day)s"),
                    day=format_day(language, today + timedelta(days=days)),
                ),
            )
            for code, days in DAYS.items()
        ],
        places=[
            *((city, city_name(language, city)) for city in cities),
            *((each.offering, each.site_name.to(language)) for each in offerings),
        ],
        family=[(person.ref, name), *((each.ref, each.name) for each in family)] if family else [],
    )
    return render_template("member_file/ticket.html", page=page, form=form, refused=refused)


def give_ticket(ref: str, service: str) -> ResponseReturnValue:
    """It is given, and the member hears it by letter."""
    form = TicketForm.sent()
    on_record(ref)
    place = form.place.data
    of_offering = place.startswith("O-")
    days = DAYS.get(form.days.data, DAYS[USUAL])
    with shown() as refusal:
        answer = run_once(
            lambda _made: url_for(".show", ref=ref) + "#open",
            bookings.give_ticket,
            member=ref,
            service=service,
            until=bookings.end_of_day(clock.club_today() + timedelta(days=days), clock.club_zone()),
            offering=place if of_offering else None,
            city=place if place and not of_offering else None,
            first_day=day_of(form.first_day.data),
            last_day=day_of(form.last_day.data),
            beneficiary=form.beneficiary.data or None,
            reason=form.reason.data or None,
        )
        flash(gettext(current_language(), N_("The ticket is given. The member is told.")), "done")
        return answer
    return _page(ref, service, form, refusal.said), refusal.status


def withdraw_ticket(ref: str, ticket: str) -> ResponseReturnValue:
    """It is good no more, and the member hears it."""
    on_record(ref)
    said, kind = N_("The ticket is withdrawn. The member is told."), "done"
    with shown() as refusal:
        run(bookings.withdraw_ticket, member=ref, ticket=ticket)
    language = current_language()
    if refusal.happened:
        flash(refusal.said, "refused")
    else:
        flash(gettext(language, said), kind)
    return redirect(url_for(".show", ref=ref) + "#open", code=303)
