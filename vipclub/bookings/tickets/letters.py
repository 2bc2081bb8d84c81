"""The letters about booking tickets. The link leads to the page where the time is chosen; opening
it uses nothing (docs/decisions.md 61)."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.bookings.tickets.models import BookingTicket
from vipclub.core.i18n import N_
from vipclub.core.steps import Step
from vipclub.core.types import Localized
from vipclub.messages import Letter, Reading, queue


class Named(Protocol):
    """A service with its name."""

    @property
    def service(self) -> str: ...
    @property
    def service_name(self) -> Localized: ...


def tell(
    session: Session,
    step: Step[object],
    *,
    ref: str,
    person_id: int,
    service: Named,
    until: datetime,
) -> None:
    """Write to whose ticket it is what the step tells."""
    queue(
        session,
        template=str(step.letter_to(step.target)),
        person_id=person_id,
        subject=("booking_ticket", ref),
        version=0,
        data={
            "ref": ref,
            "code": service.service,
            "service": service.service_name.to_json(),
            "until": until.isoformat(),
        },
    )


def _ended(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    return {
        "service": Localized.from_json(data["service"]).to(reading.language),
        "until": reading.moment(data["until"]),
        "url": f"{reading.base_url}/book/{data['code']}",
    }


def _given(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    told = _ended(data, reading)
    return told | {"url": f"{told['url']}?ticket={data['ref']}"}


def _state(session: Session, ref: str) -> str | None:
    return session.execute(
        select(BookingTicket.state).where(BookingTicket.public_ref == ref)
    ).scalar()


def still_open(session: Session, ref: str, version: int) -> bool:
    """Whether it can still be used."""
    return _state(session, ref) == "open"


def still_ended(session: Session, ref: str, version: int) -> bool:
    """Whether it has ended unused."""
    return _state(session, ref) in {"expired", "withdrawn"}


LETTERS = (
    Letter("ticket-given", N_("Booking ticket"), _given, still_open, until="until"),
    Letter("ticket-withdrawn", N_("Booking ticket withdrawn"), _ended, still_ended),
    Letter("ticket-expired", N_("Booking ticket expired"), _ended, still_ended, waits=True),
)
