"""What is to be done after the commit, written down inside it: nothing is sent within a
transaction.

The delivering side claims a few rows for a while, does each, then marks it. Done first and marked
second, a crash repeats an item and never loses one; what is done carries the row's own reference,
so that a receiver can tell a repetition. A claim counts `attempts`, and only the claim with the
present count may mark: one whose time ran out changes nothing.
"""

from __future__ import annotations

import random
import re
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import structlog
from sqlalchemy import Select, bindparam, delete, or_, select, update
from sqlalchemy.orm import Session

from vipclub.core import clock, stopping
from vipclub.core.db import Database, db_now
from vipclub.core.outbox_rows import Entry, OutboxRow, put, put_many
from vipclub.core.outbox_steps import CLOSE, FINISH, GIVE_UP

__all__ = [
    "ATTEMPTS",
    "KEPT",
    "ClaimLost",
    "Delivered",
    "Entry",
    "Handler",
    "Item",
    "NotNow",
    "OutboxRow",
    "Record",
    "Undeliverable",
    "anything_due",
    "claim",
    "deliver",
    "forget_done",
    "give_back",
    "mark",
    "put",
    "put_many",
    "wait_after",
]

log = structlog.get_logger("vipclub.outbox")

BATCH = 10
DOING_SECONDS = 20
"""No handler works longer than this on one item; it has to see to it itself."""
LEASE_SECONDS = 4 * DOING_SECONDS
ATTEMPTS = 16
FIRST_WAIT = timedelta(seconds=15)
LONGEST_WAIT = timedelta(hours=1)
KEPT = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class Item:
    """A claimed row, as its handler sees it."""

    id: int
    kind: str
    subject: tuple[str, str]
    payload: Any
    created_at: datetime
    attempts: int
    claimed_by: str


Record = Callable[[Session], None]
"""Written in the transaction that marks the item."""


class Undeliverable(Exception):
    """It will never work; no further attempt. `record` is written with the dead letter; `about`
    names the item more closely than its kind, for the log."""

    def __init__(self, reason: str, record: Record | None = None, about: str | None = None) -> None:
        super().__init__(reason)
        self.record = record
        self.about = about


class NotNow(Exception):
    """Put off until a moment, which is no failed attempt. `record` is written with it: a handler
    with a patience of its own counts there and never comes to ATTEMPTS."""

    def __init__(self, until: datetime, reason: str, record: Record | None = None) -> None:
        super().__init__(reason)
        self.until = until
        self.record = record


Handler = Callable[[Database, Item], Record | None]
"""Does the item, outside any transaction and within DOING_SECONDS; gives what is to be recorded.

Raises Undeliverable or NotNow; any other exception is an attempt that failed.
"""


@dataclass(slots=True)
class Delivered:
    """What a round of delivering did, by how each item ended."""

    done: int = 0
    failed: int = 0
    dead: int = 0
    postponed: int = 0

    @property
    def total(self) -> int:
        return self.done + self.failed + self.dead + self.postponed


def wait_after(attempts: int, chance: float | None = None) -> timedelta:
    """How long after the n-th failed attempt: doubling, an hour at most, spread by half.

    >>> [wait_after(n, chance=1.0).seconds for n in (1, 2, 3, 12)]
    [15, 30, 60, 3600]
    """
    spread = random.uniform(0.5, 1.5) if chance is None else chance  # no secret
    doubled: timedelta = FIRST_WAIT * 2 ** min(attempts - 1, 20)
    return min(doubled, LONGEST_WAIT) * spread


def _due(kinds: Sequence[str], now: datetime, database_now: datetime) -> Select[int]:
    return (
        select(OutboxRow.id)
        .where(
            FINISH.at(OutboxRow.state),
            OutboxRow.due_at <= now,
            OutboxRow.kind.in_(kinds),
            or_(OutboxRow.claimed_until.is_(None), OutboxRow.claimed_until < database_now),
        )
        .order_by(OutboxRow.due_at, OutboxRow.id)
    )


