"""Changing the time: both seats move in one transaction, the old one is safe until the new one is
taken (`decisions` 37)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.bookings.booking import BookedAppointment
from vipclub.bookings.changing import (
    begin_change,
    change_account,
    check_room,
    means_for,
    same_service,
)
from vipclub.bookings.deciding import decide
from vipclub.bookings.ending_holds import change_seats
from vipclub.bookings.facts import AppointmentMoved
from vipclub.bookings.finding import Found
from vipclub.bookings.policy import cancels_free
from vipclub.bookings.reading import Time, time_of
from vipclub.bookings.refusals import MovesSpent, SameTime, TooLateToMove
from vipclub.bookings.stepping import move, seats_of
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.facts import record

MOVABLE = frozenset({"pending", "booked", "proposed"})


def may_move(found: Found, now: datetime) -> None:
    """Whether the member's side may still change the time: until it may be cancelled free of cost,
    and as often as the policy says. An answer to the partner's own offer isn't counted. Raises
    TooLateToMove, MovesSpent."""
    row, policy, place = found.row, found.policy, found.place
    if row.state == "proposed":
        return
    if row.state == "booked" and not cancels_free(policy, place, row.starts_at, now):
        raise TooLateToMove(until=place.deadline(policy.cancel_until, row.starts_at))
    if row.moves >= policy.reschedules:
        raise MovesSpent(most=policy.reschedules)


def reschedule(
    session: Session,
    actor: Actor,
    *,
    appointment: str,
    slot: str,
    reason: str | None = None,
    override: str | None = None,
) -> BookedAppointment:
    """Move an appointment to another time of its service at its partner. Where the partner
    confirms, it waits for that again. Answering an offer, any time may be chosen, the old one too.
    `override` is the reason for which staff go beyond the rules, on record.

    Raises what `book` raises, TooLateToMove, MovesSpent, OtherService, SameTime, IllegalTransition.
    """
    now = clock.now()
    if override is not None:
        actor.require(Permission.APPOINTMENT_OVERRIDE)
    found, persons = begin_change(
        session, actor, appointment, permission=Permission.APPOINTMENT_RESCHEDULE, states=MOVABLE
    )
    row = found.row
    time = time_of(session, slot, now)
    stays = time.row.id == row.slot_id
    _check(session, found, time, now, bound=override is None)
    means = means_for(session, found, persons, time, now)
    allowed = decide(time, means, now, overriding=override is not None or stays)

    account_id = change_account(session, actor, found, time, means, now)
    result = move(
        session,
        actor,
        found,
        allowed.status,
        "reschedule",
        at=now,
        reason=override or reason,
        tell=_letter(stays=stays, status=allowed.status),
        to=time,
        told={} if stays else {"previous_start": found.start},
        account_id=account_id,
        promised_by=allowed.promised_by,
        answered_at=None if allowed.promised_by else now,
        answer_kind=None,
        moves=row.moves + (row.state != "proposed"),
        reminded_for=None,
    )
    own = seats_of(found)
    change_seats(
        session,
        give=[slot_id for slot_id in own if slot_id != time.row.id],
        take=None if time.row.id in own else time,
        now=now,
    )
    record(session, AppointmentMoved(row.ref, row.slot_id, now))
    return result


def _check(session: Session, found: Found, time: Time, now: datetime, *, bound: bool) -> None:
    """What can be said before the person is looked at."""
    row = found.row
    if row.starts_at <= now:
        raise TooLateToMove(until=found.start)
    same_service(found, time)
    if time.row.id == row.slot_id and row.state != "proposed":
        raise SameTime()
    if bound:
        may_move(found, now)
    if time.row.id not in seats_of(found):
        check_room(session, time, now)


def _letter(*, stays: bool, status: str) -> str:
    """Who keeps the old time hears that it stands, or waits for the partner again."""
    if not stays:
        return "moved"
    return "requested" if status == "pending" else "confirmed"
