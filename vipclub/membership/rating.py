"""Rating everybody: who reaches a standard is invited, who reaches a higher one is upgraded at
once.

A loop of runs over chunks of 2,000 persons. The run's row keeps the cursor, so that it goes on
where it stopped, and a lease, so that it is alone.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections import Counter, defaultdict
from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Table, func, insert, select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from vipclub.core import audit, clock, facts, stopping
from vipclub.core.actor import Actor
from vipclub.core.db import Database, db_now
from vipclub.core.many_rows import write_rows
from vipclub.core.query_plans import renew_statistics
from vipclub.core.value_lists import among
from vipclub.membership.card import new_card_no
from vipclub.membership.facts import TiersChanged
from vipclub.membership.models import Membership, MembershipCard, Rating, RatingRun
from vipclub.membership.policies_in_force import policy_by_id, policy_for
from vipclub.membership.policy import TierPolicy, explanation
from vipclub.membership.rating_chunks import CHUNK, Chunk, Rated, read_chunk
from vipclub.membership.refusals import RatingUnderWay
from vipclub.membership.steps import CLOSE, RATE

LEASE = timedelta(minutes=2)

_run: Table = RatingRun.__table__  # type: ignore[assignment]
_rating: Table = Rating.__table__  # type: ignore[assignment]
_membership: Table = Membership.__table__  # type: ignore[assignment]
_card: Table = MembershipCard.__table__  # type: ignore[assignment]
_RATING = (
    *("run_id", "person_id", "policy_id", "as_of", "tier_met", "tier", "movement"),
    *("explanation", "digest"),
)
_TERM = (
    *("person_id", "tier", "tier_since", "effective_day", "last_day", "state", "in_grace"),
    *("card_no", "policy_id", "reason", "created_at"),
)


@dataclass(frozen=True, slots=True)
class RatingReport:
    """What a rating did. `movements` counts persons by movement, `tiers` those with a membership by
    tier.
    """

    run: int
    as_of: str
    policy: str
    persons: int
    movements: dict[str, int]
    tiers: dict[str, int]
    seconds: float

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(frozen=True, slots=True)
class Ticket:
    """The right to go on with a run, until somebody else takes it over."""

    run_id: int
    policy_id: int
    policy: TierPolicy
    as_of: date
    holder: str


def rate_everyone(
    db: Database,
    actor: Actor,
    *,
    as_of: date,
    chunk: int = CHUNK,
    progress: Callable[[int], None] | None = None,
) -> RatingReport:
    """Rate every person as of a day, under the policy in force that day. Repeating it changes
    nothing.

    A run that was left half done is ended first, for its own day. Raises RatingUnderWay while
    another process rates, NoTierPolicy, Forbidden.
    """
    actor.require(RATE)
    holder = secrets.token_hex(8)
    while True:
        started = clock.elapsed()
        try:
            ticket = db.run(begin_run, actor, as_of=as_of, holder=holder)
        except IntegrityError:
            raise RatingUnderWay() from None
        seen = 0
        while (persons := db.run(rate_chunk, actor, ticket=ticket, size=chunk)) is not None:
            seen += persons
            if progress:
                progress(seen)
            if stopping.asked():
                db.run(leave_run, ticket=ticket)
                raise stopping.Stopped()
        counts: dict[str, Any] = db.run(end_run, actor, ticket=ticket)
        if ticket.as_of == as_of:
            return RatingReport(
                run=ticket.run_id,
                as_of=as_of.isoformat(),
                policy=ticket.policy.version,
                persons=counts["persons"],
                movements=dict(sorted(counts["movements"].items())),
                tiers=dict(sorted(counts["tiers"].items())),
                seconds=round(clock.elapsed() - started, 2),
            )


def begin_run(session: Session, actor: Actor, *, as_of: date, holder: str) -> Ticket:
    """Take over the run that was left, or begin a new one."""
    now = db_now(session)
    left = session.execute(select(_run).where(_run.c.state == "running").with_for_update()).first()
    if left is not None:
        if left.leased_by != holder and left.leased_until > now:
            raise RatingUnderWay()
        session.execute(
            update(_run)
            .where(_run.c.id == left.id)
            .values(leased_by=holder, leased_until=now + LEASE)
        )
        policy = policy_by_id(session, left.policy_id)
        return Ticket(left.id, left.policy_id, policy, left.as_of, holder)
    policy_id, policy = policy_for(session, as_of)
    row = session.execute(
        insert(_run)
        .values(
            policy_id=policy_id,
            as_of=as_of,
            state="running",
            cursor=0,
            counts={"persons": 0, "movements": {}, "tiers": {}},
            leased_by=holder,
            leased_until=now + LEASE,
            started_at=clock.now(),
        )
        .returning(_run.c.id)
    ).scalar_one()
    return Ticket(row, policy_id, policy, as_of, holder)


def leave_run(session: Session, *, ticket: Ticket) -> None:
    """Leave a run half done, for whoever comes next, at once."""
    session.execute(
        update(_run)
        .where(_run.c.id == ticket.run_id, _run.c.leased_by == ticket.holder)
        .values(leased_until=db_now(session))
    )


def rate_chunk(session: Session, actor: Actor, *, ticket: Ticket, size: int = CHUNK) -> int | None:
    """Rate the next persons: how many, or None when all are done. Raises RatingUnderWay when the
    run was taken over.
    """
    run = session.execute(
        select(_run.c.cursor, _run.c.counts)
        .where(
            _run.c.id == ticket.run_id,
            _run.c.leased_by == ticket.holder,
            _run.c.state == "running",
        )
        .with_for_update()
    ).first()
    if run is None:
        raise RatingUnderWay()
    chunk = read_chunk(session, ticket.policy, ticket.as_of, run.cursor, size)
    if chunk is None:
        return None
    _keep_ratings(session, ticket, chunk)
    _open_terms(session, ticket, [r for r in chunk.rated if r.decision.opens])
    _change_terms(session, ticket, chunk)
    session.execute(
        update(_run)
        .where(_run.c.id == ticket.run_id)
        .values(
            cursor=chunk.last_id,
            counts=_counted(run.counts, chunk),
            leased_until=db_now(session) + LEASE,
        )
    )
    renew_statistics(session, (_rating, _membership))
    changed = tuple(rated.person_id for rated in chunk.rated if rated.decision.changes)
    if changed:
        facts.record(session, TiersChanged(ticket.run_id, changed, ticket.as_of))
    return chunk.persons


def end_run(session: Session, actor: Actor, *, ticket: Ticket) -> dict[str, Any]:
    """Mark the run as done and write it to the audit trail; gives its counts."""
    counts: dict[str, Any] = session.execute(
        update(_run)
        .where(_run.c.id == ticket.run_id, _run.c.leased_by == ticket.holder)
        .values(state="done", finished_at=clock.now(), leased_by=None, leased_until=None)
        .returning(_run.c.counts)
    ).scalar_one()
    audit.write(
        session,
        actor,
        "membership.rate",
        subject=("rating_run", str(ticket.run_id)),
        after={"as_of": ticket.as_of, "policy": ticket.policy.version, **counts},
    )
    return counts


def _counted(counts: dict[str, Any], chunk: Chunk) -> dict[str, Any]:
    movements = Counter(counts["movements"])
    movements.update(r.decision.movement for r in chunk.rated)
    if chunk.below:
        movements["below"] += chunk.below
    tiers = Counter(counts["tiers"])
    tiers.update(r.decision.tier for r in chunk.rated if r.decision.tier)
    return {
        "persons": counts["persons"] + chunk.persons,
        "movements": dict(sorted(movements.items())),
        "tiers": dict(sorted(tiers.items())),
    }


def _keep_ratings(session: Session, ticket: Ticket, chunk: Chunk) -> None:
    """A row for each person whose result or figures differ from the newest row before."""
    newest = (
        select(func.max(_rating.c.id))
        .where(_rating.c.person_id > chunk.after_id, _rating.c.person_id <= chunk.last_id)
        .group_by(_rating.c.person_id)
    )
    known = dict(
        session.execute(
            select(_rating.c.person_id, _rating.c.digest).where(_rating.c.id.in_(newest))
        ).all()
    )
    rows = []
    for rated in chunk.rated:
        document = explanation(rated.evaluation, rated.measures, ticket.policy)
        tier = rated.decision.tier
        text = json.dumps([document, tier], sort_keys=True, ensure_ascii=False)
        digest = hashlib.blake2b(text.encode(), digest_size=16).digest()
        if not rated.decision.changes and known.get(rated.person_id) == digest:
            continue
        rows.append(
            (
                ticket.run_id,
                rated.person_id,
                ticket.policy_id,
                ticket.as_of,
                rated.evaluation.tier,
                tier,
                rated.decision.movement,
                document,
                digest,
            )
        )
    write_rows(session, _rating, _RATING, rows)


def _open_terms(session: Session, ticket: Ticket, opening: list[Rated]) -> None:
    if not opening:
        return
    now = clock.now()
    cards = cards_of(session, [rated.holder_id for rated in opening])
    rows = []
    for rated in opening:
        term = rated.decision.opens
        assert term is not None
        before = rated.terms[-1] if rated.terms else None
        stays = before is not None and before.tier == term.tier and rated.tier_before == term.tier
        rows.append(
            (
                rated.holder_id,
                term.tier,
                before.tier_since if before and stays else term.effective_day,
                term.effective_day,
                term.last_day,
                term.state,
                False,
                cards[rated.holder_id],
                ticket.policy_id,
                rated.decision.movement,
                now,
            )
        )
    write_rows(session, _membership, _TERM, rows)


def cards_of(session: Session, holders: list[int]) -> dict[int, str]:
    """Card numbers by holder, new ones where there was none. One statement, three with new
    ones.
    """
    known = session.execute(
        select(_card.c.person_id, _card.c.card_no).where(among(_card.c.person_id, holders))
    )
    cards = dict(known.all())
    missing = [holder for holder in holders if holder not in cards]
    if not missing:
        return cards
    fresh = {new_card_no() for _ in range(len(missing) + 8)}
    taken = select(_card.c.card_no).where(_card.c.card_no.in_(fresh))
    fresh -= set(session.execute(taken).scalars())
    issued = dict(zip(missing, fresh, strict=False))
    now = clock.now()
    rows = [(person, number, now) for person, number in issued.items()]
    write_rows(session, _card, ("person_id", "card_no", "issued_at"), rows)
    return cards | issued


def _change_terms(session: Session, ticket: Ticket, chunk: Chunk) -> None:
    """Upgrades and downgrades inside a term, grace, and ends: a statement a kind, not a person."""
    retier: dict[str, list[int]] = defaultdict(list)
    close: dict[tuple[str, str], list[int]] = defaultdict(list)
    extend: dict[date, list[int]] = defaultdict(list)
    for rated in chunk.rated:
        for term_id, tier in rated.decision.retier:
            retier[tier].append(term_id)
        for term_id, state, reason in rated.decision.close:
            close[state, reason].append(term_id)
        if rated.decision.extend:
            extend[rated.decision.extend[1]].append(rated.decision.extend[0])
    live = CLOSE.at(_membership.c.state)

    def change(ids: list[int], **values: object) -> None:
        session.execute(
            update(_membership).where(_membership.c.id.in_(sorted(ids)), live).values(**values)
        )

    for tier, ids in sorted(retier.items()):
        change(ids, tier=tier, tier_since=ticket.as_of, policy_id=ticket.policy_id)
    for until, ids in sorted(extend.items()):
        change(ids, last_day=until, in_grace=True)
    for (state, reason), ids in sorted(close.items()):
        change(ids, state=state, end_reason=reason)
