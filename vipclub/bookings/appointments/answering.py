"""The partner's answer to a request: confirm or decline. Another time: `proposing`."""

from __future__ import annotations

from sqlalchemy.orm import Session

from vipclub import benefits
from vipclub.bookings.appointments.booking import BookedAppointment
from vipclub.bookings.appointments.stepping import begin, give_seats_back, take
from vipclub.bookings.refusals import UnknownReason
from vipclub.bookings.steps import MACHINE
from vipclub.bookings.tickets.using import return_ticket
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.i18n import N_

CONFIRM, DECLINE = MACHINE["confirm"], MACHINE["decline"]
DECLINE_REASONS = {
    "full": N_("Fully booked at that time"),
    "closed": N_("Closed at that time"),
    "equipment": N_("Equipment out of service"),
    "unsuitable": N_("This service doesn't suit the person"),
    "documents": N_("Papers or results are missing"),
    "other": N_("Another reason"),
}
"""Why a partner can't: code -> how the partner chooses it. The member's sentence is the letter's
(`letters.SENTENCES`), by the same code."""


def confirm(session: Session, actor: Actor, *, appointment: str) -> BookedAppointment:
    """The request is confirmed. Raises Forbidden, NotFound, IllegalTransition."""
    now = clock.now()
    found = begin(session, actor, CONFIRM, appointment, now)
    return take(session, actor, found, CONFIRM, at=now, answered_at=now)


def known_reason(kind: str) -> None:
    """Raises UnknownReason."""
    if kind not in DECLINE_REASONS:
        raise UnknownReason(kind=kind, known=list(DECLINE_REASONS))


def decline(
    session: Session,
    actor: Actor,
    *,
    appointment: str,
    kind: str = "other",
    reason: str | None = None,
) -> BookedAppointment:
    """The partner can't, or takes an offer back: seat and unit go back. `kind` is a code of
    `DECLINE_REASONS`, `reason` what the clerk adds in words. Raises UnknownReason, Forbidden,
    NotFound, IllegalTransition."""
    now = clock.now()
    known_reason(kind)
    found = begin(session, actor, DECLINE, appointment, now)
    result = take(
        session,
        actor,
        found,
        DECLINE,
        at=now,
        reason=reason,
        told={"answer_kind": kind},
        answered_at=now,
        answer_kind=kind,
    )
    return_ticket(session, actor, appointment=found.ref, now=now, longer=True)
    benefits.release(
        session,
        account_id=found.account_id,
        subject=("appointment", found.ref),
        actor=actor,
        at=now,
        reason="declined",
    )
    give_seats_back(session, found, now)
    return result
