"""What happened to memberships that later parts care about."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class TiersChanged:
    """Memberships of the persons (survivors) with first_id <= id <= last_id were opened, ended, or
    got another tier.

    A range, so that answers stay set-based; `run_id` is the rating run, None when a member answered
    an invitation. `as_of` is the club's day of it.
    """

    run_id: int | None
    first_id: int
    last_id: int
    as_of: date


@dataclass(frozen=True, slots=True)
class MembershipAccepted:
    """An invited person accepted: the person asked for, and the member's reference."""

    person_id: int
    member: str
    as_of: date
