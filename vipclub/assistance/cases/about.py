"""Whom of the staff a complaint is about: said when it is opened or later, by whoever works it, and
by the member. From then on it is out of that person's sight and hands."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session, aliased

from vipclub.accounts import Account, Permission, managers_of
from vipclub.assistance.cases.handling import Act, CaseResult
from vipclub.assistance.cases.task_steps import TASKS_TO_DO
from vipclub.assistance.duty.owners import duty_at
from vipclub.assistance.facts import ComplaintAbout
from vipclub.assistance.letters import tell_agent
from vipclub.assistance.models import Case, CaseEntry
from vipclub.assistance.work_models import task_table
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.facts import record
from vipclub.core.types import parse_ref
from vipclub.people import Person, find_person, same_person

ABOUT = "about"
ROLES = ("desk", "manager")
LATELY = timedelta(days=180)


def colleagues_to_name(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Everybody of the desk and all relationship managers: account and name. One statement. Raises
    Forbidden."""
    actor.require(Permission.CASE_WORK)
    rows = session.execute(
        select(Account.public_ref, Account.display_name)
        .where(Account.role.in_(ROLES), Account.state == "active")
        .order_by(Account.role, Account.display_name, Account.id)
    )
    return [(row[0], row[1]) for row in rows]


def known_to_member(session: Session, actor: Actor, *, member: str) -> list[tuple[str, str]]:
    """Whom a member knows to complain about: the managers, and who owned or answered her cases of
    late; account and name, as her cases name them. Three statements. Raises NotFound, Forbidden."""
    actor.require(Permission.CASE_OPEN)
    person, now = find_person(session, actor, member).id, clock.now()
    managers = [(one.ref, one.name) for one in managers_of(session, person, now=now)]
    return list(dict.fromkeys([*managers, *_served(session, person, now - LATELY)]))


def _served(session: Session, person: int, since: datetime) -> list[tuple[str, str]]:
    asked, holder = aliased(Person), aliased(Person)
    mine = (
        select(Case.id)
        .join(holder, holder.id == Case.person_id)
        .join(asked, same_person(asked, holder))
        .where(asked.id == person, Case.last_at > since)
    )
    owners = select(Case.owner_id).where(Case.id.in_(mine))
    spoke = select(CaseEntry.account_id).where(
        CaseEntry.case_id.in_(mine), CaseEntry.what.in_(("answered", "resolved"))
    )
    rows = session.execute(
        select(Account.public_ref, Account.display_name)
        .where(Account.role == "desk", Account.id.in_(owners) | Account.id.in_(spoke))
        .order_by(Account.display_name, Account.id)
    )
    return [(row[0], row[1]) for row in rows]


def blamed(session: Session, actor: Actor, ref: str, *, member: str | None) -> int:
    """Whom of the desk and the managers a complaint is about, by their account; a member names whom
    she knows. Raises MalformedRef, NotFound."""
    asked = parse_ref(ref, "U")
    if not actor.sees_all:
        known = known_to_member(session, actor, member=member) if member else []
        if asked not in {one for one, _ in known}:
            raise NotFound()
    found = session.execute(
        select(Account.id).where(Account.public_ref == asked, Account.role.in_(ROLES))
    ).scalar()
    if found is None:
        raise NotFound()
    return found


def say_about(session: Session, actor: Actor, *, case: str, about: str | None) -> CaseResult:
    """Say whom an open complaint is about, or that it is about nobody in particular. It leaves that
    person at once, with its tasks, and belongs to somebody else on duty; who it is about can't find
    it any more, and so can't take it back. Raises Malformed for what is no complaint, NotFound for
    an account that isn't there, IllegalTransition for a case that isn't open, and what `Act`
    raises."""
    act = Act(session, actor, case, permission=Permission.CASE_WORK)
    act.must_be_open()
    if act.case.kind != "complaint":
        raise Malformed("about")
    to = blamed(session, actor, about, member=None) if about else None
    act.write(ABOUT, other_ref=parse_ref(about, "U") if about else None)
    values: dict[str, Any] = {"against_id": to}
    owner = act.case.owner
    given = None
    if to is not None:
        _take_tasks(session, act.case.id, to)
        if act.case.owner_id == to:
            given = duty_at(session, act.at).owner(but=to)
            owner = given.ref if given else None
            act.write("owner", other_ref=owner)
            values["owner_id"] = given.account_id if given else None
        record(session, ComplaintAbout(act.case.id, to))
    result = act.finish("case.about", after={"about": about, "owner": owner}, owner=owner, **values)
    if given is not None:
        tell_agent(
            session,
            "case-assigned",
            ref=act.case.ref,
            account_id=given.account_id,
            version=act.case.version + 1,
            kind=act.case.kind,
            severity=act.case.severity,
        )
    return replace(result, owner=owner)


def _take_tasks(session: Session, case_id: int, account_id: int) -> None:
    """What that person was to do is for whoever owns the case."""
    session.execute(
        update(task_table)
        .where(
            task_table.c.case_id == case_id,
            task_table.c.owner_id == account_id,
            task_table.c.state.in_(sorted(TASKS_TO_DO)),
        )
        .values(owner_id=None)
    )


def about_now(entries: Sequence[Any]) -> tuple[str, str]:
    """Account and name of whom a case is about, by its timeline; both empty for nobody."""
    last = next((one for one in reversed(entries) if one.what == ABOUT), None)
    return (last.other_ref or "", last.other_name) if last is not None else ("", "")
