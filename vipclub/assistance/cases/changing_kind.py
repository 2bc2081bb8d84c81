"""An emergency that was taken for one at home and is abroad, or the other way: the red button says
"in mainland China" where nobody says more."""

from __future__ import annotations

from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.assistance.cases.handling import Act, CaseResult
from vipclub.assistance.clocks.promises import EMERGENCIES
from vipclub.assistance.refusals import KindNotChanged
from vipclub.core.actor import Actor

KIND = "kind"
"""The entry, with the kind in `reason`."""


def change_kind(
    session: Session, actor: Actor, *, case: str, kind: str, channel: str | None = None
) -> CaseResult:
    """Say that an open emergency is of the other kind; its clocks are those of the kind that it
    has, from its beginning. Raises KindNotChanged, IllegalTransition for a case that isn't open,
    and what `Act` raises."""
    act = Act(session, actor, case, permission=Permission.CASE_WORK, channel=channel)
    act.must_be_open()
    if not {kind, act.case.kind} <= EMERGENCIES or kind == act.case.kind:
        raise KindNotChanged()
    act.write(KIND, reason=kind, for_member=True)
    return act.finish("case.change_kind", after={"kind": kind}, kind=kind)
