"""What must be true of all entitlements: each is the sum of its entries, and never short."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vipclub.benefits.models import EntitlementAccount, LedgerEntry
from vipclub.core.invariants import Broken, Span, in_parts


def _drifting(session: Session, span: Span) -> Iterator[Broken]:
    """Accounts that differ from the sum of their entries."""
    a, e = EntitlementAccount, LedgerEntry
    of = tuple(func.coalesce(func.sum(c), 0) for c in (e.granted, e.held, e.used))
    for account, granted, held, used, *sums in session.execute(
        select(a.id, a.granted, a.held, a.used, *of)
        .join_from(a, e, e.account_id == a.id, isouter=True)
        .where(span.of(a.id))
        .group_by(a.id, a.granted, a.held, a.used)
        .having((of[0] != a.granted) | (of[1] != a.held) | (of[2] != a.used))
    ):
        said, is_sum = f"{granted}, {held}, {used}", ", ".join(str(int(n)) for n in sums)
        yield Broken(
            f"entitlement {account}", f"granted, held, used say {said}; its entries {is_sum}"
        )


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
    """How many allowances were looked at, and how many of them differ from their entries."""

    allowances: int
    differ: int


def look_at_allowances(session: Session) -> LookedAt:
    """Look at the whole ledger, some thousand allowances a statement: for a job, since it takes
    seconds over a million entries."""
    looked = list(_LEDGER.look(session))
    return LookedAt(sum(part.rows for part in looked), sum(len(part.broken) for part in looked))


INVARIANTS = (
    _LEDGER,
    in_parts(
        "units left",
        "No entitlement is below zero, and an unlimited one gives what is taken.",
        over=EntitlementAccount.id,
        broken=_short,
    ),
)
