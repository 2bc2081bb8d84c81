"""Steps that lie beside a case: of the playbook, tasks, related cases."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy.orm import Session

from vipclub import assistance
from vipclub.core.actor import Actor
from vipclub.core.i18n import N_, gettext
from vipclub.web.desk.case_page import page_with
from vipclub.web.desk.door import desk
from vipclub.web.frame import current_language, run_once, shown
from vipclub.web.wall_moment import wall_moment


def _done(
    ref: str,
    place: str,
    said: str,
    use_case: Callable[..., Any],
    **given: Any,  # noqa: ANN401
) -> ResponseReturnValue:
    """Take a step that lies beside the case, and come back to its place on the page."""
    with shown(400, 404) as refusal:
        answer = run_once(
            lambda _made: url_for("desk.case", ref=ref, _anchor=place), use_case, case=ref, **given
        )
        flash(gettext(current_language(), said), "done")
        return answer
    typed = {name: value[:4000] for name, value in request.form.items()}
    return page_with(ref, refusal.said, typed), refusal.status


@desk.post("/cases/<ref>/steps")
def tick_step(ref: str) -> ResponseReturnValue:
    """A step of the playbook is done, or open again."""
    done = request.form.get("done") != "0"
    said = N_("The step is done.") if done else N_("The step is open again.")
    step = request.form.get("step", "")
    return _done(ref, "playbook", said, assistance.tick_step, step=step, done=done)


@desk.post("/cases/<ref>/tasks")
def add_task(ref: str) -> ResponseReturnValue:
    """Something to be done by a moment."""
    return _done(
        ref,
        "tasks",
        N_("The task is added."),
        _add_task,
        what=request.form.get("what", ""),
        due=request.form.get("due", ""),
    )


def _add_task(session: Session, actor: Actor, *, case: str, what: str, due: str) -> str:
    """The moment is read on the club's wall."""
    return assistance.add_task(session, actor, case=case, what=what, due=wall_moment(due, "due"))


@desk.post("/cases/<ref>/tasks/<task>/done")
def do_task(ref: str, task: str) -> ResponseReturnValue:
    """It is done."""
    return _done(ref, "tasks", N_("The task is done."), assistance.do_task, task=task)


@desk.post("/cases/<ref>/tasks/<task>/cancel")
def cancel_task(ref: str, task: str) -> ResponseReturnValue:
    """It needn't be done."""
    said = N_("The task is cancelled.")
    return _done(ref, "tasks", said, assistance.cancel_task, task=task)


@desk.post("/cases/<ref>/related")
def link_case(ref: str) -> ResponseReturnValue:
    """Another case belongs to it."""
    other = request.form.get("other", "").strip()[:40]
    return _done(ref, "related", N_("The cases are linked."), assistance.link_cases, other=other)


@desk.post("/cases/<ref>/related/<other>/unlink")
def unlink_case(ref: str, other: str) -> ResponseReturnValue:
    """Another case doesn't belong to it after all."""
    said = N_("The cases are no longer linked.")
    return _done(ref, "related", said, assistance.unlink_cases, other=other)
