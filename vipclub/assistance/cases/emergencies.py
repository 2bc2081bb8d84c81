"""Whether somebody is in need now, on whose word: a ground to see numbers whole."""

from __future__ import annotations

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from vipclub.accounts import Permission
from vipclub.assistance.cases.callers import VERIFIED
from vipclub.assistance.cases.finding import visible_to
from vipclub.assistance.clocks.promises import EMERGENCIES
from vipclub.assistance.models import Case, CaseEntry
from vipclub.assistance.steps import OPEN
from vipclub.core.actor import Actor
from vipclub.people import Person, same_person


def open_emergency(session: Session, actor: Actor, person_id: int) -> str | None:
    """The newest open emergency of a survivor that this actor may know of, and that isn't by their
    own word alone: somebody else opened it, or its caller was verified. None for none. One
    statement. Raises Forbidden."""
    actor.require(Permission.CASE_WORK)
    asked, holder = aliased(Person), aliased(Person)
    return session.execute(
        select(Case.public_ref)
        .join(holder, holder.id == Case.person_id)
        .join(asked, same_person(asked, holder))
        .where(
            asked.id == person_id,
            Case.state.in_(sorted(OPEN)),
            Case.kind.in_(sorted(EMERGENCIES)),
            visible_to(actor),
            or_(
                ~_has_entry("opened", CaseEntry.account_id == (actor.account_id or 0)),
                _has_entry(VERIFIED),
            ),
        )
        .order_by(Case.id.desc())
        .limit(1)
    ).scalar()


def _has_entry(what: str, *where: ColumnElement[bool]) -> ColumnElement[bool]:
    entry = select(CaseEntry.id).where(CaseEntry.case_id == Case.id, CaseEntry.what == what, *where)
    return entry.exists()
