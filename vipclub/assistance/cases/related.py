"""Related cases: those that somebody has linked, which both timelines say; and the others of the
same person or of the same number."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import BindParameter, Integer, bindparam, or_, select
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts import Permission
from vipclub.assistance.cases.finding import in_sight, values_of
from vipclub.assistance.cases.handling import Act, CaseResult
from vipclub.assistance.cases.whole_case import EntryView
from vipclub.assistance.models import Case, CaseEntry
from vipclub.assistance.refusals import CannotLink
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.rows import AnySelect
from vipclub.core.types import parse_ref
from vipclub.core.value_lists import among
from vipclub.people import Person, Sight, Viewed, same_person

MOST = 12
"""So many others of a person are shown beside those that are linked."""


def link_cases(session: Session, actor: Actor, *, case: str, other: str) -> CaseResult:
    """Say that two cases belong together, in both timelines; gives the first. Raises CannotLink for
    a case with itself and for two that are linked already, and what `Act` raises."""
    return _both(session, actor, case, other, link=True)


def unlink_cases(session: Session, actor: Actor, *, case: str, other: str) -> CaseResult:
    """Say that two cases don't belong together after all. Raises CannotLink for two that aren't
    linked, and what `Act` raises."""
    return _both(session, actor, case, other, link=False)


def _both(session: Session, actor: Actor, case: str, other: str, *, link: bool) -> CaseResult:
    first, second = parse_ref(case, "C"), parse_ref(other, "C")
    if first == second:
        raise CannotLink()
    acts = {
        ref: Act(session, actor, ref, permission=Permission.CASE_WORK)
        for ref in sorted((first, second))
    }
    if _linked(session, acts[first].case.id, second) == link:
        raise CannotLink()
    what = "linked" if link else "unlinked"
    acts[second].write(what, other_ref=first)
    acts[second].finish(f"case.{what}", after={"case": first})
    acts[first].write(what, other_ref=second)
    return acts[first].finish(f"case.{what}", after={"case": second})


def _linked(session: Session, case_id: int, other: str) -> bool:
    """Whether the last word on the two is that they belong together. One statement."""
    last = session.execute(
        select(CaseEntry.what)
        .where(
            CaseEntry.case_id == case_id,
            CaseEntry.what.in_(("linked", "unlinked")),
            CaseEntry.other_ref == other,
        )
        .order_by(CaseEntry.id.desc())
        .limit(1)
    ).scalar()
    return last == "linked"


def linked_refs(entries: Iterable[EntryView]) -> list[str]:
    """The cases that a timeline is linked with, in the order in which they were."""
    found: dict[str, None] = {}
    for entry in entries:
        if entry.what == "linked" and entry.other_ref:
            found[entry.other_ref] = None
        elif entry.what == "unlinked" and entry.other_ref:
            found.pop(entry.other_ref, None)
    return list(found)


@dataclass(frozen=True, slots=True)
class RelatedCase:
    """Another case beside one, and why it is shown: it is `linked`, or of the same person or
    number."""

    ref: str
    kind: str
    status: str
    severity: str
    opened_at: datetime
    linked: bool


@lru_cache(maxsize=512)
def _related(sight: Sight) -> AnySelect:
    one, whose, holder = aliased(Case), aliased(Person), aliased(Person)
    asked: BindParameter[str] = bindparam("case")
    among_linked = among(Case.public_ref, bindparam("linked"))
    same = (
        select(holder.id)
        .join(whose, same_person(whose, holder))
        .join(one, one.person_id == whose.id)
        .where(one.public_ref == asked)
    )
    number = select(one.phone_index).where(one.public_ref == asked, one.phone_index.is_not(None))
    beside = or_(Case.person_id.in_(same), Case.phone_index.in_(number))
    first = sql_case((among_linked, 1), else_=0)
    return (
        select(
            Case.public_ref,
            Case.kind,
            Case.state,
            Case.severity,
            Case.opened_at,
            first.label("linked"),
        )
        .where(Case.public_ref != asked, in_sight(sight), or_(among_linked, beside))
        .order_by(first.desc(), Case.id.desc())
        .limit(bindparam("most", type_=Integer()))
    )


def related_cases(
    session: Session, actor: Actor, ref: str, *, linked: list[str], viewed: Viewed
) -> list[RelatedCase]:
    """The linked cases, then the newest others of the same person or number. One statement. Raises
    MalformedRef, Forbidden."""
    actor.require(Permission.CASE_WORK)
    asked = parse_ref(ref, "C")
    viewed.must_cover(asked)
    values = {**values_of(actor), "case": asked, "linked": linked, "most": len(linked) + MOST}
    rows = run_built(session, _related(people.sight_of(actor)), values)
    return [
        RelatedCase(row[0], row[1], row[2], row[3], row[4], linked=bool(row[5])) for row in rows
    ]
