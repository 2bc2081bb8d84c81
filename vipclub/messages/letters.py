"""What letters tell: values that the owner of the subject hands over when it queues one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from vipclub.core.types import Localized


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


@dataclass(frozen=True, slots=True)
class WelcomeLetter:
    """A membership that was accepted: `card` as it is read out, days both inclusive, the names of
    the benefits that are there to use."""

    tier: Localized
    card: str
    valid_from: date
    valid_to: date
    benefits: tuple[Localized, ...]

    def to_json(self) -> dict[str, Any]:
        """The `data` of `queue`."""
        return {
            "tier": self.tier.to_json(),
            "card": self.card,
            "valid_from": self.valid_from.isoformat(),
            "valid_to": self.valid_to.isoformat(),
            "benefits": [name.to_json() for name in self.benefits],
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> WelcomeLetter:
        """Raises KeyError, TypeError or ValueError when the data is no welcome."""
        return cls(
            tier=Localized.from_json(data["tier"]),
            card=data["card"],
            valid_from=date.fromisoformat(data["valid_from"]),
            valid_to=date.fromisoformat(data["valid_to"]),
            benefits=tuple(Localized.from_json(name) for name in data["benefits"]),
        )


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


def _read(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
