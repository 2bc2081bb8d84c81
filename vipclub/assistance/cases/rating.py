"""What whom a case was for says of it afterwards: 1 to 5, and words. Said once, it may be changed
for a week; a case that was resolved anew may be rated anew."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.assistance.cases.finding import visible_to
from vipclub.assistance.cases.handling import Act, words
from vipclub.assistance.duty.owners import duty_at
from vipclub.assistance.letters import tell_agent
from vipclub.assistance.models import Case, CaseEntry
from vipclub.assistance.refusals import RatingClosed, RatingNotAccepted
from vipclub.assistance.work_models import CaseRating, rating_table
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.db import upsert_of
from vipclub.core.types import parse_ref

CHANGEABLE = timedelta(days=7)
LOW = 2
"""Up to this the member is asked whether to open the case again, and the leader is told."""
RATED = frozenset({"resolved", "closed"})
MEAN_OF = timedelta(days=90)


@dataclass(frozen=True, slots=True)
class RatingView:
    """What was said, and whether it may be said or changed now."""

    score: int | None
    text: str = field(repr=False)
    rated_at: datetime | None
    open: bool

    @property
    def low(self) -> bool:
        return self.score is not None and self.score <= LOW


@dataclass(frozen=True, slots=True)
class RatingMean:
    """The mean of the ratings of late, None without any; how many, and how many of them are low."""

    mean: float | None
    count: int
    low: int


def rate_case(
    session: Session, actor: Actor, *, case: str, score: int, text: str = ""
) -> RatingView:
    """Say how it was. Raises RatingNotAccepted, RatingClosed, WordsMissing for too many, and what
    `Act` raises."""
    if score not in range(1, 6):
        raise RatingNotAccepted()
    said = words(text, needed=False)
    act = Act(session, actor, case, permission=Permission.CASE_RATE)
    before = session.execute(
        select(CaseRating.first_at, CaseRating.rated_at, CaseRating.score).where(
            CaseRating.case_id == act.case.id
        )
    ).first()
    resolved = _resolved(session, act.case.id)
    anew = before is None or _resolved_since(resolved, before.rated_at)
    first = act.at if before is None or anew else before.first_at
    if act.case.merged_into_id is not None or not _may(act.case.state, first, act.at):
        raise RatingClosed(days=CHANGEABLE.days)
    values = {
        "score": score,
        "body": cipher_of(session).seal("case_rating.body", act.case.ref, said) if said else None,
        "first_at": first,
        "rated_at": act.at,
    }
    statement = upsert_of(session)(rating_table).values(case_id=act.case.id, **values)
    session.execute(statement.on_conflict_do_update(index_elements=["case_id"], set_=values))
    act.write("rated", level=score, for_member=True)
    act.finish("case.rate", after={"score": score})
    if score <= LOW and (before is None or anew or before.score > LOW):
        _tell_leader(session, act)
    return RatingView(score, said, act.at, open=True)


def _may(state: str, first: datetime, now: datetime) -> bool:
    return state in RATED and now <= first + CHANGEABLE


def _resolved_since(resolved: datetime | None, rated: datetime) -> bool:
    """Whether a case was resolved anew after it was rated: it may be rated as if never before."""
    return resolved is not None and resolved > rated


def _resolved(session: Session, case_id: int) -> datetime | None:
    return session.execute(
        select(CaseEntry.at)
        .where(CaseEntry.case_id == case_id, CaseEntry.what == "resolved")
        .order_by(CaseEntry.id.desc())
        .limit(1)
    ).scalar()


def _tell_leader(session: Session, act: Act) -> None:
    leader = duty_at(session, act.at).leader(but=act.case.against_id)
    if leader is None:
        return
    tell_agent(
        session,
        "case-rated-low",
        ref=act.case.ref,
        account_id=leader.account_id,
        version=act.case.version + 1,
        kind=act.case.kind,
        severity=act.case.severity,
    )


def rating_of(session: Session, actor: Actor, ref: str, *, now: datetime) -> RatingView:
    """What was said of a case, for whom it is for and for staff. One statement. Raises
    MalformedRef, Forbidden."""
    actor.require(Permission.CASE_VIEW)
    resolved = (
        select(func.max(CaseEntry.at))
        .where(CaseEntry.case_id == Case.id, CaseEntry.what == "resolved")
        .scalar_subquery()
    )
    row = session.execute(
        select(
            Case.public_ref,
            Case.state,
            Case.merged_into_id,
            CaseRating.score,
            CaseRating.body,
            CaseRating.first_at,
            CaseRating.rated_at,
            resolved.label("resolved"),
        )
        .outerjoin(CaseRating, CaseRating.case_id == Case.id)
        .where(Case.public_ref == parse_ref(ref, "C"), visible_to(actor))
    ).first()
    if row is None:
        return RatingView(None, "", None, open=False)
    anew = row.rated_at is None or _resolved_since(row.resolved, row.rated_at)
    may = row.merged_into_id is None and _may(row.state, now if anew else row.first_at, now)
    cipher = cipher_of(session)
    said = cipher.unseal("case_rating.body", row.public_ref, row.body) if row.body else ""
    return RatingView(row.score, said, row.rated_at, open=may)


def mean_rating(session: Session, actor: Actor, *, now: datetime) -> RatingMean:
    """The ratings of the last 90 days, in figures. One statement. Raises Forbidden."""
    actor.require(Permission.CASE_WORK)
    row = session.execute(
        select(
            func.avg(CaseRating.score),
            func.count(),
            func.count().filter(CaseRating.score <= LOW),
        ).where(CaseRating.rated_at > now - MEAN_OF)
    ).one()
    return RatingMean(None if row[0] is None else float(row[0]), row[1], row[2])
