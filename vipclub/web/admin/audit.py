"""The auditor's pages: the trail with filters, one record, and the check of its seals.

Each look is recorded before anything is shown.
"""

from __future__ import annotations

import json
import re
from datetime import datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import accounts, operations
from vipclub.core import audit_sealing, clock
from vipclub.core.i18n import N_, gettext
from vipclub.operations import ActsAsked, TrailStanding
from vipclub.web.admin.door import admin
from vipclub.web.admin.forms import AuditForm, VerifyForm
from vipclub.web.frame import audience, current_actor, current_language, db, read, run
from vipclub.web.frame.paging import list_address

PAGE = 50
PROBLEMS = {
    "it is missing": N_("it is missing"),
    "its content doesn't match its signature": N_("its content doesn't match its signature"),
    "its content doesn't match its signature (not sealed yet)": N_(
        "its content doesn't match its signature (not sealed yet)"
    ),
    "it stands in another's place": N_("it stands in another's place"),
    "it is missing from the chain": N_("it is missing from the chain"),
    "it doesn't follow the seal before it": N_("it doesn't follow the seal before it"),
    "its hash doesn't match what it covers": N_("its hash doesn't match what it covers"),
    "what it covers can't be read": N_("what it covers can't be read"),
    "it is missing, and so is its place under the seal": N_(
        "it is missing, and so is its place under the seal"
    ),
    "it was put under a seal that doesn't cover it": N_(
        "it was put under a seal that doesn't cover it"
    ),
    "its count is wrong": N_("its count is wrong"),
}
"""What `core.audit_sealing` finds, to be said in the reader's language."""
_REFERENCE = re.compile(r"[A-Za-z]{1,20}[A-Za-z0-9:._/ -]{0,63}", re.ASCII)


def acts_asked(form: AuditForm) -> ActsAsked:
    day, zone = form.on_day(), ZoneInfo(clock.club_zone())
    since = datetime.combine(day, time(), zone) if day else None
    return ActsAsked(
        subject=form.subject.data or "",
        actor=form.actor.data or "",
        action=form.action.data or "",
        since=since,
        until=since + timedelta(days=1) if since else None,
        before=form.before.data,
    )


def filter_on_record(form: AuditForm) -> dict[str, Any]:
    """The filter as it is recorded: what is no reference may be a name, and stays out."""
    typed = {"subject": form.subject.data, "actor": form.actor.data, "action": form.action.data}
    kept = {k: v if _REFERENCE.fullmatch(v or "") else "?" for k, v in typed.items() if v}
    return {**kept, "day": form.day.data, "before": form.before.data}


def _checked(found: TrailStanding) -> dict[str, Any]:
    return json.loads(found.checked) if found.checked else {}


@admin.get("/audit")
@audience("auditor")
def audit() -> str:
    """The trail, the newest first, and how far it is sealed and checked."""
    actor, form = current_actor(), AuditForm.asked()
    asked = acts_asked(form)
    run(operations.record_reading, shown=filter_on_record(form))
    with read() as session:
        found = operations.acts(session, actor, asked, limit=PAGE + 1)
        state = operations.trail_standing(session, actor)
        names = accounts.names_of(session, {act.actor for act in found})
    more = found[PAGE - 1].id if len(found) > PAGE else None
    return render_template(
        "admin/audit.html",
        acts=found[:PAGE],
        names=names,
        state=state,
        check=_checked(state),
        form=form,
        filtered=any(request.args.get(n) for n in ("subject", "actor", "action", "day")),
        older=list_address("admin.audit", before=more) if more else "",
        newer=list_address("admin.audit", before=None) if form.before.data else "",
        export=list_address("admin.audit_export", before=None),
    )


@admin.get("/audit/<int:number>")
@audience("auditor")
def audit_record(number: int) -> str:
    """One record with what was before and after, its signature looked at now."""
    actor = current_actor()
    run(operations.record_reading, shown={"record": number})
    with read() as session:
        found = operations.one_act(session, actor, number)
        state = operations.trail_standing(session, actor)
        names = accounts.names_of(session, {found.act.actor})
    return render_template(
        "admin/audit_record.html",
        found=found,
        act=found.act,
        check=_checked(state),
        names=names,
        changes=_changes(found.before, found.after),
    )


def _changes(before: str | None, after: str | None) -> list[tuple[str, str, str]]:
    """What is different, name by name; a document that is no object stands under no name."""
    one, two = (json.loads(text) if text else {} for text in (before, after))
    one = one if isinstance(one, dict) else {"": one}
    two = two if isinstance(two, dict) else {"": two}
    return [(name, _told(one.get(name)), _told(two.get(name))) for name in sorted({*one, *two})]


def _told(value: object) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


@admin.post("/audit/verify")
@audience("auditor")
def verify() -> ResponseReturnValue:
    """Check the newest records, or a part of the chain from a seal on: some seconds at most. What
    it finds is recorded."""
    seal = VerifyForm.sent().chosen()
    with db().read(one_snapshot=True) as session:
        part = audit_sealing.verify_part(session, seal=seal)
    run(operations.record_check, part=part)
    if part.broken is None and part.goes_on is None and seal is None:
        return redirect(url_for("admin.audit"), code=303)
    problem = part.broken.problem if part.broken else ""
    language = current_language()
    return render_template(
        "admin/audit_check.html",
        part=part,
        problem=gettext(language, PROBLEMS[problem]) if problem in PROBLEMS else problem,
    )
