"""Drafts: what somebody of the desk is writing in a box of a case lies on the server, sealed, from
a moment after it is typed until it is sent, or for a week. A sign-in that ends meanwhile, another
device and a browser that was closed lose nothing."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.assistance.cases.finding import visible_to
from vipclub.assistance.models import Case
from vipclub.assistance.work_models import (
    DRAFT_BOXES,
    CaseDraft,
    CasePresence,
    draft_table,
    presence_table,
)
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.db import insert_ignore
from vipclub.core.errors import Forbidden, Malformed, NotFound
from vipclub.core.types import new_ref, parse_ref

KEPT = timedelta(days=7)
LONGEST_DRAFT = 20_000
PRESENCE_KEPT = timedelta(days=1)


def keep_draft(session: Session, actor: Actor, *, case: str, box: str, text: str) -> None:
    """Keep what is written so far in a box; nothing written forgets it. Raises Malformed for a box
    that there is none of and for too much, MalformedRef, NotFound, Forbidden."""
    actor.require(Permission.CASE_WORK)
    if box not in DRAFT_BOXES or len(text) > LONGEST_DRAFT:
        raise Malformed("box" if box not in DRAFT_BOXES else "text")
    if actor.account_id is None:
        raise Forbidden(permission=str(Permission.CASE_WORK))
    if not text.strip():
        forget_draft(session, actor, case=case, box=box)
        return
    row = session.execute(
        select(Case.id, CaseDraft.public_ref)
        .outerjoin(
            CaseDraft,
            (CaseDraft.case_id == Case.id)
            & (CaseDraft.account_id == actor.account_id)
            & (CaseDraft.box == box),
        )
        .where(Case.public_ref == parse_ref(case, "C"), visible_to(actor))
    ).first()
    if row is None:
        raise NotFound()
    now, ref = clock.now(), row.public_ref or new_ref("C")
    values = {
        "body": cipher_of(session).seal("case_draft.body", ref, text),
        "saved_at": now,
        "expires_at": now + KEPT,
    }
    if row.public_ref is not None:
        session.execute(update(draft_table).where(draft_table.c.public_ref == ref).values(values))
        return
    owned = {"public_ref": ref, "case_id": row.id, "account_id": actor.account_id, "box": box}
    # of two windows that begin at once the first stays until the second saves again
    insert_ignore(
        session, draft_table, {**owned, **values}, conflict=["case_id", "account_id", "box"]
    )


def forget_draft(session: Session, actor: Actor, *, case: str, box: str) -> None:
    """What was written is sent, or given up. One statement. Raises MalformedRef."""
    mine = select(Case.id).where(Case.public_ref == parse_ref(case, "C")).scalar_subquery()
    session.execute(
        delete(draft_table).where(
            draft_table.c.case_id == mine,
            draft_table.c.account_id == (actor.account_id or 0),
            draft_table.c.box == box,
        )
    )


def forget_old_drafts(session: Session) -> int:
    """Remove the drafts whose week has passed, and who looked at a case the day before; gives how
    many drafts."""
    now = clock.now()
    session.execute(
        delete(CasePresence)
        .where(presence_table.c.seen_at <= now - PRESENCE_KEPT)
        .execution_options(synchronize_session=False)
    )
    gone = session.execute(
        delete(CaseDraft)
        .where(draft_table.c.expires_at <= now)
        .execution_options(synchronize_session=False)
    )
    return int(gone.rowcount)  # type: ignore[attr-defined]
