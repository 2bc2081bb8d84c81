"""A ticket is scanned at the door: one entry a ticket, whoever scans it, how often and when.

Each scan has a random number of the device that made it (`nonce`): the same scan sent again, after
a lost answer or from a device that had no line, gives the same verdict and is no second entry. Of
two scans of one ticket the first is the entry, by the hour at which it was scanned.
"""

from __future__ import annotations

import hmac
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from vipclub import benefits
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.db import for_no_key_update, insert_ignore
from vipclub.core.errors import Malformed, MalformedRef
from vipclub.core.rows import AnyRow
from vipclub.core.types import Json, parse_ref
from vipclub.events.finding import EventRow, find_event, lock_event
from vipclub.events.models import Registration, registration_table, scan_table
from vipclub.events.refusals import NoAdmissionYet
from vipclub.events.registrations.entry_tickets import SEPARATOR
from vipclub.events.steps import REGISTRATION_STEPS

ATTEND = REGISTRATION_STEPS["attend"]
WELCOME, ALREADY, CANCELLED = "welcome", "already", "cancelled"
FOREIGN, UNKNOWN = "foreign", "unknown"
VERDICTS = (WELCOME, ALREADY, CANCELLED, FOREIGN, UNKNOWN)
"""Comes in; came in before; gave the seat up, or has none; a ticket of another event; none."""
HELD = frozenset({"published", "closed", "held"})
NONCE = re.compile(r"[0-9A-Za-z_-]{8,64}", re.ASCII)
BEFORE = timedelta(days=1)
"""So long before the start tickets are scanned, for a rehearsal's sake no earlier."""


@dataclass(frozen=True, slots=True)
class Scan:
    """What came of a scan: for `welcome` and `already` whose registration, how many people it is
    for, and when they came first."""

    verdict: str
    registration: str | None = None
    first_at: datetime | None = None
    size: int = 0

    def to_json(self) -> Json:
        """As the API says it."""
        said: dict[str, Json] = {"verdict": self.verdict}
        if self.registration is not None:
            said["registration"] = self.registration
        if self.first_at is not None:
            said["first_at"] = self.first_at.isoformat()
        return said


def check_in(
    session: Session,
    actor: Actor,
    *,
    event: str,
    code: str,
    nonce: str,
    device: str = "",
    scanned_at: datetime | None = None,
) -> Scan:
    """The verdict on a scanned code; never raises for what was scanned. A scan of before is kept by
    its hour, one from the future counts as now. Raises NoAdmissionYet before the event's day,
    Malformed for a nonce that is none, MalformedRef and NotFound for the event, Forbidden."""
    now = clock.now()
    actor.require(ATTEND.permission)
    if not NONCE.fullmatch(nonce):
        raise Malformed("nonce")
    at = min(scanned_at or now, now)
    found = find_event(session, actor, event)
    if now < found.starts_at - BEFORE or found.state not in HELD:
        raise NoAdmissionYet()
    place = lock_event(session, found.id)
    known = _answered(session, place.id, nonce)
    if known is not None:
        return known
    scan, row = _verdict(session, actor, place, code, at)
    insert_ignore(
        session,
        scan_table,
        {
            "event_id": place.id,
            "nonce": nonce,
            "registration_id": row.id if row is not None else None,
            "verdict": scan.verdict,
            "first_at": scan.first_at,
            "scanned_at": at,
            "received_at": now,
            "device": device[:60],
            "account_id": actor.account_id,
        },
        conflict=["event_id", "nonce"],
    )
    return scan


def _answered(session: Session, event_id: int, nonce: str) -> Scan | None:
    """What was said of this very scan before."""
    scan = scan_table.c
    row = session.execute(
        select(scan.verdict, scan.first_at, Registration.public_ref, Registration.size)
        .outerjoin(Registration, Registration.id == scan.registration_id)
        .where(scan.event_id == event_id, scan.nonce == nonce)
    ).first()
    if row is None:
        return None
    return Scan(row.verdict, row.public_ref, row.first_at, row.size or 0)


def _verdict(
    session: Session, actor: Actor, event: EventRow, code: str, at: datetime
) -> tuple[Scan, AnyRow | None]:
    row = _ticket(session, code)
    if row is None:
        return Scan(UNKNOWN), None
    if row.event_id != event.id:
        return Scan(FOREIGN), None
    if row.state == "attended":
        first = min(row.came_at, at)
        if first < row.came_at:
            session.execute(
                update(registration_table)
                .where(registration_table.c.id == row.id)
                .values(came_at=first)
            )
        return Scan(ALREADY, row.public_ref, first, row.size), row
    if row.state not in ATTEND.sources:
        return Scan(CANCELLED), row
    _let_in(session, actor, row, at)
    return Scan(WELCOME, row.public_ref, at, row.size), row


def _ticket(session: Session, code: str) -> AnyRow | None:
    """Whose ticket a code is, under its lock; None for whatever is none."""
    ref, _, secret = "".join(code.split())[:120].upper().rpartition(SEPARATOR)
    try:
        own = parse_ref(ref, "R")
    except MalformedRef:
        return None
    columns: Any = registration_table.c
    row = session.execute(
        for_no_key_update(select(columns).where(columns.public_ref == own), of=registration_table)
    ).first()
    if row is None or row.ticket_secret is None:
        return None
    kept = cipher_of(session).unseal("registration.ticket_secret", own, row.ticket_secret)
    return row if hmac.compare_digest(kept.encode(), secret.encode()) else None


def _let_in(session: Session, actor: Actor, row: AnyRow, at: datetime) -> None:
    """They are there: what was held for them is used; who was taken for absent used it already, or
    had it given back."""
    held = row.state == "registered" and row.account_id is not None and row.units > 0
    if held:
        benefits.consume(
            session,
            account_id=row.account_id,
            quantity=row.units,
            subject=("registration", row.public_ref),
            actor=actor,
            at=clock.now(),
        )
    REGISTRATION_STEPS.move(
        session,
        registration_table,
        row.id,
        ATTEND,
        row.state,
        ATTEND.target,
        seen=row.version,
        version=row.version + 1,
        came_at=at,
        due_at=None,
        ended_at=at,
        consumed=held or row.consumed,
    )
    audit.write(
        session,
        actor,
        "registration.attend",
        subject=("registration", row.public_ref),
        at=clock.now(),
    )
