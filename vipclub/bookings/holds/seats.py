"""Seats, taken and given back as the last locks of a transaction: a full slot ends its own overdue
holds before it refuses."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import NoReturn

from sqlalchemy.orm import Session

from vipclub import partners
from vipclub.bookings.availability.slots import SlotInView, slot_full
from vipclub.bookings.holds.ending import end_overdue_of_slot


def take_seat(session: Session, time: SlotInView, now: datetime) -> None:
    """The guarded seat, the last lock. A full slot ends its own overdue holds before it refuses."""
    if partners.take_seat(session, time.id):
        return
    if time.overdue:
        end_overdue_of_slot(session, time.id, now)  # or waits for the job that ends them now
        if partners.take_seat(session, time.id):
            return
    raise slot_full(session, time, now)


def take_seat_last(session: Session, time: SlotInView, now: datetime) -> None:
    """The same for a use case that does nothing afterwards but to say what it did: what it has
    added goes along. The refusal may come only with the transaction's end: nobody catches it
    within."""

    def refuse() -> NoReturn:
        raise slot_full(session, time, now)

    if time.overdue:
        take_seat(session, time, now)
    else:
        partners.take_seat_last(session, time.id, refuse)


def change_seats(
    session: Session, *, give: Sequence[int], take: SlotInView | None, now: datetime
) -> None:
    """Give seats back and take a new one in the order of the slots' ids: two members who change
    places with each other must not wait for each other. The last locks of a transaction."""
    wanted = {take.id} if take is not None else set()
    for slot_id in sorted({*give, *wanted}):
        if slot_id in give:
            partners.give_back_seat(session, slot_id, list(give).count(slot_id))
        if take is not None and slot_id == take.id:
            take_seat(session, take, now)
