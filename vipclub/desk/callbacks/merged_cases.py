"""The callbacks of a case that is merged are calls of the one that goes on."""

from __future__ import annotations

from sqlalchemy import update
from sqlalchemy.orm import Session

from vipclub.assistance import CasesMerged
from vipclub.desk.callbacks.models import callback_table


def follow_the_case(session: Session, fact: CasesMerged) -> None:
    """Calls that are due go on in the other case; whoever that one is about owns none of them any
    more, and the watch finds somebody else. One statement, two where it is about somebody."""
    mine = (callback_table.c.case_id == fact.gone_id) & (callback_table.c.state == "due")
    moved = update(callback_table).where(mine)
    if fact.against_id is not None:
        session.execute(
            moved.where(callback_table.c.owner_id == fact.against_id).values(owner_id=None)
        )
    session.execute(moved.values(case_id=fact.stays_id))
