"""A member at a glance, for those who serve: who it is and how reached, tier and why, what is left,
visits, what happened lately. One composition for both doors; the reader's rights decide what is in
it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from sqlalchemy.orm import Session

from vipclub import benefits, bookings, desk, membership, messages, people
from vipclub.benefits import Entitlement
from vipclub.bookings import AppointmentView
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.dates import full_years
from vipclub.core.i18n import N_, format_date, format_moment, gettext
from vipclub.desk import HistoryLine
from vipclub.membership import TIER_NAMES, MemberSummary, grouped_card_no
from vipclub.people import ContactDetails, PersonWithRecords, Viewed
from vipclub.web.city_names import city_name
from vipclub.web.day_words import day_then_hour, near_day
from vipclub.web.member_file.matters import Matters, matters_of
from vipclub.web.member_file.tier_explained import TierExplained, tier_explained
from vipclub.web.member_file.veil import veiled
from vipclub.web.names import person_name
from vipclub.web.percentages import ring
from vipclub.web.status_words import mood_of, state_word

STATUSES = {
    "invited": N_("invited, not answered yet"),
    "active": N_("member"),
    "lapsed": N_("lapsed"),
    "declined": N_("declined"),
    "closed": N_("at an end"),
}
LANGUAGES = {"zh-Hans": "简体中文", "zh-Hant": "繁體中文", "en": "English"}
LETTER_STATES = {"sent": N_("sent"), "skipped": N_("not sent"), "failed": N_("not delivered")}


@dataclass(frozen=True, slots=True)
class BenefitLine:
    """A benefit of this year as a ring, with the way to book it."""

    year: int
    name: str
    icon: str
    left: int
    held: int
    text: str
    ends: str
    book_href: str
    ticket_href: str


@dataclass(frozen=True, slots=True)
class AppointmentLine:
    """A visit in a list. Of a health service a manager sees service, day and state."""

    ref: str
    href: str
    when: str
    service: str
    site: str
    state: str
    mood: str
    whom: str


@dataclass(frozen=True, slots=True)
class HistoryEntry:
    """Something that happened: when, what, the words where there are some, by whom."""

    at: str
    icon: str
    what: str
    text: str
    who: str
    ref: str
    corrects: str


@dataclass(frozen=True, slots=True)
class Overview:
    """All that the page shows."""

    ref: str
    name: str
    second: str
    tier: str
    term: str
    card: str
    why: TierExplained | None
    benefits: list[BenefitLine]
    coming: list[AppointmentLine]
    past: list[AppointmentLine]
    history: list[HistoryEntry]
    records: list[tuple[str, str, str]]
    family: list[tuple[str, str]]
    mobile: str
    email: str
    mobile_proven: bool
    email_proven: bool
    shown_whole: bool
    matters: Matters
    invited: bool


def read_overview(
    session: Session,
    actor: Actor,
    language: str,
    ref: str,
    *,
    viewed: Viewed,
    now: datetime,
    today: date,
    whole: ContactDetails | None = None,
) -> Overview:
    """Six statements. `whole` are the contact details that `reveal_contact_details` gave. Raises
    NotFound, MalformedRef, Forbidden."""
    found = people.person_with_records(session, actor, ref, viewed=viewed)
    survivor = found.person.id
    term, explained = membership.term_and_explanation(session, survivor, today=today)
    given = benefits.entitlements(session, survivor, today=today)
    visits = bookings.appointments_by(session, actor, survivor, limit=40).items
    lines = desk.history(session, actor, member=ref, viewed=viewed)
    standing = desk.standing(session, actor, member=ref, viewed=viewed)
    contact = whole or ContactDetails(found.mobile, found.email, None, True, None)
    own = found.person.ref
    names = {each.benefit: each.name.to(language) for each in given}
    shown = [appointment_line(language, actor, own, each, now) for each in visits]
    coming = [
        s for v, s in zip(visits, shown, strict=True) if v.status in bookings.COMING and v.end > now
    ]
    return Overview(
        ref=own,
        name=person_name(language, found.person),
        second=_second(language, found, today),
        tier=TIER_NAMES[term.tier].to(language) if term else "",
        term=term_text(language, term),
        card=grouped_card_no(term.card) if term else "",
        why=tier_explained(language, explained),
        benefits=[
            benefit_line(language, own, each) for each in given if each.granted or each.unlimited
        ],
        coming=list(reversed(coming)),
        past=[each for each in shown if each not in coming][:10],
        history=[history_entry(language, each) for each in lines],
        records=[_record(language, each) for each in found.records],
        family=[
            (each.name, gettext(language, people.RELATIONS[each.relation])) for each in found.family
        ],
        mobile=contact.mobile or "",
        email=contact.email or "",
        mobile_proven=found.mobile_proven,
        email_proven=found.email_proven,
        shown_whole=whole is not None,
        matters=matters_of(language, own, standing, names, now),
        invited=term is not None and term.status == "invited",
    )


def _second(language: str, found: PersonWithRecords, today: date) -> str:
    """Sex, age, city and language, as far as they are known."""
    person, words = found.person, []
    if person.sex:
        words.append(gettext(language, N_("female") if person.sex == "F" else N_("male")))
    if person.birth_date:
        years = full_years(person.birth_date, today)
        words.append(gettext(language, N_("%(years)s years old"), years=years))
    if person.city_code:
        words.append(city_name(language, person.city_code))
    if person.language:
        words.append(LANGUAGES.get(person.language, person.language))
    return " · ".join([*words, person.ref])


def term_text(language: str, term: MemberSummary | None) -> str:
    """The membership in a line."""
    if term is None:
        return ""
    return gettext(
        language,
        N_("%(status)s · valid from %(first)s to %(last)s"),
        status=gettext(language, STATUSES[term.status]),
        first=format_date(language, term.valid_from),
        last=format_date(language, term.valid_to),
    )


def benefit_line(language: str, ref: str, found: Entitlement) -> BenefitLine:
    """Given, reserved, used, left, and when it ends."""
    left, held = ring(found.granted, found.held, found.remaining, unlimited=found.unlimited)
    if found.unlimited:
        text = gettext(language, N_("whenever it is needed"))
    else:
        text = gettext(
            language,
            N_("%(remaining)s of %(granted)s left · %(held)s reserved · %(used)s used"),
            remaining=found.remaining,
            granted=found.granted,
            held=found.held,
            used=found.used,
        )
    ends = gettext(
        language, N_("ends %(day)s"), day=format_date(language, date(found.year, 12, 31))
    )
    bookable = found.use == "slot" and found.usable
    return BenefitLine(
        year=found.year,
        name=found.name.to(language),
        icon=found.icon,
        left=left,
        held=held,
        text=text,
        ends=ends,
        book_href=url_for(".choose", ref=ref, service=found.benefit) if bookable else "",
        ticket_href=url_for(".ticket_form", ref=ref, service=found.benefit) if bookable else "",
    )


def appointment_line(
    language: str, actor: Actor, ref: str, found: AppointmentView, now: datetime
) -> AppointmentLine:
    """A visit in a line."""
    today = now.astimezone(found.start.tzinfo).date()
    day = near_day(language, found.start.date(), today)
    hidden = veiled(actor, found)
    return AppointmentLine(
        ref=found.appointment,
        href=url_for(".visit", ref=ref, visit=found.appointment),
        when=day if hidden else day_then_hour(day, found.start.strftime("%H:%M")),
        service=found.service_name.to(language),
        site="" if hidden else found.site_name.to(language),
        state=state_word(language, found.status),
        mood=mood_of(found.status),
        whom=found.beneficiary_name if found.beneficiary != found.member else "",
    )


def history_entry(language: str, line: HistoryLine) -> HistoryEntry:
    """A note, a call or a letter in a line."""
    if line.what == "note":
        icon, what = "notebook-pen", gettext(language, desk.NOTE_KINDS[line.kind])
    elif line.what == "call":
        icon = "phone"
        what = " · ".join(
            gettext(language, words[code])
            for words, code in (
                (desk.CHANNELS, line.channel),
                (desk.ABOUT, line.kind),
                (desk.OUTCOMES, line.state),
            )
        )
    else:
        icon = "message-square" if line.channel == "sms" else "mail"
        title = gettext(language, messages.title_of(line.kind))
        state = gettext(language, LETTER_STATES.get(line.state, line.state))
        ways = ["SMS"] if line.channel == "sms" else []
        what = " · ".join([*ways, title, state])
    return HistoryEntry(
        at=format_moment(language, line.at, clock.club_zone()),
        icon=icon,
        what=what,
        text=line.text,
        who=line.who,
        ref=line.ref if line.what == "note" else "",
        corrects=line.corrects or "",
    )


def _record(language: str, found: people.RecordView) -> tuple[str, str, str]:
    """A company, the customer number there (masked), and since when."""
    since = found.customer_since
    text = gettext(language, N_("since %(year)s"), year=since.year) if since else ""
    if found.vip_grade:
        text = f"{text} · {found.vip_grade}" if text else found.vip_grade
    return (found.subsidiary_name, found.customer_no, text)
