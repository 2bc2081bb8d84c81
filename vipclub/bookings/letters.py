"""The letters about appointments: what they tell, in which words, and until when they are true."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub import messages
from vipclub.bookings.availability.offerings import OfferingInView
from vipclub.bookings.availability.slots import describe
from vipclub.bookings.models import Appointment
from vipclub.bookings.tickets.letters import LETTERS as TICKET_LETTERS
from vipclub.core import clock, i18n, outbox
from vipclub.core.club_name import club_in_sentence
from vipclub.core.i18n import N_
from vipclub.core.types import Localized
from vipclub.messages import Entry, Letter, Reading, one_line


@dataclass(frozen=True, slots=True)
class AppointmentLetter:
    """An appointment as a letter tells it.

    `start` and `end` are aware moments, `zone` the site's IANA time zone. `version` grows with
    every change of the appointment: it is the calendar's SEQUENCE. `promised_by` is when the
    partner's answer is promised; `preparation` and `reason` are texts for the member, `answer_kind`
    a code of why a partner declined or moved. A letter about a change has `previous_start`; one
    about a proposal has the proposed time and place, and until when the member may answer; a
    reminder may have until when the member may still change or cancel (`change_until`). `status` is
    the appointment's state after the step.
    """

    ref: str
    version: int
    service: Localized
    partner: Localized
    site: Localized
    address: Localized
    zone: str
    start: datetime
    end: datetime
    promised_by: datetime | None = None
    preparation: Localized | None = None
    reason: str | None = None
    answer_kind: str | None = None
    status: str | None = None
    previous_start: datetime | None = None
    proposed_start: datetime | None = None
    proposed_end: datetime | None = None
    proposed_site: Localized | None = None
    answer_by: datetime | None = None
    change_until: datetime | None = None

    def to_json(self) -> dict[str, Any]:
        """The `data` of `queue`."""
        return {
            "ref": self.ref,
            "version": self.version,
            "service": self.service.to_json(),
            "partner": self.partner.to_json(),
            "site": self.site.to_json(),
            "address": self.address.to_json(),
            "zone": self.zone,
            "start": self.start.isoformat(),
            "end": self.end.isoformat(),
            "preparation": self.preparation.to_json() if self.preparation else None,
            "reason": self.reason,
            "answer_kind": self.answer_kind,
            "status": self.status,
            "proposed_site": self.proposed_site.to_json() if self.proposed_site else None,
            **{name: _written(getattr(self, name)) for name in _MOMENTS},
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> AppointmentLetter:
        """Raises KeyError, TypeError or ValueError when the data is no appointment."""
        preparation, proposed_site = data.get("preparation"), data.get("proposed_site")
        return cls(
            ref=data["ref"],
            version=int(data["version"]),
            service=Localized.from_json(data["service"]),
            partner=Localized.from_json(data["partner"]),
            site=Localized.from_json(data["site"]),
            address=Localized.from_json(data["address"]),
            zone=data["zone"],
            start=datetime.fromisoformat(data["start"]),
            end=datetime.fromisoformat(data["end"]),
            preparation=Localized.from_json(preparation) if preparation else None,
            reason=data.get("reason"),
            answer_kind=data.get("answer_kind"),
            status=data.get("status"),
            proposed_site=Localized.from_json(proposed_site) if proposed_site else None,
            **{name: _read(data.get(name)) for name in _MOMENTS},
        )


_MOMENTS = (
    "promised_by",
    "previous_start",
    "proposed_start",
    "proposed_end",
    "answer_by",
    "change_until",
)


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


SENTENCES = {
    "full": N_("The time was given to somebody else a moment before."),
    "closed": N_("The place is closed at that time."),
    "equipment": N_("The equipment for it is out of service at that time."),
    "unsuitable": N_("This service does not suit the person it is for."),
    "documents": N_("Papers or results are still missing; the service desk tells you which."),
    "other": "",
}
"""Why a partner can't, as the member is told it, by the code of `DECLINE_REASONS`."""


def reason_told(language: str, code: str | None) -> str:
    """The sentence for a code; nothing for one that says nothing."""
    sentence = SENTENCES.get(code or "", "")
    return i18n.gettext(language, sentence) if sentence else ""


def hours(language: str, start: datetime, end: datetime, zone: str) -> dict[str, str]:
    """A visit's day and hours on the site's wall, and what that zone is called."""
    wall = start.astimezone(ZoneInfo(zone))
    return {
        "day": i18n.format_date(language, wall.date()),
        "start": i18n.format_time(language, wall),
        "end": i18n.format_time(language, end, zone),
        "zone": i18n.zone_name(language, zone),
    }


