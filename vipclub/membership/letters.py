"""The letters about a membership: what they tell, in which words, and until when they are true."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from vipclub import accounts
from vipclub.core import i18n
from vipclub.core.i18n import N_
from vipclub.core.types import Localized
from vipclub.membership.answering_invitations import still_member
from vipclub.membership.end_notices import ends_still
from vipclub.messages import Letter, Reading


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


def _of_invitation(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    if not reading.secret:
        raise ValueError("an invitation without its secret")
    return {
        "tier": Localized.from_json(data["tier"]).to(reading.language),
        "until": reading.moment(data["expires_at"]),
        "url": f"{reading.base_url}/invitation/{reading.secret}",
    }


def _of_welcome(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
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


def _of_end(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    language = reading.language
    return {
        "tier": Localized.from_json(data["tier"]).to(language),
        "last_day": i18n.format_date(language, date.fromisoformat(data["last_day"])),
        "url": f"{reading.base_url}/card",
    }


LETTERS = (
    Letter(
        "invitation",
        N_("Invitation"),
        _of_invitation,
        accounts.invitation_still_open,
        consent="group_sharing",
        waits=True,
        until="expires_at",
        kept=False,
    ),
    Letter("welcome", N_("Welcome"), _of_welcome, still_member, waits=True, about="membership"),
    Letter(
        "membership-ends-soon",
        N_("End of a membership year"),
        _of_end,
        ends_still,
        waits=True,
        about="membership",
    ),
)
"""What the club begins waits for the morning. What opens a door is kept in no inbox."""
