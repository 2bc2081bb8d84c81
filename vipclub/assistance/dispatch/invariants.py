"""What must be true of all askings: nobody is asked, or waits in line, for a case that is over."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.assistance.dispatch.models import Dispatch
from vipclub.assistance.models import Case
from vipclub.assistance.steps import OPEN
from vipclub.core.invariants import Broken, Span, in_parts


def _asked_in_vain(session: Session, span: Span) -> Iterator[Broken]:
    for ref, state, case in session.execute(
        select(Dispatch.public_ref, Dispatch.state, Case.public_ref)
        .join(Case, Case.id == Dispatch.case_id)
        .where(
            span.of(Dispatch.id),
            Dispatch.state.in_(("listed", "asked", "accepted")),
            Case.state.not_in(sorted(OPEN)),
        )
    ):
        yield Broken(f"dispatch {ref}", f"{state}, and case {case} is over")


def _nobody_asked(session: Session, span: Span) -> Iterator[Broken]:
    """Who is listed behind nobody: the one before is asked, or has accepted."""
    before = select(Dispatch.chain).where(Dispatch.state.in_(("asked", "accepted", "done")))
    for (ref,) in session.execute(
        select(Dispatch.public_ref).where(
            span.of(Dispatch.id), Dispatch.state == "listed", Dispatch.chain.not_in(before)
        )
    ):
        yield Broken(f"dispatch {ref}", "waits in line behind nobody")


INVARIANTS = (
    in_parts(
        "askings of cases",
        "Partners are asked for open cases alone.",
        over=Dispatch.id,
        broken=_asked_in_vain,
    ),
    in_parts(
        "chains of askings",
        "Who is listed stands behind one who is asked or has accepted.",
        over=Dispatch.id,
        broken=_nobody_asked,
    ),
)
