"""What stands in the member's file beside visits and benefits: cases, callbacks, tickets, consents,
relationship managers."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from flask import url_for

from vipclub import assistance, desk
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext, pgettext
from vipclub.desk import ManagerView, Matter, Standing
from vipclub.web import ticket_words
from vipclub.web.callback_words import about_name
from vipclub.web.case_words import kind_name, state_name
from vipclub.web.day_words import before, day_and_hour
from vipclub.web.member_file.details import ConsentLine, consent_line


@dataclass(frozen=True, slots=True)
class MatterLine:
    """A line: what it is, in which state, until when, with whom; where it leads, and the form that
    ends it."""

    icon: str
    title: str
    ref: str
    state: str
    mood: str
    text: str
    href: str
    withdraw_href: str


@dataclass(frozen=True, slots=True)
class ManagerLine:
    """A relationship manager with the way to reach them."""

    name: str
    company: str
    reached: str
    href: str


@dataclass(frozen=True, slots=True)
class Matters:
    """All of it, in words."""

    lines: list[MatterLine]
    consents: list[ConsentLine]
    managers: list[ManagerLine]


def matters_of(
    language: str, ref: str, found: Standing, names: dict[str, str], now: datetime
) -> Matters:
    """`names` are those of the services by their codes. Cases and callbacks have pages at the desk
    alone: there they are links."""
    at_desk = url_for(".home") == url_for("desk.home")
    return Matters(
        lines=[
            *(_case(language, each, now, links=at_desk) for each in found.cases),
            *(_callback(language, each, now, links=at_desk) for each in found.callbacks),
            *(_ticket(language, ref, each, names, now) for each in found.tickets),
            *(_referral(language, ref, each, now) for each in found.referrals),
        ],
        consents=[consent_line(language, view) for view in found.consents],
        managers=[_manager(each) for each in found.managers],
    )


def _case(language: str, found: Matter, now: datetime, *, links: bool) -> MatterLine:
    zone, is_open = clock.club_zone(), found.state in assistance.OPEN
    said = [day_and_hour(language, found.since, now, zone), found.who]
    return MatterLine(
        icon="life-buoy",
        title=kind_name(language, found.kind),
        ref=found.ref,
        state=state_name(language, found.state),
        mood=_mood(found, now) if is_open else "calm",
        text=" · ".join(word for word in said if word),
        href=url_for("desk.case", ref=found.ref) if links else "",
        withdraw_href="",
    )


def _callback(language: str, found: Matter, now: datetime, *, links: bool) -> MatterLine:
    until = before(language, found.until or now, now, clock.club_zone())
    title = gettext(language, N_("Callback: %(about)s"), about=about_name(language, found.kind))
    return MatterLine(
        icon="phone-outgoing",
        title=title,
        ref=found.ref,
        state=until,
        mood=_mood(found, now),
        text=found.who,
        href=url_for("desk.callback", ref=found.ref) if links else "",
        withdraw_href="",
    )


def _ticket(
    language: str, ref: str, found: Matter, names: dict[str, str], now: datetime
) -> MatterLine:
    is_open = found.state == "open" and found.until is not None and found.until > now
    name = names.get(found.kind, found.kind)
    state = found.state if is_open or found.state != "open" else "expired"
    said = [
        before(language, found.until, now, clock.club_zone()) if is_open and found.until else "",
        found.who,
    ]
    return MatterLine(
        icon="ticket",
        title=gettext(language, N_("Booking ticket: %(service)s"), service=name),
        ref=found.ref,
        state=pgettext(language, "state of a booking ticket", ticket_words.STATES[state]),
        mood="" if is_open else "calm",
        text=" · ".join(word for word in said if word),
        href="",
        withdraw_href=url_for(".withdraw_ticket", ref=ref, ticket=found.ref) if is_open else "",
    )


def _referral(language: str, ref: str, found: Matter, now: datetime) -> MatterLine:
    word, waits = desk.REFERRAL_SUBJECTS[found.kind], found.state in {"made", "accepted"}
    until = before(language, found.until, now, clock.club_zone()) if found.until and waits else ""
    return MatterLine(
        icon="handshake",
        title=gettext(
            language,
            N_("Referral to %(company)s: %(subject)s"),
            company=found.who,
            subject=gettext(language, word),
        ),
        ref=found.ref,
        state=pgettext(language, "state of a referral", desk.REFERRAL_STATES[found.state]),
        mood=_mood(found, now) if waits else "calm",
        text=until,
        href=url_for(".member_referrals", ref=ref),
        withdraw_href="",
    )


def _mood(found: Matter, now: datetime) -> str:
    return "late" if found.until is not None and found.until < now else ""


def _manager(found: ManagerView) -> ManagerLine:
    number = found.reached.startswith("+")
    return ManagerLine(
        name=found.name,
        company=found.company,
        reached=found.reached,
        href=f"tel:{found.reached}" if number else f"mailto:{found.reached}",
    )
