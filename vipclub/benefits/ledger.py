"""The ledger: every change of an account is one guarded UPDATE and one entry that is never edited.

`remaining = granted - held - used`, never below zero: the UPDATE's condition decides, the CHECK
stands behind it.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlalchemy import Table, and_, case, insert, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.elements import ColumnElement

from vipclub.benefits.models import Benefit, EntitlementAccount, LedgerEntry
from vipclub.benefits.refusals import LedgerConflict, NoEntitlement
from vipclub.core.actor import Actor
from vipclub.core.types import Localized

_account: Table = EntitlementAccount.__table__  # type: ignore[assignment]
_entry: Table = LedgerEntry.__table__  # type: ignore[assignment]
_insert_entry = insert(_entry)

REMAINING = EntitlementAccount.remaining


def hold(
    session: Session,
    *,
    account_id: int,
    quantity: int = 1,
    subject: tuple[str, str],
    actor: Actor,
    at: datetime,
) -> None:
    """Set units aside for a booking. Raises NoEntitlement when too few are left."""
    changed = _change(
        session,
        account_id,
        guard=_enough(quantity),
        held=quantity,
        unlimited_granted=quantity,
    )
    if changed is None:
        raise no_entitlement(session, account_id)
    granted = quantity if changed else 0
    _post(session, account_id, "hold", (granted, quantity, 0), subject, actor, at)


def release(
    session: Session,
    *,
    account_id: int,
    quantity: int = 1,
    subject: tuple[str, str],
    actor: Actor,
    at: datetime,
    reason: str | None = None,
) -> None:
    """Give back what was held. Raises LedgerConflict when so much isn't held."""
    changed = _change(
        session,
        account_id,
        guard=_account.c.held >= quantity,
        held=-quantity,
        unlimited_granted=-quantity,
    )
    if changed is None:
        raise LedgerConflict()
    granted = -quantity if changed else 0
    _post(session, account_id, "release", (granted, -quantity, 0), subject, actor, at, reason)


def consume(
    session: Session,
    *,
    account_id: int,
    quantity: int = 1,
    subject: tuple[str, str],
    actor: Actor,
    at: datetime,
    reason: str | None = None,
) -> None:
    """What was held is used. Raises LedgerConflict when so much isn't held."""
    changed = _change(
        session, account_id, guard=_account.c.held >= quantity, held=-quantity, used=quantity
    )
    if changed is None:
        raise LedgerConflict()
    _post(session, account_id, "consume", (0, -quantity, quantity), subject, actor, at, reason)


def reverse(
    session: Session,
    *,
    account_id: int,
    quantity: int = 1,
    subject: tuple[str, str],
    actor: Actor,
    at: datetime,
    to_held: bool = True,
    reason: str | None = None,
) -> None:
    """Take a use back: held again (an undo of "completed"), or free (`to_held=False`, entered by
    mistake).

    Raises LedgerConflict when so much isn't used.
    """
    changed = _change(
        session,
        account_id,
        guard=_account.c.used >= quantity,
        held=quantity if to_held else 0,
        used=-quantity,
        unlimited_granted=0 if to_held else -quantity,
    )
    if changed is None:
        raise LedgerConflict()
    granted = -quantity if changed and not to_held else 0
    difference = (granted, quantity if to_held else 0, -quantity)
    _post(session, account_id, "reverse", difference, subject, actor, at, reason)


def adjust(
    session: Session,
    *,
    account_id: int,
    by: int,
    subject: tuple[str, str],
    actor: Actor,
    at: datetime,
    reason: str,
) -> None:
    """Give more (by > 0) or less. Raises NoEntitlement when that is held or used already."""
    guard = and_(_account.c.unlimited.is_(False), by + REMAINING >= 0)
    if _change(session, account_id, guard=guard, granted=by) is None:
        raise no_entitlement(session, account_id)
    _post(session, account_id, "adjust", (by, 0, 0), subject, actor, at, reason)


def expire(
    session: Session,
    *,
    account_id: int,
    quantity: int,
    subject: tuple[str, str],
    actor: Actor,
    at: datetime,
    reason: str | None = None,
) -> None:
    """End units that are left. Raises NoEntitlement when fewer are left. Whole years:
    `granting.expire_years`.
    """
    guard = and_(_account.c.unlimited.is_(False), quantity <= REMAINING)
    if _change(session, account_id, guard=guard, granted=-quantity) is None:
        raise no_entitlement(session, account_id)
    _post(session, account_id, "expire", (-quantity, 0, 0), subject, actor, at, reason)


def _enough(quantity: int) -> ColumnElement[bool]:
    return or_(_account.c.unlimited.is_(True), quantity <= REMAINING)


def _change(
    session: Session,
    account_id: int,
    *,
    guard: ColumnElement[bool],
    granted: int = 0,
    held: int = 0,
    used: int = 0,
    unlimited_granted: int = 0,
) -> bool | None:
    """The guarded UPDATE. None when the guard said no; else whether the account is unlimited, in
    which case `granted` moved by `unlimited_granted` too.
    """
    a = _account.c
    values: dict[str, Any] = {}
    if held:
        values["held"] = a.held + held
    if used:
        values["used"] = a.used + used
    if granted or unlimited_granted:
        extra = case((a.unlimited.is_(True), unlimited_granted), else_=0)
        values["granted"] = a.granted + granted + extra
    statement = (
        update(_account).where(a.id == account_id, guard).values(**values).returning(a.unlimited)
    )
    return session.connection().execute(statement).scalar_one_or_none()


def _post(
    session: Session,
    account_id: int,
    kind: str,
    difference: tuple[int, int, int],
    subject: tuple[str, str],
    actor: Actor,
    at: datetime,
    reason: str | None = None,
) -> None:
    session.connection().execute(
        _insert_entry,
        {
            "account_id": account_id,
            "at": at,
            "kind": kind,
            "granted": difference[0],
            "held": difference[1],
            "used": difference[2],
            "subject_kind": subject[0],
            "subject_ref": subject[1],
            "actor_kind": actor.kind,
            "actor_ref": actor.owner,
            "reason": reason,
        },
    )


def no_entitlement(session: Session, account_id: int) -> NoEntitlement:
    """The refusal of an account, with what is left and when new ones come."""
    row = session.execute(
        select(Benefit.code, Benefit.name, _account.c.year, REMAINING.label("remaining"))
        .join(_account, _account.c.benefit_id == Benefit.id)
        .where(_account.c.id == account_id)
    ).one()
    return none_left(row.code, row.name, row.year, row.remaining)


def none_left(code: str, name: Localized, year: int, remaining: int = 0) -> NoEntitlement:
    """The refusal for a benefit and year; also for a tier that doesn't have it."""
    return NoEntitlement(
        benefit=name, code=code, year=year, remaining=remaining, renews=date(year + 1, 1, 1)
    )
