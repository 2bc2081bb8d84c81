"""How many partners' addresses can be reached, for the figures."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import case, func, select
from sqlalchemy.orm import Session

from vipclub.partners.webhooks.models import WebhookEndpoint


@dataclass(frozen=True, slots=True)
class AddressStates:
    """Addresses that are on and answer, that are on and fail, and that the club switched off."""

    well: int
    failing: int
    given_up: int


def address_states(session: Session) -> AddressStates:
    """One statement over the addresses, of which a partner has a few."""
    it = WebhookEndpoint
    failing = it.failing_since.is_not(None)

    def count(condition: object) -> object:
        return func.coalesce(func.sum(case((condition, 1), else_=0)), 0)  # type: ignore[arg-type]

    row = session.execute(
        select(
            count((it.state == "on") & ~failing),
            count((it.state == "on") & failing),
            count(it.off_reason.in_(("gone", "failing"))),
        )  # type: ignore[call-overload]
    ).one()
    return AddressStates(*row)
