"""What letters tell: values that the owner of the subject hands over when it queues one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from vipclub.core.types import Localized


@dataclass(frozen=True, slots=True)
class AppointmentLetter:
    """An appointment as a letter tells it.

    `start` and `end` are aware moments, `zone` the site's IANA time zone. `version` grows with
    every change of the appointment: it is the calendar's SEQUENCE. `promised_by` is when the
    partner's answer is promised; `preparation` and `reason` are texts for the member.
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
            "promised_by": self.promised_by.isoformat() if self.promised_by else None,
            "preparation": self.preparation.to_json() if self.preparation else None,
            "reason": self.reason,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> AppointmentLetter:
        """Raises KeyError, TypeError or ValueError when the data is no appointment."""
        promised, preparation = data.get("promised_by"), data.get("preparation")
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
            promised_by=datetime.fromisoformat(promised) if promised else None,
            preparation=Localized.from_json(preparation) if preparation else None,
            reason=data.get("reason"),
        )
