"""What must be true of all times of the partners: none is sold twice."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.core.invariants import Broken, Span, in_parts
from vipclub.partners.models import Slot


def _oversold(session: Session, span: Span) -> Iterator[Broken]:
    """Times with more seats taken than there are, or less than none."""
    for ref, taken, reserved, capacity in session.execute(
        select(Slot.public_ref, Slot.taken, Slot.reserved, Slot.capacity).where(
            span.of(Slot.id),
            (Slot.taken + Slot.reserved > Slot.capacity) | (Slot.taken < 0) | (Slot.reserved < 0),
        )
    ):
        yield Broken(f"time {ref}", f"{taken} taken and {reserved} reserved of {capacity}")


INVARIANTS = (
    in_parts(
        "capacity",
        "No time has more seats taken than it has.",
        over=Slot.id,
        broken=_oversold,
    ),
)
