"""What must be true of all callbacks: the calls that reached nobody are those on record."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from vipclub.core.invariants import Broken, Span, in_parts
from vipclub.desk.callbacks.models import Callback, CallbackTry


def _other_tries(session: Session, span: Span) -> Iterator[Broken]:
    """Callbacks that count other calls than were made, or that are due without a clock."""
    made = func.count(CallbackTry.id)
    for ref, state, tries, alarm_at, count in session.execute(
        select(Callback.public_ref, Callback.state, Callback.tries, Callback.alarm_at, made)
        .outerjoin(
            CallbackTry,
            and_(CallbackTry.callback_id == Callback.id, CallbackTry.reached.is_(False)),
        )
        .where(span.of(Callback.id))
        .group_by(Callback.id)
    ):
        if count != tries:
            yield Broken(f"callback {ref}", f"{tries} calls are counted, {count} are on record")
        if (state == "due") != (alarm_at is not None):
            yield Broken(f"callback {ref}", f"{state}, and its clock says otherwise")


INVARIANTS = (
    in_parts(
        "callbacks",
        "A callback counts the calls that are on record, and has a clock while it is due.",
        over=Callback.id,
        broken=_other_tries,
    ),
)
