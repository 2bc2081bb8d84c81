"""Giving a member more or fewer units by hand, with a reason, on record."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import benefits
from vipclub.core import clock
from vipclub.core.errors import MalformedRef, NotFound
from vipclub.core.i18n import N_, gettext, say
from vipclub.web.frame import current_actor, current_language, read, run_once, shown
from vipclub.web.names import person_name
from vipclub.web.operations.allowance_forms import AdjustForm, MemberForm
from vipclub.web.operations.door import operations


@operations.get("/adjust")
def adjust() -> str:
    """Whose allowances? By the member's reference."""
    return render_template("operations/allowances_whose.html", typed="", problem="")


@operations.post("/adjust")
def adjust_whose() -> ResponseReturnValue:
    """To the member's allowances."""
    typed: str = MemberForm.sent().member.data
    try:
        with read() as session:
            person = benefits.member_to_adjust(session, current_actor(), member=typed)
    except (NotFound, MalformedRef) as refused:
        problem = say(current_language(), refused)
        return render_template(
            "operations/allowances_whose.html", typed=typed, problem=problem
        ), 404
    return redirect(url_for("operations.allowances", ref=person.ref), code=303)


@operations.get("/adjust/<ref>")
def allowances(ref: str) -> str:
    """What a member was given, and what was changed by hand before."""
    return _allowances(ref, AdjustForm(year=clock.club_today().year))


def _allowances(ref: str, form: AdjustForm, refused: str = "") -> str:
    with read() as session:
        found = benefits.adjustable(session, current_actor(), member=ref)
    return render_template(
        "operations/allowances.html",
        person=found.person,
        who=person_name(current_language(), found.person, "masked"),
        left=found.accounts,
        changeable={account.benefit: account.name for account in found.counted},
        years=sorted({account.year for account in found.accounts}),
        changed=found.changed[:20],
        names={account.benefit: account.name for account in found.accounts},
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
