"""What becomes of the tasks of a case that ends: they end with it; those of one that is merged go
along."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from vipclub.assistance.cases.task_steps import TASKS_TO_DO
from vipclub.assistance.work_models import task_table

_to_do = task_table.c.state.in_(sorted(TASKS_TO_DO))


def end_tasks_of(session: Session, case_id: int, at: datetime) -> list[str]:
    """End what was still to be done in a case; gives the references. Two statements where there is
    something, else one."""
    mine = (task_table.c.case_id == case_id) & _to_do
    refs = session.scalars(
        select(task_table.c.public_ref).where(mine).order_by(task_table.c.id)
    ).all()
    if refs:
        session.execute(update(task_table).where(mine).values(state="ended", ended_at=at))
    return list(refs)


def move_tasks(session: Session, case_id: int, into_id: int) -> None:
    """What was still to be done in one case is to be done in another. One statement."""
    session.execute(
        update(task_table).where(task_table.c.case_id == case_id, _to_do).values(case_id=into_id)
    )
