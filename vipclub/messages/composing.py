"""From a template and its data to what a mail says, in one language.

Each letter is one file, written once as plain text and once as HTML: the same blocks in two
layouts. Only HTML escapes, and there everything is escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache, partial
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from jinja2 import Environment, FileSystemLoader, StrictUndefined, TemplateNotFound

from vipclub.core import i18n
from vipclub.core.i18n import N_, gettext
from vipclub.messages.calendar import calendar_for
from vipclub.messages.channels.mail.building import MailContent, one_line
from vipclub.messages.letters import AppointmentLetter

FOLDER = Path(__file__).resolve().parents[2] / "templates" / "messages"
CALENDAR_METHODS = {"appointment-confirmed": "REQUEST", "appointment-cancelled": "CANCEL"}
"""Letters with a calendar file. A declined request was never in a calendar."""
CLUB_NAME = N_("VIP Club")


class UnknownTemplate(LookupError):
    """No such letter."""


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a letter is to, with what it needs to address them."""

    name: str
    surname: str
    sex: str | None
    language: str
    address: str


@cache
def _environment(form: str) -> Environment:
    return Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=form == "html",
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def salutation(recipient: Recipient) -> str:
    """Dear Ms Chan, · 尊敬的陈女士： · 陳女士："""
    name, language = one_line(recipient.surname or recipient.name), recipient.language
    if recipient.sex == "F":
        return gettext(language, N_("Dear Ms %(surname)s,"), surname=name)
    if recipient.sex == "M":
        return gettext(language, N_("Dear Mr %(surname)s,"), surname=name)
    return gettext(language, N_("Dear %(name)s,"), name=one_line(recipient.name))


def when(letter: AppointmentLetter, language: str) -> dict[str, str]:
    """The visit's day and hours on the site's wall, and what that zone is called."""
    zone = letter.zone
    start = letter.start.astimezone(ZoneInfo(zone))
    return {
        "day": i18n.format_date(language, start.date()),
        "start": i18n.format_time(language, start),
        "end": i18n.format_time(language, letter.end, zone),
        "zone": i18n.zone_name(language, zone),
    }


def compose(
    template: str,
    data: dict[str, Any],
    *,
    recipient: Recipient,
    at: datetime,
    sender: str,
    base_url: str,
) -> MailContent:
    """Raises UnknownTemplate, or KeyError and ValueError when the data is not the letter's."""
    letter = AppointmentLetter.from_json(data)
    language = recipient.language
    url = f"{base_url}/appointments/{letter.ref}"
    promised = letter.promised_by
    if promised is not None and at > promised - timedelta(minutes=1):
        promised = None  # a promise that is past is no promise
    context: dict[str, Any] = {
        "letter": letter,
        "language": language,
        "when": when(letter, language),
        "promised_by": promised and i18n.format_moment(language, promised, letter.zone),
        "reason": one_line(letter.reason or ""),
        "salutation": salutation(recipient),
        "club": gettext(language, CLUB_NAME),
        "url": url,
        "_": partial(gettext, language),
    }
    subject, text = _render(template, "txt", context)
    _, html = _render(template, "html", context)
    method = CALENDAR_METHODS.get(template)
    calendar = None
    if method is not None:
        written = calendar_for(
            letter,
            language=language,
            method=method,
            at=at,
            organizer=sender,
            organizer_name=context["club"],
            attendee=recipient.address,
            domain=sender.rsplit("@", 1)[1],
            url=url,
        )
        calendar = (method, written)
    return MailContent(one_line(subject), text, html, language, calendar)


def _render(name: str, form: str, context: dict[str, Any]) -> tuple[str, str]:
    """The subject (plain text form only) and the whole letter in one form."""
    environment = _environment(form)
    try:
        template = environment.get_template(f"{name}.jinja")
    except TemplateNotFound:
        raise UnknownTemplate(name) from None
    context = {**context, "layout": f"layout.{form}"}
    subject = "".join(template.blocks["subject"](template.new_context(context)))
    return subject, template.render(context)
