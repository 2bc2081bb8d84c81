"""The partner's answer to a request: confirm or decline. Another time: `proposing`."""

from __future__ import annotations

from sqlalchemy.orm import Session

from vipclub import benefits
from vipclub.accounts import Permission
from vipclub.bookings.booking import BookedAppointment
from vipclub.bookings.facts import AppointmentCancelled, AppointmentConfirmed
from vipclub.bookings.refusals import UnknownReason
from vipclub.bookings.stepping import begin_step, give_seats_back, move
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.facts import record
from vipclub.core.i18n import N_

OPEN = frozenset({"pending"})
DECLINABLE = frozenset({"pending", "proposed"})
DECLINE_REASONS = {
    "full": N_("Fully booked at that time"),
    "closed": N_("Closed at that time"),
    "equipment": N_("Equipment out of service"),
    "unsuitable": N_("This service doesn't suit the person"),
    "documents": N_("Papers or results are missing"),
    "other": N_("Another reason"),
}
"""Why a partner can't: code -> how the partner chooses it. The member's sentence is the letter's
(`messages`), by the same code."""


def confirm(session: Session, actor: Actor, *, appointment: str) -> BookedAppointment:
    """The request is confirmed. Raises Forbidden, NotFound, IllegalTransition."""
    now = clock.now()
    found = begin_step(
        session, actor, appointment, permission=Permission.APPOINTMENT_ANSWER, states=OPEN
    )
    result = move(
        session, actor, found, "booked", "confirm", at=now, tell="confirmed", answered_at=now
    )
    record(session, AppointmentConfirmed(found.row.ref, now))
    return result


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
    found = begin_step(
        session, actor, appointment, permission=Permission.APPOINTMENT_ANSWER, states=DECLINABLE
    )
    result = move(
        session,
        actor,
        found,
        "cancelled",
        "decline",
        at=now,
        reason=reason,
        tell="declined",
        told={"answer_kind": kind},
        answered_at=now,
        reason_code="declined",
        answer_kind=kind,
    )
    row = found.row
    benefits.release(
        session,
        account_id=row.account_id,
        subject=("appointment", row.ref),
        actor=actor,
        at=now,
        reason="declined",
    )
    give_seats_back(session, found, now)
    record(session, AppointmentCancelled(row.ref, "declined", False, row.slot_id))
    return result
