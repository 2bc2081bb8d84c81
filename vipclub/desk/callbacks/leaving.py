"""A callback about a complaint is never made by whom the complaint is about."""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from vipclub import assistance
from vipclub.assistance import ComplaintAbout
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.desk.callbacks.models import Callback, callback_table

ACTOR = Actor.system("leave_callbacks")


def leave_callbacks(session: Session, fact: ComplaintAbout) -> None:
    """What that person was to call about the case is somebody else's on duty, or nobody's."""
    refs = session.scalars(
        select(Callback.public_ref).where(
            Callback.case_id == fact.case_id,
            Callback.owner_id == fact.account_id,
            Callback.state == "due",
        )
    ).all()
    if not refs:
        return
    now = clock.now()
    owner = assistance.duty_at(session, now).owner(but=fact.account_id)
    session.execute(
        update(callback_table)
        .where(callback_table.c.public_ref.in_(refs), callback_table.c.state == "due")
        .values(owner_id=owner.account_id if owner else None)
    )
    for ref in refs:
        audit.write(
            session,
            ACTOR,
            "callback.owner",
            subject=("callback", ref),
            after={"owner": owner.ref if owner else None},
            at=now,
        )
