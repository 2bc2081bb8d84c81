"""Tasks of a case: added, done, cancelled, due, and over with their case."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from tests.assistance.cases_in_steps import broken, letters, opened, seen, whats
from tests.assistance.desk_on_duty import HOUR, an_agent, on_shift
from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub, a_small_club
from vipclub import assistance
from vipclub.assistance import DueTask, TaskNotAccepted
from vipclub.assistance.cases import merging, tasks
from vipclub.assistance.cases.handling import Act
from vipclub.assistance.work_models import CaseTask
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Conflict, IllegalTransition, Malformed, NotFound
from vipclub.core.outbox import OutboxRow
from vipclub.core.types import new_ref


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def ping(db: Database, club: SmallClub) -> Actor:
    made = an_agent(db, "ping")
    on_shift(db, made)
    return made


def added(db: Database, actor: Actor, case: str, **given: object) -> str:
    what = {"what": "Call the ward", "due": clock.now() + HOUR, **given}
    return db.run(assistance.add_task, actor, case=case, **what)  # type: ignore[arg-type]


def to_do(db: Database, actor: Actor, *, mine: bool = False) -> list[DueTask]:
    with db.read() as session:
        return assistance.tasks_to_do(session, actor, now=clock.now(), mine=mine)


def states(db: Database) -> list[str]:
    with db.read() as session:
        return list(session.scalars(select(CaseTask.state).order_by(CaseTask.id)))


def test_a_task_is_on_the_timeline_from_its_beginning_to_its_end(db: Database, ping: Actor) -> None:
    ref = opened(db).case
    task, other = added(db, ping, ref), added(db, ping, ref, what="Send the guarantee")
    assert [one.owner for one in to_do(db, ping)] == ["Somebody desk"] * 2, "the case's owner's"
    db.run(assistance.do_task, ping, task=task)
    db.run(assistance.cancel_task, ping, task=other)
    assert to_do(db, ping) == []
    view = seen(db, ref)
    assert whats(view)[-4:] == ["task_added", "task_added", "task_done", "task_cancelled"]
    assert view.entries[-2].text == "Call the ward"
    with pytest.raises(IllegalTransition):
        db.run(assistance.do_task, ping, task=task)
    assert broken(db) == []


def test_nobody_is_given_a_task_in_a_complaint_about_themselves(db: Database, ping: Actor) -> None:
    blamed = an_agent(db, "blamed")
    ref = opened(db, kind="complaint", about=str(blamed.account_ref)).case
    with pytest.raises(Malformed):
        added(db, ping, ref, owner=str(blamed.account_ref))
    assert states(db) == []


def test_a_task_whose_case_is_merged_just_then_is_told_of_in_the_other_one(
    db: Database, ping: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look for its case and that case's lock somebody else has merged it."""
    gone, stays = opened(db).case, opened(db).case
    task = added(db, ping, gone)

    def after_the_merge(session: Session, actor: Actor, case: str, **given: Any) -> Act:
        if case == gone:
            merging.merge(session, CLUB_ACTOR, case=gone, into=stays)
        return Act(session, actor, case, **given)

    monkeypatch.setattr(tasks, "Act", after_the_merge)
    with pytest.raises(Conflict):
        db.run(assistance.do_task, ping, task=task)
    with clock.replaying(clock.now() + 2 * HOUR):
        assert assistance.warn_of_tasks(db) == 0
        assert assistance.warn_of_tasks(db) == 1
    with db.read() as session:
        told = list(session.scalars(select(OutboxRow.payload).where(OutboxRow.kind == "message")))
    assert [row["data"]["ref"] for row in told if row["template"] == "case-task"] == [stays]
    assert broken(db) == []


def test_what_can_t_be_a_task_is_refused(db: Database, ping: Actor) -> None:
    ref = opened(db).case
    now = clock.now()
    for given in (
        {"what": " "},
        {"what": "x" * 501},
        {"due": now - HOUR},
        {"due": now + timedelta(days=91)},
    ):
        with pytest.raises(TaskNotAccepted):
            added(db, ping, ref, **given)
    with pytest.raises(Malformed):
        added(db, ping, ref, owner=new_ref("U"))
    with pytest.raises(NotFound):
        db.run(assistance.do_task, ping, task=new_ref("C"))


def test_who_has_it_is_told_once_when_it_is_due(db: Database, ping: Actor) -> None:
    mei = an_agent(db, "mei")
    on_shift(db, mei)
    ref = opened(db).case
    added(db, ping, ref, owner=mei.account_ref)
    assert assistance.warn_of_tasks(db) == 0
    with clock.replaying(clock.now() + HOUR + timedelta(minutes=1)):
        assert assistance.warn_of_tasks(db) == 1
        assert assistance.warn_of_tasks(db) == 0
        assert [one.late for one in to_do(db, mei, mine=True)] == [True], "it stays in the list"
        assert to_do(db, ping, mine=True) == []
    assert letters(db).count("case-task") == 1
    assert states(db) == ["due"]


def test_a_case_that_ends_ends_its_tasks(db: Database, ping: Actor) -> None:
    ref = opened(db).case
    added(db, ping, ref)
    db.run(assistance.resolve, ping, case=ref, text="All settled")
    assert states(db) == ["ended"]
    assert "task_ended" in whats(seen(db, ref))
    assert to_do(db, ping) == []
    with pytest.raises(IllegalTransition):
        added(db, ping, ref)


def test_the_tasks_of_a_case_that_is_merged_go_along(db: Database, ping: Actor) -> None:
    gone, stays = opened(db).case, opened(db).case
    task = added(db, ping, gone)
    db.run(assistance.merge, ping, case=gone, into=stays)
    assert [(one.ref, one.case) for one in to_do(db, ping)] == [(task, stays)]
    db.run(assistance.do_task, ping, task=task)
    assert states(db) == ["done"]
