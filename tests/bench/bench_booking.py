"""A booking with everything in, against the bare statements that a real request needs, built once,
through SQLAlchemy Core and without a rule asked: token, idempotency row, account, entry,
appointment, trail, letter, seat, stored answer."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from typing import Any

from sqlalchemy import bindparam, insert, select, update

from tests.bench.measuring import FreshDatabases, Measured, calls_a_second
from tests.small_club import SmallClub, a_small_club
from vipclub import bookings
from vipclub.accounts.models import ApiToken
from vipclub.benefits import EntitlementAccount, LedgerEntry
from vipclub.bookings import Appointment
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database
from vipclub.core.idempotency import IdempotencyKey, IdempotencyRow, run_once
from vipclub.core.outbox import OutboxRow
from vipclub.core.types import new_ref
from vipclub.partners import Slot
from vipclub.people import Person

N = 150
DESK = Actor.system("bench")
NAMES = {"sqlite": "SQLite", "postgresql": "PostgreSQL"}


def bench_booking(ground: FreshDatabases) -> Iterator[Measured]:
    """`bookings.book` spread over many slots, one client."""
    for backend in ground.backends:
        with ground.database(backend) as db:
            club = a_small_club(db, members=2_000, capacity=1_000)
            floor, ours = calls_a_second(N, _bare(db, club), _whole(db, club))
            name = f"booking in one process, {NAMES[backend]}"
            yield Measured(name, backend, N, ours, "a second", "the bare nine", ours / floor)


def _whole(db: Database, club: SmallClub) -> Callable[[], None]:
    numbers = itertools.count()

    def book() -> None:
        number = next(numbers)
        run_once(
            db,
            IdempotencyKey("bench", "POST", f"whole-{number}", bytes(32)),
            lambda made: (201, {"appointment": made.appointment}),
            bookings.book,
            DESK,
            member=club.members[number],
            offering=club.offering,
            slot=club.slots[number % len(club.slots)],
        )

    return book


def _bare(db: Database, club: SmallClub) -> Callable[[], None]:
    """The same writes for members from the other end of the list."""
    numbers = itertools.count(1)
    a, s = EntitlementAccount, Slot
    with db.read() as session:
        accounts = dict(
            session.execute(
                select(Person.public_ref, a.id)
                .join(a, a.person_id == Person.id)
                .where(a.granted - a.held - a.used > 0)
                .order_by(a.benefit_id.desc())
            ).all()
        )
        persons = dict(session.execute(select(Person.public_ref, Person.id)).all())
        slots = session.execute(
            select(s.id, s.offering_id, s.starts_at, s.ends_at, s.local_day)
            .where(s.public_ref.in_(club.slots))
            .order_by(s.id)
        ).all()

    def book() -> None:
        number = next(numbers)
        member = club.members[-number]
        _nine(db, accounts[member], persons[member], slots[number % len(slots)], f"bare-{number}")

    return book


_account, _slot, _row = EntitlementAccount, Slot, IdempotencyRow
_TOKEN = select(ApiToken.id).where(ApiToken.token_hash == bindparam("hash"))
_HOLD = (
    update(EntitlementAccount.__table__)
    .where(
        _account.id == bindparam("account"),
        _account.granted - _account.held - _account.used > 0,
    )
    .values(held=_account.held + 1)
)
_SEAT = (
    update(Slot.__table__)
    .where(_slot.id == bindparam("slot"), _slot.taken + _slot.reserved < _slot.capacity)
    .values(taken=_slot.taken + 1)
)
_KEEP = (
    update(IdempotencyRow.__table__)
    .where(_row.owner == "bench", _row.route == "POST", _row.key == bindparam("of_key"))
    .values(status=201, body=bindparam("answer", type_=_row.body.type))
)
_CLAIM, _ENTRY, _VISIT, _TRAIL, _LETTER = (
    insert(model.__table__).inline()
    for model in (IdempotencyRow, LedgerEntry, Appointment, AuditRow, OutboxRow)
)


def _nine(db: Database, account: int, person: int, slot: Any, key: str) -> None:
    now, ref = clock.now(), new_ref("A")
    subject = {"subject_kind": "appointment", "subject_ref": ref}
    who = {"actor_kind": "system", "actor_ref": "bench"}
    with db.engine.begin() as c:
        c.execute(_TOKEN, {"hash": bytes(32)})
        row = {"owner": "bench", "route": "POST", "key": key}
        c.execute(_CLAIM, {**row, "body_hash": bytes(32), "created_at": now})
        c.execute(_HOLD, {"account": account})
        change = {"kind": "hold", "granted": 0, "held": 1, "used": 0, "account_id": account}
        c.execute(_ENTRY, {**change, **subject, **who, "at": now})
        c.execute(
            _VISIT,
            {
                "public_ref": ref, "person_id": person, "beneficiary_id": person,
                "slot_id": slot.id, "offering_id": slot.offering_id, "account_id": account,
                "state": "pending", "version": 0, "starts_at": slot.starts_at,
                "ends_at": slot.ends_at, "local_day": slot.local_day, "consumed": False,
                "channel": "api", "created_at": now,
            },
        )  # fmt: skip
        trail = {"at": now, "channel": "api", "action": "bench", "request_id": "", "mac": bytes(32)}
        c.execute(_TRAIL, {**trail, **subject, **who})
        letter = {"kind": "bench", "payload": {}, "state": "waiting", "attempts": 0}
        c.execute(_LETTER, {**letter, **subject, "due_at": now, "created_at": now})
        c.execute(_SEAT, {"slot": slot.id})
        c.execute(_KEEP, {"of_key": key, "answer": {"appointment": ref}})
