"""Changing the time: both seats move in one transaction, the old one is safe until the new one is
taken (docs/decisions.md 37)."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from vipclub.bookings.appointments.booking import BookedAppointment
from vipclub.bookings.appointments.new_time import (
    change_account,
    check_room,
    eligibility_for_new_time,
    same_service,
)
from vipclub.bookings.appointments.rows import LockedAppointment
from vipclub.bookings.appointments.stepping import begin_with_persons, take
from vipclub.bookings.availability.slots import SlotInView, find_slot
from vipclub.bookings.eligibility import decide
from vipclub.bookings.holds.seats import change_seats
from vipclub.bookings.refusals import SameTime
from vipclub.bookings.steps import MACHINE
from vipclub.core import clock
from vipclub.core.actor import Actor

BOOK, RESCHEDULE = MACHINE["book"], MACHINE["reschedule"]


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
    found, persons = begin_with_persons(
        session, actor, RESCHEDULE, appointment, now, override=override
    )
    time = find_slot(session, slot, now)
    stays = time.id == found.slot_id
    _check(session, found, time, now)
    eligibility = eligibility_for_new_time(session, found, persons, time, now)
    allowed = decide(time, eligibility, now, overriding=override is not None or stays)

    account_id = change_account(session, actor, found, time, eligibility, now)
    result = take(
        session,
        actor,
        found,
        RESCHEDULE,
        at=now,
        target=allowed.status,
        reason=override or reason,
        # who keeps the old time hears that it stands, or waits for the partner again
        letter=BOOK.letter_to(allowed.status) if stays else None,
        to=time,
        told={} if stays else {"previous_start": found.start},
        account_id=account_id,
        promised_by=allowed.promised_by,
        answered_at=None if allowed.promised_by else now,
        answer_kind=None,
        moves=found.moves + (found.state != "proposed"),
        reminded_for=None,
    )
    change_seats(
        session,
        give=[slot_id for slot_id in found.seats if slot_id != time.id],
        take=None if time.id in found.seats else time,
        now=now,
    )
    return result


def _check(session: Session, found: LockedAppointment, time: SlotInView, now: datetime) -> None:
    """What can be said before the person is looked at."""
    same_service(found, time)
    if time.id == found.slot_id and found.state != "proposed":
        raise SameTime()
    if time.id not in found.seats:
        check_room(session, time, now)
