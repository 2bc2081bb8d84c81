"""Who calls and what may be told, for a page about a member: one line, and whom she named."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from vipclub import desk, people
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.i18n import N_, gettext
from vipclub.desk import KnownCallers, MayBeTold
from vipclub.people import Viewed
from vipclub.people.emergency_contacts import ContactView
from vipclub.web.day_words import day_and_hour
from vipclub.web.emergency_contacts import ContactLine, contact_line, level_word


@dataclass(frozen=True, slots=True)
class Told:
    """What may be told: how much, to whom, and until when that holds. `known` is whether somebody
    was verified, `herself` whether it is the member, `acts` whether the caller acts for her."""

    level: str
    words: str
    who: str
    until: str
    known: bool
    herself: bool
    acts: bool


@dataclass(frozen=True, slots=True)
class Callers:
    """The line, the contacts, and the one who seems to call."""

    told: Told
    contacts: list[ContactLine]
    seems: ContactLine | None


def callers_of(
    session: Session,
    actor: Actor,
    language: str,
    ref: str,
    *,
    viewed: Viewed,
    now: datetime,
    whole: tuple[ContactView, ...] = (),
) -> Callers | None:
    """Of a member; nothing for a role that sees no contacts. `whole` are contacts whose numbers
    were revealed. One statement."""
    if not people.emergency_contacts.may_view_contacts(actor):
        return None
    found = desk.known_callers(session, actor, member=ref, viewed=viewed)
    return callers_shown(language, found, now, whole=whole)


def callers_shown(
    language: str,
    found: KnownCallers,
    now: datetime,
    *,
    whole: tuple[ContactView, ...] = (),
) -> Callers:
    """What the desk knows of who calls, in words."""
    return Callers(
        told=told_shown(language, found.told, now),
        contacts=[contact_line(language, each) for each in whole or found.contacts],
        seems=contact_line(language, found.seems) if found.seems else None,
    )


def told_shown(language: str, told: MayBeTold, now: datetime) -> Told:
    """What may be told by a check."""
    until = ""
    if told.until is not None:
        moment = day_and_hour(language, told.until, now, clock.club_zone())
        until = gettext(language, N_("Holds until %(moment)s."), moment=moment)
    return Told(
        level=told.level,
        words=level_word(language, told.level),
        who=_who(language, told),
        until=until,
        known=bool(told.who),
        herself=told.who == "member",
        acts=told.acts,
    )


def _who(language: str, told: MayBeTold) -> str:
    if told.who == "member":
        return gettext(language, N_("The member is calling."))
    if told.who == "other":
        return gettext(language, N_("The caller is neither the member nor a contact."))
    if told.who == "contact" and told.acts:
        return gettext(language, N_("%(name)s is calling and acts for the member."), name=told.name)
    if told.who == "contact":
        return gettext(language, N_("%(name)s, a contact, is calling."), name=told.name)
    return gettext(language, N_("The caller is not verified."))
