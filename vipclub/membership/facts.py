"""What happened to memberships that later parts care about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class TiersChanged:
    """Memberships of these persons (survivors) were opened, ended, or got another tier.

    Many at once, so that answers stay set-based; `run_id` is the rating run, None when a member
    answered an invitation. `as_of` is the club's day of it.
    """

    run_id: int | None
    persons: tuple[int, ...]
    as_of: date


@dataclass(frozen=True, slots=True)
class MembershipAccepted:
    """An invited person accepted: the person asked for, and the member's reference."""

    person_id: int
    member: str
    as_of: date
