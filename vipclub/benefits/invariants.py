"""What must be true of all entitlements: each is the sum of its entries, and never short."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vipclub.benefits.models import EntitlementAccount, LedgerEntry
from vipclub.core.invariants import Broken, Span, in_parts, parts

LEDGER_CHECK = "check_allowances"
"""The timed job that looks at night, and tells what it found as `differ`."""
NAMED = 20
"""How many of those that differ the log names."""


@dataclass(frozen=True, slots=True)
class Drift:
    """An account that differs from the sum of its entries: (granted, held, used) of each."""

    account_id: int
    account: tuple[int, int, int]
    entries: tuple[int, int, int]


def _drifts(session: Session, span: Span) -> Iterator[Drift]:
    """Accounts that differ from the sum of their entries."""
    a, e = EntitlementAccount, LedgerEntry
    of = tuple(func.coalesce(func.sum(c), 0) for c in (e.granted, e.held, e.used))
    for account, granted, held, used, *sums in session.execute(
        select(a.id, a.granted, a.held, a.used, *of)
        .join_from(a, e, e.account_id == a.id, isouter=True)
        .where(span.of(a.id))
        .group_by(a.id, a.granted, a.held, a.used)
        .having((of[0] != a.granted) | (of[1] != a.held) | (of[2] != a.used))
        .order_by(a.id)
    ):
        of_entries = int(sums[0]), int(sums[1]), int(sums[2])
        yield Drift(account, (granted, held, used), of_entries)


def _drifting(session: Session, span: Span) -> Iterator[Broken]:
    for drift in _drifts(session, span):
        said, is_sum = (", ".join(map(str, three)) for three in (drift.account, drift.entries))
        yield Broken(
            f"entitlement {drift.account_id}",
            f"granted, held, used say {said}; its entries {is_sum}",
        )


def drifting(session: Session, *, most: int = 50) -> list[Drift]:
    """The first accounts that differ from the sum of their entries: there must be none. It looks
    at some thousand a statement, and no further once it has found as many."""
    found = (d for _, part in parts(session, EntitlementAccount.id) for d in _drifts(session, part))
    return list(islice(found, most))


def _short(session: Session, span: Span) -> Iterator[Broken]:
    """Accounts with less than nothing left, and unlimited ones that don't give what is taken."""
    a = EntitlementAccount
    for account, left, unlimited in session.execute(
        select(a.id, a.remaining, a.unlimited).where(
            span.of(a.id), (a.remaining < 0) | (a.unlimited & (a.remaining != 0))
        )
    ):
        kind = "unlimited, and " if unlimited else ""
        yield Broken(f"entitlement {account}", f"{kind}{left} left")


_LEDGER = in_parts(
    "ledger",
    "Each entitlement is the sum of its ledger's entries.",
    over=EntitlementAccount.id,
    broken=_drifting,
)


@dataclass(frozen=True, slots=True)
class LookedAt:
    """How many allowances were looked at, how many of them differ from their entries, and the
    account ids of the first that do."""

    allowances: int
    differ: int
    first: Sequence[int]


def look_at_allowances(session: Session) -> LookedAt:
    """Look at the whole ledger, some thousand allowances a statement: for a job, since it takes
    seconds over a million entries."""
    allowances, differ = 0, 0
    first: list[int] = []
    for rows, part in parts(session, EntitlementAccount.id):
        ids = [drift.account_id for drift in _drifts(session, part)]
        allowances, differ = allowances + rows, differ + len(ids)
        first += ids[: NAMED - len(first)]
    return LookedAt(allowances, differ, first)


INVARIANTS = (
    _LEDGER,
    in_parts(
        "units left",
        "No entitlement is below zero, and an unlimited one gives what is taken.",
        over=EntitlementAccount.id,
        broken=_short,
    ),
)
