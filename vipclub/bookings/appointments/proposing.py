"""The partner offers another time, and the member accepts it. Both seats are kept until the answer
(docs/decisions.md 36); who wants yet another time reschedules."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from vipclub.bookings.appointments.answering import known_reason
from vipclub.bookings.appointments.booking import BookedAppointment
from vipclub.bookings.appointments.new_time import (
    change_account,
    check_room,
    eligibility_for_new_time,
    same_service,
)
from vipclub.bookings.appointments.stepping import begin, begin_with_persons, take
from vipclub.bookings.availability.slots import SlotInView, find_slot
from vipclub.bookings.eligibility import decide
from vipclub.bookings.holds.seats import change_seats
from vipclub.bookings.refusals import OutsideWindow, SameTime
from vipclub.bookings.steps import MACHINE
from vipclub.core import clock
from vipclub.core.actor import Actor

PROPOSE, ACCEPT = MACHINE["propose"], MACHINE["accept"]
TO_ANSWER = timedelta(hours=48)


def propose(
    session: Session,
    actor: Actor,
    *,
    appointment: str,
    slot: str,
    kind: str = "other",
    reason: str | None = None,
) -> BookedAppointment:
    """Offer another time of the same service at the same partner. The new seat is taken, the old
    one kept. The partner isn't bound by the member's window; whether the member can come is asked
    when they accept, so that an offer tells the partner nothing about other visits.

    Raises SlotFull, SameTime, OtherService, OutsideWindow (past), UnknownReason, Forbidden,
    NotFound, IllegalTransition.
    """
    now = clock.now()
    known_reason(kind)
    found = begin(session, actor, PROPOSE, appointment, now)
    time = find_slot(session, slot, now)
    same_service(found, time)
    if time.id == found.slot_id:
        raise SameTime()
    _not_past(time, now)
    check_room(session, time, now)
    answer_by = min(now + TO_ANSWER, time.starts_at, found.starts_at)
    result = take(
        session,
        actor,
        found,
        PROPOSE,
        at=now,
        reason=reason,
        offered=time,
        told={
            "answer_kind": kind,
            "proposed_start": time.start,
            "proposed_end": time.end,
            "proposed_site": time.site_name,
            "answer_by": answer_by,
        },
        proposed_slot_id=time.id,
        answer_by=answer_by,
        answer_kind=kind,
        answered_at=now,
    )
    change_seats(session, give=[], take=time, now=now)
    return result


def accept(session: Session, actor: Actor, *, appointment: str) -> BookedAppointment:
    """The member takes the time that the partner offers; the old seat is free again. Raises
    OutsideWindow when that time is past, AlreadyBooked, NotEligible, NoEntitlement, Forbidden,
    NotFound, IllegalTransition."""
    now = clock.now()
    found, persons = begin_with_persons(session, actor, ACCEPT, appointment, now)
    time = find_slot(session, found.proposed_slot or "", now)
    eligibility = eligibility_for_new_time(session, found, persons, time, now)
    decide(time, eligibility, now, overriding=True)
    account_id = change_account(session, actor, found, time, eligibility, now)
    result = take(
        session,
        actor,
        found,
        ACCEPT,
        at=now,
        to=time,
        told={"previous_start": found.start},
        account_id=account_id,
        answer_kind=None,
        promised_by=None,
        reminded_for=None,
    )
    change_seats(session, give=[found.slot_id], take=None, now=now)
    return result


def _not_past(time: SlotInView, now: datetime) -> None:
    if time.starts_at <= now:
        site_clock, policy, start = time.site_clock, time.policy, time.starts_at
        raise OutsideWindow(
            rule="past",
            opens=site_clock.opening(policy, start),
            closes=site_clock.deadline(policy.closes, start),
        )
