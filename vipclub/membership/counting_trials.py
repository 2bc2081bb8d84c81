"""Trials of a policy are counted by a job: some seconds each in turn, whoever looks on.

A lease a trial keeps two workers from counting the same persons; should it run out, the cursor in
the row decides, and one of the two counted in vain.
"""

from __future__ import annotations

from dataclasses import dataclass

import structlog
from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from vipclub.core import clock, stopping
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import NotFound
from vipclub.core.lease import LeaseHeld, held
from vipclub.membership.drafts import find_draft
from vipclub.membership.models import TierPolicyDraft
from vipclub.membership.policy_document import read_policy
from vipclub.membership.rating_chunks import CHUNK, read_chunk
from vipclub.membership.simulation import Tally
from vipclub.membership.steps import FORGET

log = structlog.get_logger("vipclub.membership")

_draft: Table = TierPolicyDraft.__table__  # type: ignore[assignment]
STEP_SECONDS = 2.0
"""That one trial is counted at a time, before the next has its turn."""
ROUND_SECONDS = 10.0
"""After which a round begins no other trial."""
LEASE_SECONDS = 60.0
"""Within which a step has long ended, and a worker that was killed is replaced."""
CLUB = Actor.system("counting")


@dataclass(slots=True)
class Round:
    """What a round did: trials that were counted on, and those that came to their end."""

    counted: int = 0
    finished: int = 0


def continue_trials(
    database: Database,
    *,
    seconds: float = STEP_SECONDS,
    chunk: int = CHUNK,
    round_seconds: float = ROUND_SECONDS,
) -> Round:
    """Each trial under way for some seconds, those that have counted least first. One that another
    worker counts is left to it; one that fails stops no other."""
    told, until = Round(), clock.elapsed() + round_seconds
    with database.read() as session:
        waiting = _under_way(session)
    for ref in waiting:
        if clock.elapsed() >= until or stopping.asked():
            break
        try:
            with held(database, f"trial/{ref}", seconds=LEASE_SECONDS):
                done = continue_trial(database, CLUB, draft=ref, seconds=seconds, chunk=chunk)
        except (LeaseHeld, NotFound):  # another's, or discarded meanwhile
            continue
        except Exception:
            log.exception("trial_failed", draft=ref)
            continue
        told.counted += 1
        told.finished += done
    return told


def _under_way(session: Session) -> list[str]:
    rows = session.scalars(
        select(_draft.c.public_ref)
        .where(FORGET.at(_draft.c.state), _draft.c.finished_at.is_(None))
        .order_by(_draft.c.cursor, _draft.c.id)
    )
    return list(rows)


def continue_trial(
    database: Database,
    actor: Actor,
    *,
    draft: str,
    seconds: float = STEP_SECONDS,
    chunk: int = CHUNK,
) -> bool:
    """Count on for some seconds; True when everybody has been counted. Reads in short transactions
    and keeps the tally at the end; of two who do so at once one is in vain. Raises NotFound,
    Forbidden."""
    actor.require("policy:change")
    with database.read() as session:
        row = find_draft(session, draft)
    if row.finished_at is not None:
        return True
    policy, tally = read_policy(row.document), Tally.from_json(row.tally, row.cursor)
    until, finished = clock.elapsed() + seconds, False
    while not finished:
        with database.read() as session:
            part = read_chunk(session, policy, row.as_of, tally.cursor, chunk)
        if part is None:
            finished = True
        else:
            tally.add(part)
            if clock.elapsed() >= until or stopping.asked():
                break
    database.run(_keep, draft_id=row.id, seen=row.cursor, tally=tally, finished=finished)
    return finished


def _keep(session: Session, *, draft_id: int, seen: int, tally: Tally, finished: bool) -> None:
    session.execute(
        update(_draft)
        .where(_draft.c.id == draft_id, _draft.c.cursor == seen, _draft.c.finished_at.is_(None))
        .values(
            cursor=tally.cursor,
            tally=tally.to_json(),
            finished_at=clock.now() if finished else None,
        )
    )
