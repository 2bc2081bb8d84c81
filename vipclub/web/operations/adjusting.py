"""Giving a member more or fewer units by hand, with a reason, on record."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import benefits, people
from vipclub.accounts import Permission
from vipclub.core import clock
from vipclub.core.errors import MalformedRef, NotFound
from vipclub.core.i18n import N_, gettext, say
from vipclub.core.types import parse_ref
from vipclub.web.frame import current_actor, current_language, read, run_once, shown
from vipclub.web.operations.bookings_forms import AdjustForm, MemberForm
from vipclub.web.operations.door import operations
from vipclub.web.words import masked


@operations.get("/adjust")
def adjust() -> str:
    """Whose allowances? By the member's reference."""
    return render_template("operations/adjust.html", typed="", problem="")


@operations.post("/adjust")
def adjust_whose() -> ResponseReturnValue:
    """To the member's allowances."""
    actor = current_actor()
    actor.require(Permission.ENTITLEMENT_ADJUST)
    typed: str = MemberForm.sent().member.data
    try:
        with read() as session:
            person = people.find_person(session, actor, parse_ref(typed, "M"))
    except (NotFound, MalformedRef) as refused:
        problem = say(current_language(), refused)
        return render_template("operations/adjust.html", typed=typed, problem=problem), 404
    return redirect(url_for("operations.allowances", ref=person.ref), code=303)


@operations.get("/adjust/<ref>")
def allowances(ref: str) -> str:
    """What a member was given, and what was changed by hand before."""
    return _allowances(ref, AdjustForm(year=clock.club_today().year))


def _allowances(ref: str, form: AdjustForm, refused: str = "") -> str:
    actor = current_actor()
    actor.require(Permission.ENTITLEMENT_ADJUST)
    with read() as session:
        person = people.find_person(session, actor, ref)
        left = benefits.entitlements(session, person.id)
        changed = [
            line
            for line in benefits.ledger_of(session, actor, member=person.ref)
            if line.kind == "adjust"
        ]
    names = {account.benefit: account.name for account in left}
    return render_template(
        "operations/allowances.html",
        person=person,
        who=masked(person.full_name),
        left=left,
        changeable={a.benefit: a.name for a in left if not a.unlimited},
        years=sorted({account.year for account in left}),
        changed=changed[::-1][:20],
        names=names,
        form=form,
        refused=refused,
    )


@operations.post("/adjust/<ref>")
def change_allowance(ref: str) -> ResponseReturnValue:
    """One change; sent twice it is made once."""
    form = AdjustForm.sent()
    if not form.validate():
        return _allowances(ref, form), 422
    with shown() as refusal:
        answer = run_once(
            lambda _none: url_for("operations.allowances", ref=ref),
            benefits.adjust_entitlement,
            member=ref,
            benefit=form.benefit.data,
            year=form.year.data,
            by=form.by.data,
            reason=form.reason.data,
        )
        flash(gettext(current_language(), N_("Changed. The member sees it at once.")))
        return answer
    return _allowances(ref, form, refusal.said), refusal.status
