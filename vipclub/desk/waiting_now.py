"""What waits at the desk beside cases: callbacks, and accesses in an emergency that this actor is
to review. One statement, for the first page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from vipclub import assistance
from vipclub.accounts import Permission
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.desk.callbacks.queries import COUNTED, CallbacksNow
from vipclub.desk.reviewing_access import REVIEWS_WAITING


@dataclass(frozen=True, slots=True)
class WaitingNow:
    """Callbacks as they stand, and how many accesses wait for the actor's review."""

    callbacks: CallbacksNow
    reviews: int


_waiting = COUNTED.add_columns(REVIEWS_WAITING.scalar_subquery().label("reviews"))


def waiting_now(session: Session, actor: Actor, *, now: datetime, soon: datetime) -> WaitingNow:
    """`soon` counts the callbacks of the time until then that aren't late. One statement. Raises
    Forbidden."""
    actor.require(Permission.CALLBACK_WORK)
    actor.require(Permission.ACCESS_VIEW)
    asked = {"now": now, "soon": soon, **assistance.of_whom(actor.account_id or 0, now)}
    row = run_built(session, _waiting, asked).one()
    late = int(row.late)
    return WaitingNow(CallbacksNow(late, int(row.soon) - late, row.all), row.reviews)
