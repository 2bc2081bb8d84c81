"""A complaint that is complex has more days, by a second person's word for the last of them."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Row, func, select
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.assistance.cases.handling import Act, CaseResult, words
from vipclub.assistance.cases.timeline import clock_rows
from vipclub.assistance.clocks.promises import EXTENSIONS
from vipclub.assistance.models import CaseEntry
from vipclub.assistance.refusals import (
    AnotherPersonExtends,
    ExtensionNotAccepted,
    ExtensionTooLate,
)
from vipclub.core.actor import Actor


def extend(session: Session, actor: Actor, *, case: str, days: int, text: str) -> CaseResult:
    """Give a complaint that is complex 30 days in all, once; and once more 60, which somebody else
    than who gave the first ones approves by doing it; before it is due. A complaint that was opened
    again has its 15 days anew. Raises ExtensionNotAccepted, ExtensionTooLate, AnotherPersonExtends,
    WordsMissing and what `Act` raises."""
    said = words(text)
    act = Act(session, actor, case, permission=Permission.CASE_WORK)
    act.must_be_open()
    before = _extensions(session, act.case.id)
    wanted = EXTENSIONS[len(before)] if len(before) < len(EXTENSIONS) else None
    if act.case.kind != "complaint" or days != wanted:
        raise ExtensionNotAccepted()
    last = [one for one in clock_rows(session, [act.case.id]) if one.clock == "resolution"][-1]
    if last.due_at is not None and last.due_at < act.at:
        raise ExtensionTooLate()
    if before and before[-1].account_id == actor.account_id:
        raise AnotherPersonExtends()
    act.write("extended", days=days, text=said, for_member=True)
    result = act.finish("case.extend", after={"days": days})
    act.tell("case-answered", result)
    return result


def _extensions(session: Session, case_id: int) -> Sequence[Row[int | None, int | None]]:
    """Those since the case was opened last, in their order."""
    again = (
        select(func.coalesce(func.max(CaseEntry.id), 0))
        .where(CaseEntry.case_id == case_id, CaseEntry.what == "reopened")
        .scalar_subquery()
    )
    return session.execute(
        select(CaseEntry.days, CaseEntry.account_id)
        .where(CaseEntry.case_id == case_id, CaseEntry.what == "extended", CaseEntry.id > again)
        .order_by(CaseEntry.id)
    ).all()
