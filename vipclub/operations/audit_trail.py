"""Reading the audit trail: acts found by whom, what, on what and when; how far it is sealed and
checked.

That the trail is read is a record of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import SQLColumnExpression, func, select, true
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.core import audit
from vipclub.core.actor import Actor
from vipclub.core.audit import COVERED, AuditRow
from vipclub.core.audit_keys import SigningKeys
from vipclub.core.audit_sealing import AuditSeal, AuditSealed, Part, sealed_below
from vipclub.core.errors import NotFound
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import UtcDateTime

TRAIL = ("audit", "trail")
"""The subject of records about the trail itself."""
READ, CHECKED = "audit.read", "audit.verify"


@dataclass(frozen=True, slots=True)
class ActsAsked:
    """Which records: `action` also by its beginning ("appointment."); moments from, to, and ids
    below `before`."""

    subject: str = ""
    actor: str = ""
    action: str = ""
    since: datetime | None = None
    until: datetime | None = None
    before: int | None = None


@dataclass(frozen=True, slots=True)
class Act:
    """One record; no personal data is ever in it. `seal` is None until it is sealed."""

    id: int
    at: datetime
    actor_kind: str
    actor: str
    channel: str
    action: str
    subject_kind: str
    subject: str
    reason: str | None
    seal: int | None


@dataclass(frozen=True, slots=True)
class WholeAct:
    """One record with all that it says, and whether that matches its signature now."""

    act: Act
    before: str | None
    after: str | None
    request_id: str
    intact: bool


def _acts(*more: SQLColumnExpression[Any]) -> AnySelect:
    row = AuditRow
    return select(
        row.id,
        row.at,
        row.actor_kind,
        row.actor_ref,
        row.channel,
        row.action,
        row.subject_kind,
        row.subject_ref,
        row.reason,
        AuditSealed.seal_id,
        *more,
    ).outerjoin(AuditSealed, AuditSealed.audit_id == row.id)


def _act(row: AnyRow) -> Act:
    return Act(
        id=row.id,
        at=row.at,
        actor_kind=row.actor_kind,
        actor=row.actor_ref,
        channel=row.channel,
        action=row.action,
        subject_kind=row.subject_kind,
        subject=row.subject_ref,
        reason=row.reason,
        seal=row.seal_id,
    )


def acts(session: Session, actor: Actor, asked: ActsAsked, *, limit: int = 50) -> list[Act]:
    """The acts that were asked for, the newest first. One statement. Raises Forbidden."""
    actor.require(Permission.AUDIT_VIEW)
    row, statement = AuditRow, _acts().order_by(AuditRow.id.desc()).limit(limit)
    if asked.subject:
        statement = statement.where(row.subject_ref == asked.subject)
    if asked.actor:
        statement = statement.where(row.actor_ref == asked.actor)
    if asked.action:
        statement = statement.where(row.action.startswith(asked.action, autoescape=True))
    if asked.since:
        statement = statement.where(row.at >= asked.since)
    if asked.until:
        statement = statement.where(row.at < asked.until)
    if asked.before:
        statement = statement.where(row.id < asked.before)
    return [_act(found) for found in session.execute(statement)]


def one_act(session: Session, actor: Actor, number: int) -> WholeAct:
    """One act with all that its row says, and whether the row is still as it was signed. One
    statement. Raises NotFound, Forbidden."""
    actor.require(Permission.AUDIT_VIEW)
    found = session.execute(
        _acts(AuditRow.before, AuditRow.after, AuditRow.request_id, AuditRow.mac).where(
            AuditRow.id == number
        )
    ).first()
    if found is None:
        raise NotFound()
    said = {name: getattr(found, name) for name in COVERED}
    intact = SigningKeys.of(session).signed({**said, "mac": found.mac}, number)
    return WholeAct(_act(found), found.before, found.after, found.request_id, intact)


@dataclass(frozen=True, slots=True)
class TrailStanding:
    """How far the trail is sealed, and what the last check from a page found (`checked` is its
    `after`, None when there was none)."""

    seals: int
    sealed_at: datetime | None
    unsealed: int
    checked_at: datetime | None
    checked: str | None


def trail_standing(session: Session, actor: Actor) -> TrailStanding:
    """How far the trail is sealed, and what the last check found. One statement, and one to find
    where the unsealed acts begin. Raises Forbidden."""
    actor.require(Permission.AUDIT_VIEW)
    tail = (
        select(func.count(AuditRow.id))
        .outerjoin(AuditSealed, AuditSealed.audit_id == AuditRow.id)
        .where(AuditSealed.audit_id.is_(None), AuditRow.id > sealed_below(session))
        .scalar_subquery()
    )
    check = (
        select(AuditRow.at, AuditRow.after)
        .where(
            AuditRow.subject_kind == TRAIL[0],
            AuditRow.subject_ref == TRAIL[1],
            AuditRow.action == CHECKED,
        )
        .order_by(AuditRow.id.desc())
        .limit(1)
        .subquery()
    )
    sealed = select(
        func.max(AuditSeal.id).label("seals"), func.max(AuditSeal.at, type_=UtcDateTime).label("at")
    ).subquery()
    found = session.execute(
        select(sealed.c.seals, sealed.c.at, tail.label("unsealed"), check.c.at, check.c.after)
        .select_from(sealed)
        .outerjoin(check, true())
    ).one()
    seals, sealed_at, unsealed, checked_at, checked = found
    return TrailStanding(seals or 0, sealed_at, unsealed, checked_at, checked)


def record_reading(session: Session, actor: Actor, *, shown: Mapping[str, Any]) -> None:
    """Put on record, before anything is shown, who reads which acts. Raises Forbidden."""
    actor.require(Permission.AUDIT_VIEW)
    audit.write(session, actor, READ, subject=TRAIL, after={k: v for k, v in shown.items() if v})


def record_check(session: Session, actor: Actor, *, part: Part) -> None:
    """Put on record what a check of the trail found, whatever it was. Raises Forbidden."""
    actor.require(Permission.AUDIT_VIEW)
    broken = part.broken
    audit.write(
        session,
        actor,
        CHECKED,
        subject=TRAIL,
        after={
            "first": part.first,
            "last": part.last,
            "rows": part.rows,
            "unsealed": part.unsealed,
            "intact": broken is None,
            "record": broken.audit_id if broken else None,
            "seal": broken.seal_id if broken else None,
        },
    )
