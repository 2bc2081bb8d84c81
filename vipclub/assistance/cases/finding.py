"""Cases and who may know of them: the finder is the lock. Not found and not allowed look alike."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, bindparam, or_, select, true
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts import Account
from vipclub.assistance.models import Case, case_table
from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import MalformedRef, NotFound
from vipclub.core.rows import row_as
from vipclub.core.types import parse_ref
from vipclub.people import FoundBy, Meant, Person, Sight, same_person
from vipclub.people import visible_to as persons_visible_to


@dataclass(frozen=True, slots=True)
class LockedCase:
    """A case under its lock."""

    id: int
    ref: str
    kind: str
    state: str
    severity: str
    person_id: int | None
    owner_id: int | None
    owner: str | None
    against_id: int | None
    region: str
    time_zone: str
    opened_at: datetime
    wait_until: datetime | None
    close_at: datetime | None
    merged_into_id: int | None
    merged_into: str | None
    last_at: datetime
    version: int

    def moment(self, now: datetime) -> datetime:
        """The moment of the next entry: never before the last one, whatever a host's clock says."""
        return max(now, self.last_at)


_merged = aliased(Case)
_COLUMNS = (
    Case.id,
    Case.public_ref.label("ref"),
    Case.kind,
    Case.state,
    Case.severity,
    Case.person_id,
    Case.owner_id,
    Account.public_ref.label("owner"),
    Case.against_id,
    Case.region,
    Case.time_zone,
    Case.opened_at,
    Case.wait_until,
    Case.close_at,
    Case.merged_into_id,
    _merged.public_ref.label("merged_into"),
    Case.last_at,
    Case.version,
)


def visible_to(actor: Actor) -> ColumnElement[bool]:
    """Which cases an actor may know of: the desk's are all but those about themselves, a member's
    are those of the persons in sight."""
    not_mine: ColumnElement[bool] = true()
    if actor.account_id is not None:
        not_mine = or_(Case.against_id.is_(None), Case.against_id != actor.account_id)
    if actor.sees_all:
        return not_mine
    holder, survivor = aliased(Person), aliased(Person)
    mine = (
        select(holder.id)
        .join(survivor, same_person(survivor, holder))
        .where(persons_visible_to(actor, survivor))
    )
    return not_mine & Case.person_id.in_(mine)


not_about_me = or_(
    Case.against_id.is_(None), Case.against_id != bindparam("me", type_=Case.against_id.type)
)
"""What `visible_to` says of the desk, for statements that are built once."""


def in_sight(sight: Sight) -> ColumnElement[bool]:
    """The same for statements that are built once a `Sight`; asked with `values_of`."""
    if sight.everybody:
        return not_about_me
    holder, survivor = aliased(Person), aliased(Person)
    mine = (
        select(holder.id).join(survivor, same_person(survivor, holder)).where(sight.over(survivor))
    )
    return not_about_me & Case.person_id.in_(mine)


def values_of(actor: Actor) -> dict[str, Any]:
    """What a statement with `in_sight` is asked with."""
    return {"me": actor.account_id or 0, **people.values_of(actor)}


def find_case(session: Session, actor: Actor, ref: str) -> LockedCase:
    """A case that this actor may act for, under its lock until the transaction ends. One statement.
    Raises MalformedRef, NotFound."""
    found = _locked(session, Case.public_ref == parse_ref(ref, "C"), visible_to(actor))
    if found is None:
        raise NotFound()
    return found


def find_tapped(session: Session, tap: str) -> LockedCase | None:
    """The case of a red button, under its lock, for whoever knows its random key; where it goes on,
    if it was merged. One statement, and one more for each case that it became part of."""
    found = _locked(session, Case.tap == tap)
    while found is not None and found.merged_into_id is not None:
        found = _locked(session, Case.id == found.merged_into_id)
    return found


def _locked(session: Session, *conditions: ColumnElement[bool]) -> LockedCase | None:
    statement = (
        select(*_COLUMNS)
        .outerjoin(Account, Account.id == Case.owner_id)
        .outerjoin(_merged, _merged.id == Case.merged_into_id)
        .where(*conditions)
    )
    row = session.execute(for_no_key_update(statement, of=case_table)).first()
    return None if row is None else row_as(LockedCase, row)


_in_need = aliased(Person)
_by_reference = (
    people.ranked(_in_need, FoundBy.BOOKING)
    .join(Case, Case.person_id == _in_need.id)
    .where(Case.public_ref == bindparam("case"))
)


def meant_by(_session: Session, typed: str) -> Meant | None:
    """Whose case a reference names, for whoever looks up people; None for what is no such
    reference. Runs no query; whoever asks narrows it to whom the actor may see."""
    try:
        return Meant((_by_reference,), {"case": parse_ref(typed, "C")})
    except MalformedRef:
        return None
