"""The ledger: every change of an account is one guarded UPDATE and one entry that is never edited.

`remaining = granted - held - used`, never below zero: the UPDATE's condition decides, the CHECK
stands behind it.
"""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import Integer, Table, and_, bindparam, case, or_, select, update
from sqlalchemy.orm import Session
from sqlalchemy.sql.dml import ReturningUpdate
from sqlalchemy.sql.elements import ColumnElement

from vipclub.benefits.models import Benefit, EntitlementAccount, LedgerEntry
from vipclub.benefits.refusals import LedgerConflict, NoEntitlement
from vipclub.core.actor import Actor
from vipclub.core.added_rows import add_rows
from vipclub.core.built_statements import run_built
from vipclub.core.types import Localized

_account: Table = EntitlementAccount.__table__  # type: ignore[assignment]
_entry: Table = LedgerEntry.__table__  # type: ignore[assignment]

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
        guard="enough",
        quantity=quantity,
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
        guard="held",
        quantity=quantity,
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
        session, account_id, guard="held", quantity=quantity, held=-quantity, used=quantity
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
        guard="used",
        quantity=quantity,
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
    if _change(session, account_id, guard="limited", quantity=-by, granted=by) is None:
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
    changed = _change(session, account_id, guard="limited", quantity=quantity, granted=-quantity)
    if changed is None:
        raise no_entitlement(session, account_id)
    _post(session, account_id, "expire", (-quantity, 0, 0), subject, actor, at, reason)


def _change(
    session: Session,
    account_id: int,
    *,
    guard: str,
    quantity: int,
    granted: int = 0,
    held: int = 0,
    used: int = 0,
    unlimited_granted: int = 0,
) -> bool | None:
    """The UPDATE under a guard of `_GUARDS`. None when it said no; else whether the account is
    unlimited, in which case `granted` moved by `unlimited_granted` too.
    """
    asked = {
        "account": account_id,
        "quantity": quantity,
        "granted_by": granted,
        "held_by": held,
        "used_by": used,
        "unlimited_by": unlimited_granted,
    }
    changed: bool | None = run_built(session, _CHANGES[guard], asked).scalar_one_or_none()
    return changed


def _guarded(guard: ColumnElement[bool]) -> ReturningUpdate[bool]:
    a = _account.c
    extra = case((a.unlimited.is_(True), bindparam("unlimited_by", type_=Integer)), else_=0)
    return (
        update(_account)
        .where(a.id == bindparam("account"), guard)
        .values(
            granted=a.granted + bindparam("granted_by") + extra,
            held=a.held + bindparam("held_by"),
            used=a.used + bindparam("used_by"),
        )
        .returning(a.unlimited)
    )


_quantity = bindparam("quantity", type_=Integer)
_GUARDS: dict[str, ColumnElement[bool]] = {
    "enough": or_(_account.c.unlimited.is_(True), _quantity <= REMAINING),
    "limited": and_(_account.c.unlimited.is_(False), _quantity <= REMAINING),
    "held": _account.c.held >= _quantity,
    "used": _account.c.used >= _quantity,
}
"""What must be there of an account, for so many units."""
_CHANGES = {name: _guarded(guard) for name, guard in _GUARDS.items()}


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
    entry = {
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
    }
    add_rows(session, _entry, [entry])


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
