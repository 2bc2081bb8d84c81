"""Another time for everybody whom a closure displaced: offered in a run of its own each, left to
the service desk where nothing is free, or kept where the visit takes place all the same."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

import structlog
from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.bookings.appointments.proposing import PROPOSE, propose
from vipclub.bookings.appointments.rescheduling import reschedule
from vipclub.bookings.availability.alternatives import Alternative, alternatives
from vipclub.bookings.closures.closing import CLUB
from vipclub.bookings.closures.queries import (
    UNSETTLED,
    DisplacedRow,
    displaced_by,
    find_closure,
    find_displaced,
    stands,
)
from vipclub.bookings.closures.steps import DISPLACED_STEPS, KEEP, LEAVE, LIST, OFFER
from vipclub.bookings.models import (
    Closure,
    ClosureDisplaced,
)
from vipclub.bookings.refusals import SlotFull
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Busy, IllegalTransition, Refused
from vipclub.core.idempotency import Replayed
from vipclub.core.steps import Step

LOOKED_AT = 24


TRIES = 3


_displaced: Table = ClosureDisplaced.__table__  # type: ignore[assignment]


log = structlog.get_logger("vipclub.closing")


@dataclass(frozen=True, slots=True)
class Offered:
    """What came of looking for other times: offered by the partner, left to the service desk,
    failed (to be tried again)."""

    proposed: int
    desk: int
    failed: int


def offer_others(db: Database, actor: Actor, *, closure: str, again: bool = False) -> Offered:
    """Offer another time to each who waits, in a run of its own; one that fails doesn't stop the
    rest. With `again`, also to those for whom it was tried before. Harmless to repeat. Raises
    NotFound, Forbidden."""
    actor.require(Permission.APPOINTMENT_ANSWER)
    with db.read() as session:
        found = find_closure(session, actor, closure)
        waiting = [
            one.appointment
            for one in displaced_by(session, actor, [found.id])
            if one.stands in OFFER.sources and (again or not one.tried)
        ]
    outcomes = [_try_one(db, actor, closure, appointment) for appointment in waiting]
    return Offered(*(outcomes.count(kind) for kind in ("proposed", "desk", "failed")))


class WithClosures(Protocol):
    """What a change of capacity gives: the references of the closures that it made."""

    @property
    def closures(self) -> tuple[str, ...]: ...


C = TypeVar("C", bound=WithClosures | Replayed | str | None)


def close_and_offer(db: Database, actor: Actor, close: Callable[[], C]) -> C:
    """The one way in which a page, the API or a job closes times: `close` is the change in a
    transaction of its own; then everybody whom it displaced is offered another time, each in a run
    of its own. Who can't be is tried again by the clock. Gives what `close` gave (a closure's
    reference, or what has `closures`); an answer that is only repeated was looked after then.
    Raises what `close` raises, and nothing once the times are closed."""
    made = close()
    closures: Sequence[str] = ()
    if isinstance(made, str):
        closures = [made]
    elif made is not None and not isinstance(made, Replayed):
        closures = made.closures
    if closures and actor.has(Permission.APPOINTMENT_ANSWER):
        try:
            offer_each(db, actor, closures)
        except Exception:  # the closing stands: the clock goes on with it
            log.exception("offering_failed", closings=closures)
    return made


def offer_each(db: Database, actor: Actor, closures: Sequence[str]) -> Offered:
    """`offer_others` for several closures, counted together."""
    done = [offer_others(db, actor, closure=ref) for ref in closures]
    return Offered(
        sum(one.proposed for one in done),
        sum(one.desk for one in done),
        sum(one.failed for one in done),
    )


def offer_all(db: Database) -> Offered:
    """For the clock: the closures in which somebody has not been tried yet."""
    with db.read() as session:
        refs = session.scalars(
            select(Closure.public_ref)
            .join(ClosureDisplaced, ClosureDisplaced.closure_id == Closure.id)
            .where(
                ClosureDisplaced.state == LIST.target,
                ClosureDisplaced.tried_at.is_(None),
                Closure.reopened_at.is_(None),
                # each site's own day, whichever zone it is in: nowhere is it earlier than that
                Closure.last_day >= clock.today("UTC") - timedelta(days=1),
            )
            .distinct()
        ).all()
    return offer_each(db, CLUB, refs)


def _try_one(db: Database, actor: Actor, closure: str, appointment: str) -> str:
    """A seat that goes meanwhile is no reason to give up: the next one is looked for."""
    try:
        try:
            for _ in range(TRIES):
                with suppress(SlotFull):
                    return db.run(offer_one, actor, closure=closure, appointment=appointment)
        except IllegalTransition:  # the member or a colleague was faster
            return "settled"
        except Busy:
            raise
        except Refused as refused:
            log.warning("no_other_time", appointment=appointment, outcome=refused.code)
        db.run(leave_to_desk, actor, closure=closure, appointment=appointment)
    except Exception:
        log.exception("offering_failed", appointment=appointment)
        return "failed"
    return "desk"


def offer_one(session: Session, actor: Actor, *, closure: str, appointment: str) -> str:
    """Offer the nearest time that the partner has: the same offering first, then its other sites in
    the city. Gives proposed, desk (nothing is free) or settled. Raises what `propose` raises."""
    actor.require(Permission.APPOINTMENT_ANSWER)
    now = clock.now()
    row = find_displaced(session, actor, closure, appointment)
    if stands(row) not in OFFER.sources:
        return "settled"
    if row.state == "proposed":  # what was offered is closed now: the old time stands again
        reschedule(session, CLUB, appointment=row.ref, slot=row.slot)
        if row.own_open:
            return "settled"
    for other in _of_the_partner(session, actor, row):
        propose(
            session,
            actor,
            appointment=row.ref,
            slot=other.slot,
            kind="closed",
            reason=row.closed_why,
        )
        _note(session, row, OFFER, now)
        return "proposed"
    _note(session, row, LEAVE, now)
    return "desk"


def _of_the_partner(session: Session, actor: Actor, row: DisplacedRow) -> list[Alternative]:
    """The partner's own free times: the same offering first, the nearest day, rather after than
    before, at the nearest hour."""
    found = alternatives(session, actor, appointment=row.ref, limit=LOOKED_AT)
    start = row.start

    def far(other: Alternative) -> tuple[int, int, bool, int]:
        days = (other.start.date() - start.date()).days
        minutes = (other.start.hour - start.hour) * 60 + other.start.minute - start.minute
        return other.near, abs(days), days < 0, abs(minutes)

    return sorted((other for other in found if other.near < 2), key=far)


def leave_to_desk(session: Session, actor: Actor, *, closure: str, appointment: str) -> None:
    """Nothing could be offered: the service desk calls. Nothing is done when it is settled."""
    row = find_displaced(session, actor, closure, appointment)
    if stands(row) in LEAVE.sources:
        _note(session, row, LEAVE, clock.now())


def keep(session: Session, actor: Actor, *, closure: str, appointment: str) -> None:
    """The visit takes place all the same: this person keeps the time. Raises NotFound, Forbidden,
    IllegalTransition once it is settled in another way."""
    DISPLACED_STEPS.require(KEEP, actor)
    row = find_displaced(session, actor, closure, appointment)
    now_stands = stands(row)
    if now_stands == KEEP.target:
        return
    if now_stands not in UNSETTLED or row.state not in PROPOSE.sources:
        raise IllegalTransition(possible=[], state=now_stands)
    _note(session, row, KEEP, clock.now())
    audit.write(
        session,
        actor,
        "closure.keep",
        subject=("appointment", row.ref),
        before={"stands": now_stands},
        after={"closure": row.closure},
    )


def _note(session: Session, row: DisplacedRow, step: Step[object], now: datetime) -> None:
    session.connection().execute(
        update(_displaced)
        .where(_displaced.c.closure_id == row.closure_id, _displaced.c.appointment_id == row.id)
        .values(state=step.target, tried_at=now)
    )
