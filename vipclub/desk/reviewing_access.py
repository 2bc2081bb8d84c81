"""What was opened in an emergency is reviewed by a second person who leads the desk. Who had the
access sees what came of it."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, func, or_, select
from sqlalchemy.orm import Session, aliased

from vipclub import assistance, people
from vipclub.accounts import Account, Permission
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.db import Database, for_no_key_update
from vipclub.core.errors import NotFound
from vipclub.core.types import parse_ref
from vipclub.core.value_lists import one_of
from vipclub.desk.access_letters import tell_of_access
from vipclub.desk.models import BreakGlass
from vipclub.desk.refusals import AnotherPersonReviews, ReviewNotAccepted
from vipclub.desk.steps import BREAK_GLASS_STEPS, TO_REVIEW
from vipclub.people import Person

LONGEST_VERDICT = 1000
REMIND_AFTER = timedelta(days=3)
BATCH = 100
ACTOR = Actor.system("watch_emergency_access")
_access: Any = BreakGlass.__table__
_by, _reviewer = aliased(Account), aliased(Account)


@dataclass(frozen=True, slots=True)
class AccessView:
    """An access in an emergency: of whose numbers, by whom, when and why; what was said of it.
    `mine` is whether the reader had it, `reviews` whether the reader may review it."""

    ref: str
    state: str
    at: datetime
    member: str
    name: str = field(repr=False)
    by: str
    reason: str = field(repr=False)
    due: datetime | None
    reviewer: str
    reviewed_at: datetime | None
    verdict: str = field(repr=False)
    mine: bool
    reviews: bool


def accesses(session: Session, actor: Actor, *, limit: int = 50) -> list[AccessView]:
    """For who leads the desk all of them, those that wait first; for others their own. One
    statement. Raises Forbidden."""
    actor.require(Permission.ACCESS_VIEW)
    me = actor.account_id or 0
    leads = assistance.leads_the_desk(me, clock.now())
    survivor = aliased(Person)
    asked = (
        select(
            BreakGlass,
            survivor.public_ref.label("member"),
            survivor.full_name.label("name"),
            _by.display_name.label("by"),
            _reviewer.display_name.label("reviewer"),
            leads.label("leads"),
        )
        .join(Person, Person.id == BreakGlass.person_id)
        .join(survivor, people.stands_for(survivor, Person))
        .join(_by, _by.id == BreakGlass.account_id)
        .outerjoin(_reviewer, _reviewer.id == BreakGlass.reviewer_id)
        .where(or_(leads, BreakGlass.account_id == me))
        .order_by(BreakGlass.reviewer_id.is_not(None), BreakGlass.id.desc())
        .limit(limit)
    )
    cipher = cipher_of(session)
    return [
        AccessView(
            ref=row.public_ref,
            state=row.state,
            at=row.at,
            member=member,
            name=name,
            by=by,
            reason=cipher.unseal("break_glass.reason", row.public_ref, row.reason),
            due=row.due_at,
            reviewer=reviewer or "",
            reviewed_at=row.reviewed_at,
            verdict=cipher.unseal("break_glass.verdict", row.public_ref, row.verdict)
            if row.verdict
            else "",
            mine=row.account_id == me,
            reviews=bool(led) and row.account_id != me and row.state in TO_REVIEW,
        )
        for row, member, name, by, reviewer, led in session.execute(asked)
    ]


REVIEWS_WAITING = select(func.count(BreakGlass.id)).where(
    one_of(BreakGlass.state, TO_REVIEW),
    BreakGlass.account_id != bindparam("leader", type_=BreakGlass.account_id.type),
    assistance.who_leads(),
)
"""How many accesses wait for somebody's review, asked with what `assistance.of_whom` gives: none
for who doesn't lead."""


def review(session: Session, actor: Actor, *, access: str, justified: bool, text: str) -> None:
    """Say whether it was justified, and why. Who doesn't lead the desk is told so before anything
    is looked for. Raises ReviewNotAccepted, AnotherPersonReviews, IllegalTransition, NotFound,
    Forbidden."""
    step, now, said = BREAK_GLASS_STEPS["review"], clock.now(), text.strip()
    BREAK_GLASS_STEPS.require(step, actor)
    ref = parse_ref(access, "X")
    me = actor.account_id
    leads = select(assistance.leads_the_desk(me or 0, now))
    if me is None or not session.execute(leads).scalar():
        raise AnotherPersonReviews()
    row = session.execute(
        for_no_key_update(select(_access).where(_access.c.public_ref == ref))
    ).first()
    if row is None:
        raise NotFound()
    if row.account_id == me:
        raise AnotherPersonReviews()
    BREAK_GLASS_STEPS.ask(step, actor, row.state, row, now)
    if not 1 <= len(said) <= LONGEST_VERDICT:
        raise ReviewNotAccepted(most=LONGEST_VERDICT)
    state = "justified" if justified else "unjustified"
    BREAK_GLASS_STEPS.move(
        session,
        _access,
        row.id,
        step,
        row.state,
        state,
        reviewer_id=me,
        reviewed_at=now,
        due_at=None,
        verdict=cipher_of(session).seal("break_glass.verdict", ref, said),
    )
    member = people.person_of(session, row.person_id)
    audit.write(
        session,
        actor,
        "person.review_access",
        subject=("person", member.ref),
        after={"access": ref, "state": state},
        at=now,
    )


def tell_of_overdue_reviews(db: Database) -> int:
    """Accesses that nobody reviewed in time: the auditors are told once, and where there is none
    the administrators; then a leader every three days. Gives how many."""
    now = clock.now()
    with db.read() as session:
        ids = list(
            session.scalars(
                select(_access.c.id)
                .where(_access.c.state.in_(sorted(TO_REVIEW)), _access.c.due_at <= now)
                .order_by(_access.c.due_at)
                .limit(BATCH)
            )
        )
    return sum(db.each(ids, _tell_overdue, now=now))


def _tell_overdue(session: Session, access_id: int, *, now: datetime) -> bool:
    row = session.execute(
        for_no_key_update(
            select(_access).where(
                _access.c.id == access_id,
                _access.c.state.in_(sorted(TO_REVIEW)),
                _access.c.due_at <= now,
            )
        )
    ).first()
    if row is None:
        return False
    step = BREAK_GLASS_STEPS["overdue" if row.state == "open" else "remind"]
    BREAK_GLASS_STEPS.move(
        session, _access, row.id, step, row.state, step.target, due_at=now + REMIND_AFTER
    )
    leader = assistance.duty_at(session, now).leader(but=row.account_id)
    told = [leader.account_id] if leader is not None else []
    if row.state == "open":
        told += _who_keeps_the_trail(session)
    for account_id in dict.fromkeys(told):
        tell_of_access(
            session, str(step.letter), ref=row.public_ref, account_id=account_id, at=row.at
        )
    audit.write(
        session,
        ACTOR,
        "person.access_overdue",
        subject=("person", people.person_of(session, row.person_id).ref),
        after={"access": row.public_ref},
        at=now,
    )
    return True


def _who_keeps_the_trail(session: Session) -> list[int]:
    """The auditors, else the administrators."""
    rows = session.execute(
        select(Account.id, Account.role)
        .where(Account.role.in_(("auditor", "admin")), Account.state == "active")
        .order_by(Account.id)
    ).all()
    auditors = [row.id for row in rows if row.role == "auditor"]
    return auditors or [row.id for row in rows]
