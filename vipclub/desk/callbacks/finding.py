"""Callbacks and who may know of them: the finder is the lock. Not found and not allowed look
alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session, aliased

from vipclub.assistance import Case
from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import NotFound
from vipclub.core.rows import row_as
from vipclub.core.types import parse_ref
from vipclub.desk.callbacks.models import Callback, callback_table
from vipclub.people import Person, same_person
from vipclub.people import visible_to as persons_visible_to


@dataclass(frozen=True, slots=True)
class LockedCallback:
    """A callback under its lock; `case` is open or not, `against_id` whom it is about."""

    id: int
    ref: str
    state: str
    person_id: int | None
    owner_id: int | None
    about: str
    from_at: datetime
    due_at: datetime
    level: int
    tries: int
    version: int
    case: str | None
    case_state: str | None
    against_id: int | None


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which callbacks an actor may know of: the desk all but those of cases about themselves,
    others those of the persons in sight."""
    if actor.sees_all:
        about_me = select(Case.id).where(Case.against_id == (actor.account_id or 0))
        return or_(Callback.case_id.is_(None), Callback.case_id.not_in(about_me))
    holder, survivor = aliased(Person), aliased(Person)
    mine = (
        select(holder.id)
        .join(survivor, same_person(survivor, holder))
        .where(persons_visible_to(actor, survivor))
    )
    return Callback.person_id.in_(mine)


def find_callback(session: Session, actor: Actor, ref: str) -> LockedCallback:
    """A callback that this actor may act on, under its lock until the transaction ends. One
    statement. Raises MalformedRef, NotFound."""
    statement = (
        select(
            Callback.id,
            Callback.public_ref.label("ref"),
            Callback.state,
            Callback.person_id,
            Callback.owner_id,
            Callback.about,
            Callback.from_at,
            Callback.due_at,
            Callback.level,
            Callback.tries,
            Callback.version,
            Case.public_ref.label("case"),
            Case.state.label("case_state"),
            Case.against_id,
        )
        .outerjoin(Case, Case.id == Callback.case_id)
        .where(Callback.public_ref == parse_ref(ref, "J"), visible_to(actor))
    )
    row = session.execute(for_no_key_update(statement, of=callback_table)).first()
    if row is None:
        raise NotFound()
    return row_as(LockedCallback, row)