def _context(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    letter = AppointmentLetter.from_json(data)
    language = reading.language

    def moment(value: datetime | None) -> str | None:
        return i18n.format_moment(language, value, letter.zone) if value else None

    promised = letter.promised_by
    if promised is not None and reading.at > promised - timedelta(minutes=1):
        promised = None  # a promise that is past is no promise
    proposed = None
    if letter.proposed_start and letter.proposed_end:
        proposed = hours(language, letter.proposed_start, letter.proposed_end, letter.zone)
    return {
        "letter": letter,
        "when": hours(language, letter.start, letter.end, letter.zone),
        "promised_by": moment(promised),
        "previous": moment(letter.previous_start),
        "proposed": proposed,
        "answer_by": moment(letter.answer_by),
        "change_until": moment(letter.change_until),
        "why": reason_told(language, letter.answer_kind),
        "reason": one_line(letter.reason or ""),
        "url": page_of(letter.ref, reading.base_url),
    }


def page_of(ref: str, base_url: str) -> str:
    """An appointment's page."""
    return f"{base_url}/appointments/{ref}"


def entry_of(
    letter: AppointmentLetter, language: str, *, status: str, at: datetime, url: str
) -> Entry:
    """An appointment in a calendar, in words of its reader's language."""
    details = [f"{letter.service.to(language)} · {letter.partner.to(language)}", letter.ref]
    if letter.preparation:
        details.append(letter.preparation.to(language))
    return Entry(
        ref=letter.ref,
        version=letter.version,
        start=letter.start,
        end=letter.end,
        zone=letter.zone,
        status=status,
        at=at,
        url=url,
        summary=i18n.gettext(
            language, N_("Appointment through %(club)s"), club=club_in_sentence(language)
        ),
        place=f"{letter.site.to(language)}, {letter.address.to(language)}",
        details=tuple(details),
    )


def _entry(data: dict[str, Any], reading: Reading) -> Entry:
    """What waits for an answer is in the calendar, and not yet certain."""
    letter = AppointmentLetter.from_json(data)
    return entry_of(
        letter,
        reading.language,
        status="TENTATIVE" if letter.status == "pending" else "CONFIRMED",
        at=reading.at,
        url=page_of(letter.ref, reading.base_url),
    )


def still_true(session: Session, ref: str, version: int) -> bool:
    """Whether a letter about this version of an appointment may still go out."""
    found = session.scalar(select(Appointment.version).where(Appointment.public_ref == ref))
    return found == version


def reminder_still_true(session: Session, ref: str, version: int) -> bool:
    """Whether a reminder may still go out: the same confirmed visit, and not begun."""
    found = session.execute(
        select(Appointment.version, Appointment.starts_at).where(
            Appointment.public_ref == ref, Appointment.state == "booked"
        )
    ).first()
    return found is not None and found.version == version and found.starts_at > clock.now()


def versions_of(session: Session, refs: Collection[str]) -> dict[str, int]:
    """The present version of each, for the inbox. One statement."""
    rows = session.execute(
        select(Appointment.public_ref, Appointment.version).where(Appointment.public_ref.in_(refs))
    )
    return {row.public_ref: row.version for row in rows}


_about = partial(
    Letter,
    context=_context,
    still_true=still_true,
    versions=versions_of,
    face="appointment",
    entry=_entry,
    about="visits",
)
LETTERS = (
    _about("appointment-requested", N_("Request received"), until="end"),
    _about("appointment-confirmed", N_("Appointment confirmed"), until="end", calendar="REQUEST"),
    _about("appointment-moved", N_("Appointment moved"), until="end", calendar="REQUEST"),
    _about("appointment-proposed", N_("Another time offered"), until="answer_by"),
    _about("appointment-declined", N_("Request declined"), calendar="CANCEL", if_known=True),
    _about("appointment-cancelled", N_("Appointment cancelled"), calendar="CANCEL"),
    _about(
        "appointment-reminder",
        N_("Reminder of an appointment"),
        still_true=reminder_still_true,
        waits=True,
        until="start",
        late=timedelta(hours=12),
        about="reminders",
    ),
    *TICKET_LETTERS,
)
"""An answer to what the member or the partner just did waits for no morning; a reminder does."""


def write_letter(
    session: Session,
    template: str,
    *,
    offering: OfferingInView,
    person_id: int,
    ref: str,
    version: int,
    subject: str = "appointment",
    beside: Sequence[outbox.Entry] = (),
    **told: Any,  # noqa: ANN401 - the letter's fields, each of its own type
) -> None:
    """Queue the letter `appointment-<template>` about a visit; `told` are the fields of
    `AppointmentLetter` that the offering doesn't say. One statement, `beside` included."""
    letter = AppointmentLetter(ref=ref, version=version, **describe(offering), **told)
    messages.queue(
        session,
        template=f"appointment-{template}",
        person_id=person_id,
        subject=(subject, ref),
        version=version,
        data=letter.to_json(),
        beside=beside,
    )
