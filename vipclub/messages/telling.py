"""What a letter's template is given, by what the letter is about: values written as its reader's
language writes them."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from vipclub.core import i18n
from vipclub.core.i18n import N_
from vipclub.core.types import Localized
from vipclub.messages import reasons
from vipclub.messages.channels.mail.building import one_line
from vipclub.messages.letters import AppointmentLetter, WelcomeLetter


@dataclass(frozen=True, slots=True)
class Reading:
    """Who reads, when and where: `base_url` is empty on the club's own pages, `zone` the club's."""

    language: str
    at: datetime
    base_url: str
    zone: str
    secret: str | None = field(default=None, repr=False)


def context_of(about: str, data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """Raises KeyError, TypeError or ValueError when the data is not of such a letter."""
    return _BY_SUBJECT[about](data, reading)


def hours(language: str, start: datetime, end: datetime, zone: str) -> dict[str, str]:
    """A visit's day and hours on the site's wall, and what that zone is called."""
    wall = start.astimezone(ZoneInfo(zone))
    return {
        "day": i18n.format_date(language, wall.date()),
        "start": i18n.format_time(language, wall),
        "end": i18n.format_time(language, end, zone),
        "zone": i18n.zone_name(language, zone),
    }


def _of_appointment(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
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
        "why": reasons.told(language, letter.answer_kind),
        "reason": one_line(letter.reason or ""),
        "url": f"{reading.base_url}/appointments/{letter.ref}",
    }


def _moment(reading: Reading, text: str) -> str:
    """A moment by the club's clock, with the name of that clock."""
    moment = datetime.fromisoformat(text)
    return i18n.gettext(
        reading.language,
        N_("%(moment)s (%(zone)s)"),
        moment=i18n.format_moment(reading.language, moment, reading.zone),
        zone=i18n.zone_name(reading.language, reading.zone),
    )


def _of_invitation(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    if not reading.secret:
        raise ValueError("an invitation without its secret")
    return {
        "tier": Localized.from_json(data["tier"]).to(reading.language),
        "until": _moment(reading, data["expires_at"]),
        "url": f"{reading.base_url}/invitation/{reading.secret}",
    }


def _of_membership(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    letter = WelcomeLetter.from_json(data)
    language = reading.language
    return {
        "tier": letter.tier.to(language),
        "card": letter.card,
        "valid_from": i18n.format_date(language, letter.valid_from),
        "valid_to": i18n.format_date(language, letter.valid_to),
        "benefits": [name.to(language) for name in letter.benefits],
        "url": f"{reading.base_url}/",
    }


def _of_reset(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    if not reading.secret:
        raise ValueError("a reset without its secret")
    return {
        "until": _moment(reading, data["expires_at"]),
        "url": f"{reading.base_url}/reset/{reading.secret}",
    }


_DETAILS = {"mobile": N_("mobile number"), "email": N_("e-mail address")}


def _of_account(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    """No link in the mail: who is warned types the address, or calls. The inbox leads to the page
    of one's own details."""
    language = reading.language
    names = [i18n.gettext(language, _DETAILS[name]) for name in data.get("what", ())]
    return {
        "moment": _moment(reading, data["at"]),
        "what": i18n.present(language, names),
        "url": "" if reading.base_url else "/me",
    }


def _of_webhook(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    return {
        "address": one_line(data["address"]),
        "gone": data["reason"] == "gone",
        "moment": _moment(reading, data["at"]),
        "url": f"{reading.base_url}/partner/webhooks/{data['ref']}",
    }


_BY_SUBJECT = {
    "appointment": _of_appointment,
    "invitation": _of_invitation,
    "membership": _of_membership,
    "reset": _of_reset,
    "account": _of_account,
    "webhook": _of_webhook,
}
