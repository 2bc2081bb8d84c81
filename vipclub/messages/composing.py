"""From a template and its data to what a message says, in one language: a mail, or an inbox item.

Each letter is one file, written once as plain text, once as HTML and once for the inbox: the same
blocks in three layouts. Only HTML escapes, and there everything is escaped.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cache, partial
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template, TemplateNotFound

from vipclub.core.club_name import club_in_sentence, club_name
from vipclub.core.i18n import N_, gettext, pgettext
from vipclub.core.shipped import shipped
from vipclub.messages.channels.mail.building import MailContent, one_line
from vipclub.messages.icalendar import calendar_for
from vipclub.messages.letter import Letter, Reading, UnknownTemplate, letter_of

FOLDER = shipped("templates") / "messages"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Whom a letter is to, with what it needs to address them."""

    name: str
    surname: str
    sex: str | None
    language: str
    address: str


@dataclass(frozen=True, slots=True)
class ItemContent:
    """What an inbox item says, and where it leads on this site."""

    title: str
    text: str
    href: str


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
    """How a letter begins, in the reader's language: Dear Ms Chan, · 尊敬的陈女士： · 陳女士："""
    name, language = one_line(recipient.surname or recipient.name), recipient.language
    if recipient.sex == "F":
        return gettext(language, N_("Dear Ms %(surname)s,"), surname=name)
    if recipient.sex == "M":
        return gettext(language, N_("Dear Mr %(surname)s,"), surname=name)
    return gettext(language, N_("Dear %(name)s,"), name=one_line(recipient.name))


def compose(
    template: str,
    data: dict[str, Any],
    *,
    recipient: Recipient,
    at: datetime,
    sender: str,
    base_url: str,
    secret: str | None = None,
    known: bool = True,
) -> MailContent:
    """A letter as a mail. `secret` opens the door that the letter leads to;
    `known` says whether an earlier mail has put its subject into the reader's calendar. Raises
    UnknownTemplate, or KeyError, TypeError and ValueError when the data is not the letter's."""
    letter = letter_of(template)
    language = recipient.language
    method = letter.calendar if known or not letter.if_known else None
    reading = Reading(language, at, base_url, secret)
    context = _context(letter, data, reading) | {
        "salutation": salutation(recipient),
        "in_calendar": method is not None,
    }
    subject, text = _render(template, "txt", context)
    _, html = _render(template, "html", context)
    calendar = None
    if method is not None and letter.entry is not None:
        written = calendar_for(
            letter.entry(data, reading),
            method=method,
            organizer=sender,
            organizer_name=context["club"],
            attendee=recipient.address,
            domain=sender.rsplit("@", 1)[1],
        )
        calendar = (method, written)
    return MailContent(one_line(subject), text, html, language, calendar)


def compose_item(
    template: str, data: dict[str, Any], *, language: str, at: datetime
) -> ItemContent:
    """A letter as its reader sees it in the inbox: plain text, without greeting or address. Raises
    as `compose` does."""
    context = _context(letter_of(template), data, Reading(language, at, ""))
    subject, text = _render(template, "inbox", context | {"salutation": "", "in_calendar": False})
    return ItemContent(one_line(subject), text.strip(), context["url"])


def compose_sms(
    template: str,
    data: dict[str, Any],
    *,
    language: str,
    at: datetime,
    base_url: str,
    secret: str | None = None,
) -> str:
    """A letter as an SMS: who writes, one sentence, and where to sign in; what it says itself,
    where it has a text of its own. Raises as `compose` does."""
    context = _context(letter_of(template), data, Reading(language, at, base_url, secret))
    context |= {"salutation": "", "in_calendar": False, "layout": f"{context['face']}.txt"}
    found = _template(template, "txt")
    block = found.blocks.get("sms")
    said = one_line("".join((block or found.blocks["subject"])(found.new_context(context))))
    if block is None:
        said = gettext(language, N_("%(sentence)s."), sentence=said)
    said = gettext(language, N_("%(club)s: %(said)s"), club=context["club"], said=said)
    return f"{said} {base_url}" if context["url"] else said


def _context(letter: Letter, data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    language = reading.language
    return {
        "language": language,
        "club": club_name(language),
        "club_in_sentence": club_in_sentence(language),
        "face": letter.face,
        "_": partial(gettext, language),
        "pgettext": partial(pgettext, language),
        **letter.context(data, reading),
    }


def _template(name: str, form: str) -> Template:
    try:
        return _environment(form).get_template(f"{name}.jinja")
    except TemplateNotFound:
        raise UnknownTemplate(name) from None


def _render(name: str, form: str, context: dict[str, Any]) -> tuple[str, str]:
    """The subject (not of the HTML form) and the whole letter in one form."""
    template = _template(name, form)
    context = {**context, "layout": f"{context['face']}.{form}"}
    subject = "".join(template.blocks["subject"](template.new_context(context)))
    return subject, template.render(context)