def claim(session: Session, kinds: Sequence[str], *, by: str, batch: int = BATCH) -> list[Item]:
    """Take up to `batch` due rows for LEASE_SECONDS. Two claimers never get the same row."""
    lease_now = db_now(session)
    # As a CTE it is read once, so that no plan locks more rows than the batch.
    chosen = (
        _due(kinds, clock.now(), lease_now).limit(batch).with_for_update(skip_locked=True).cte()
    )
    rows = session.execute(
        update(OutboxRow)
        .where(OutboxRow.id.in_(select(chosen.c.id)))
        .values(
            claimed_by=by,
            claimed_until=lease_now + timedelta(seconds=LEASE_SECONDS),
            attempts=OutboxRow.attempts + 1,
        )
        .returning(
            OutboxRow.id,
            OutboxRow.kind,
            OutboxRow.subject_kind,
            OutboxRow.subject_ref,
            OutboxRow.payload,
            OutboxRow.created_at,
            OutboxRow.attempts,
        )
        .execution_options(synchronize_session=False)
    ).all()
    return [
        Item(r[0], r[1], (r[2], r[3]), r[4], r[5], r[6], by) for r in sorted(rows, key=lambda r: r)
    ]


_mark = (
    update(OutboxRow.__table__)  # type: ignore[arg-type]
    .where(
        OutboxRow.id == bindparam("item_id"),
        FINISH.at(OutboxRow.state),
        OutboxRow.claimed_by == bindparam("item_by"),
        OutboxRow.attempts == bindparam("item_attempts"),
    )
    .values(claimed_by=None, claimed_until=None)
)


class ClaimLost(Exception):
    """The claim's time ran out and somebody else took the item."""


def mark(session: Session, item: Item, record: Record | None = None, /, **values: object) -> None:
    """Set the item's outcome and write its record. Raises ClaimLost when it is another's now."""
    statement = _mark.values(claimed_by=None, claimed_until=None, **values)
    keys = {"item_id": item.id, "item_by": item.claimed_by, "item_attempts": item.attempts}
    if session.connection().execute(statement, keys).rowcount != 1:
        raise ClaimLost(item.id)
    if record is not None:
        record(session)


def anything_due(session: Session, kinds: Sequence[str]) -> bool:
    """A look without a lock, so that an idle worker writes nothing."""
    found = session.execute(_due(kinds, clock.now(), db_now(session)).limit(1)).first()
    return found is not None


def deliver(
    database: Database,
    handlers: Mapping[str, Handler],
    *,
    by: str,
    batch: int = BATCH,
    most: int = 1000,
) -> Delivered:
    """Do what is due, up to `most` items. Any number of processes may run this at once.

    `by` names who delivers, in the claims; each batch adds its own mark to it. When the process was
    asked to end, what is claimed and not begun is given back after the item in hand.
    """
    told = Delivered()
    kinds = sorted(handlers)
    while told.total < most and not stopping.asked():
        with database.read() as session:
            if not anything_due(session, kinds):
                break
        started = time.monotonic()
        mine = f"{by[:60]}:{random.getrandbits(48):012x}"
        items = database.run(claim, kinds, by=mine, batch=batch)
        if not items:
            break
        for place, item in enumerate(items):
            late = time.monotonic() - started > LEASE_SECONDS - 2 * DOING_SECONDS
            if late or stopping.asked():
                database.run(give_back, items[place:])
                break
            _deliver_one(database, handlers[item.kind], item, told)
    return told


def give_back(session: Session, items: Sequence[Item]) -> None:
    """Claimed and not begun: free for the next, at once, and not counted as an attempt."""
    for item in items:
        try:
            mark(session, item, attempts=item.attempts - 1)
        except ClaimLost:
            log.warning("claim_lost", item=item.id, kind=item.kind)


