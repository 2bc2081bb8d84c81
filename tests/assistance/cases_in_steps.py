"""Cases opened, and what they look like: for the tests of the assistance."""

from __future__ import annotations

from typing import Any

from sqlalchemy import select

from tests.cast import CLUB_ACTOR
from vipclub import assistance
from vipclub.accounts import Permission
from vipclub.assistance import CaseResult, CaseView
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.invariants import verify
from vipclub.core.outbox import OutboxRow


def opened(db: Database, actor: Actor = CLUB_ACTOR, **what: Any) -> CaseResult:
    given: dict[str, Any] = {"kind": "emergency_overseas", "what": "Fell on the stairs", **what}
    return db.run(assistance.open_case, actor, **given)


def seen(db: Database, ref: str, actor: Actor = CLUB_ACTOR) -> CaseView:
    viewed = None
    if actor.has(Permission.CASE_WORK):
        viewed = db.run(assistance.record_view, actor, case=ref, page="test")
    with db.read() as session:
        return assistance.case(session, actor, ref, viewed=viewed)


def whats(view: CaseView) -> list[str]:
    return [entry.what for entry in view.entries]


def letters(db: Database, about: str = "case-") -> list[str]:
    with db.read() as session:
        rows = session.scalars(
            select(OutboxRow.payload).where(OutboxRow.kind == "message").order_by(OutboxRow.id)
        )
        return [row["template"] for row in rows if row["template"].startswith(about)]


def broken(db: Database) -> list[object]:
    return [one for outcome in verify(db, assistance.INVARIANTS) for one in outcome.broken]
