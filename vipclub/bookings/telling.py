"""What every step leaves behind in its transaction: a row of the trail and the member's letter."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from vipclub import messages
from vipclub.bookings.availability.slots import OfferingInView, describe
from vipclub.bookings.letters import AppointmentLetter
from vipclub.core import audit
from vipclub.core.actor import Actor
from vipclub.core.outbox import Entry


def tell(
    session: Session,
    actor: Actor,
    action: str,
    *,
    ref: str,
    at: datetime,
    after: dict[str, Any],
    before: dict[str, Any] | None = None,
    reason: str | None = None,
) -> None:
    """The trail's row. One statement."""
    audit.write(
        session,
        actor,
        f"appointment.{action}",
        subject=("appointment", ref),
        before=before,
        after=after,
        reason=reason,
        at=at,
    )


def write_letter(
    session: Session,
    template: str,
    *,
    offering: OfferingInView,
    person_id: int,
    ref: str,
    version: int,
    subject: str = "appointment",
    beside: Sequence[Entry] = (),
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