def _deliver_one(database: Database, handler: Handler, item: Item, told: Delivered) -> None:
    started = time.monotonic()
    record: Record | None = None
    about: str | None = None
    values: dict[str, Any]
    try:
        if item.attempts > ATTEMPTS:  # each attempt ended its process before it could be marked
            raise Undeliverable("given up: no attempt came to an end")
        record = handler(database, item)
        values = {"state": FINISH.target, "done_at": clock.now(), "error": None}
        outcome = "done"
    except NotNow as later:
        record = later.record
        values = {"due_at": later.until, "attempts": item.attempts - 1, "error": str(later)}
        outcome = "postponed"
    except Undeliverable as dead:
        record, about = dead.record, dead.about
        values = {"state": GIVE_UP.target, "done_at": clock.now(), "error": str(dead)[:500]}
        outcome = "dead"
    except Exception as error:  # anything: the next item must have its turn
        outcome, values = _after_failure(item, error)
    try:
        database.run(mark, item, record, **values)
    except ClaimLost:
        outcome = "failed"
        log.warning("claim_lost", item=item.id, kind=item.kind, attempts=item.attempts)
    except Exception as error:  # done, but its record can't be written
        log.exception("not_marked", item=item.id, kind=item.kind, attempts=item.attempts)
        outcome, values = _after_failure(item, error)
        _mark_without_record(database, item, values)
    setattr(told, outcome, getattr(told, outcome) + 1)
    _say(item, outcome, values, about, round((time.monotonic() - started) * 1000, 1))


def _say(item: Item, outcome: str, values: dict[str, Any], about: str | None, ms: float) -> None:
    """A line an attempt: an error once, when it is given up; a warning as long as it is tried
    again."""
    told: dict[str, Any] = {
        "item": item.id,
        "kind": item.kind,
        "subject": item.subject[1],
        "ms": ms,
    }
    told |= {"attempts": item.attempts, "outcome": outcome}
    if outcome == "dead":
        log.error("given_up", about=about, error=_sort_of(values["error"]), **told)
    elif outcome == "failed":
        again = values.get("due_at")
        again_at = again.isoformat() if again else None
        error = _sort_of(values.get("error") or "overtaken")
        log.warning("delivery_failed", again=again_at, error=error, **told)
    else:
        log.info("delivered", **told)


def _sort_of(reason: str) -> str:
    """The sort of failure and the server's code, for the log: the words, which may name whom they
    are about, stay in the row.

    >>> _sort_of("SMTPSenderRefused: (451, b'<lin@example.org> later', 'club')")
    'SMTPSenderRefused 451'
    """
    code = re.search(r"\b[45]\d\d\b", reason)
    return " ".join([reason.partition(":")[0][:60], *([code[0]] if code else [])])


def _after_failure(item: Item, error: Exception) -> tuple[str, dict[str, Any]]:
    """Again later, or a dead letter after the last attempt."""
    reason = f"{type(error).__name__}: {error}"[:500]
    if item.attempts >= ATTEMPTS:
        return "dead", {"state": GIVE_UP.target, "done_at": clock.now(), "error": reason}
    return "failed", {"due_at": clock.now() + wait_after(item.attempts), "error": reason}


def _mark_without_record(database: Database, item: Item, values: dict[str, Any]) -> None:
    """So that what can't be recorded is not sent again and again without a pause. When the
    database is away altogether, the claim's end is the pause."""
    try:
        database.run(mark, item, **values)
    except Exception:
        log.warning("still_claimed", item=item.id, kind=item.kind)


def forget_done(session: Session, *, batch: int = 2000) -> int:
    """Remove some of the rows that were done or closed over KEPT ago; dead letters stay. Gives how
    many."""
    old = (
        select(OutboxRow.id)
        .where(
            OutboxRow.state.in_([FINISH.target, CLOSE.target]),
            OutboxRow.done_at < clock.now() - KEPT,
        )
        .limit(batch)
    )
    return session.connection().execute(delete(OutboxRow).where(OutboxRow.id.in_(old))).rowcount
