"""Trying a tier policy on everybody, and putting it in force by two people.

A job counts, whoever looks on; the page of a trial shows how far it is and fetches itself anew.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import accounts, benefits, membership, people
from vipclub.core import clock
from vipclub.core.i18n import N_, format_money, gettext
from vipclub.core.types import Money
from vipclub.membership import (
    NOBODY,
    TIERS,
    PolicyProblems,
    TermRule,
    TierPolicy,
    policy_text,
    read_policy,
)
from vipclub.web.admin.door import admin
from vipclub.web.admin.forms import DocumentForm, StateForm
from vipclub.web.admin.policy import in_words
from vipclub.web.admin.policy_trial_forms import (
    DOWNGRADES,
    LANDINGS,
    TryForm,
    figure_fields,
    figures_form,
)
from vipclub.web.admin.tier_policy_words import tier_name
from vipclub.web.frame import audience, current_actor, current_language, read, run
from vipclub.web.names import person_name

ROWS = (NOBODY, *TIERS)


def _next_version(today: date, policy: TierPolicy) -> tuple[str, date]:
    """A name and a day to begin with: the next year's first."""
    day = date(today.year + 1, 1, 1)
    if policy.in_force_from >= day:
        day = policy.in_force_from + timedelta(days=1)
    return f"{day.year}.1", day


def _filled(policy: TierPolicy, today: date) -> TryForm:
    version, day = _next_version(today, policy)
    term: TermRule = policy.term
    return figures_form(policy)(
        version=version,
        in_force_from=day,
        years=term.years,
        downgrade=term.downgrade,
        downgrade_to=term.downgrade_to,
        grace_days=term.grace_days,
    )


@admin.get("/policy/try")
@audience("policy")
def trials() -> str:
    """The policy in force as a form to change, or a document; and the trials so far."""
    return _trials()


def _trials(
    form: TryForm | None = None, text: str = "", problems: list[tuple[str, str]] | None = None
) -> str:
    actor, today = current_actor(), clock.club_today()
    with read() as session:
        found = membership.policy_in_force(session, today)
        tried = membership.policy_drafts(session, actor)
        names = accounts.names_of(session, {draft.created_by for draft in tried})
    if form is None and found is not None:
        form = _filled(found.policy, today)
    return render_template(
        "admin/policy_trials.html",
        policy=found.policy if found else None,
        form=form,
        text=text or (policy_text(found.policy) if found else ""),
        problems=problems or [],
        pasted=bool(text),
        drafts=tried,
        names=names,
        fields=figure_fields(found.policy, form) if found and form else [],
        downgrades=[(code, gettext(current_language(), word)) for code, word in DOWNGRADES],
        landings=[(code, gettext(current_language(), word)) for code, word in LANDINGS],
    )


@admin.post("/policy/try")
@audience("policy")
def try_figures() -> ResponseReturnValue:
    """Other figures in the rules of the policy in force."""
    today = clock.club_today()
    with read() as session:
        found = membership.policy_in_force(session, today)
    if found is None:
        return _trials(), 422
    form = figures_form(found.policy)(request.form)
    if not form.validate():
        return _trials(form), 422
    return _begin(policy_text(form.made(found.policy)), today)


@admin.post("/policy/try/document")
@audience("policy")
def try_document() -> ResponseReturnValue:
    """A document, pasted or as a file; its mistakes are told with their lines."""
    text = DocumentForm.sent().document()
    try:
        read_policy(text)
    except PolicyProblems as error:
        return _trials(text=text or "\n", problems=_told(error, text)), 422
    return _begin(text, clock.club_today())


def _told(error: PolicyProblems, text: str) -> list[tuple[str, str]]:
    """Each problem in the reader's language, with its line where it has one."""
    language, told = current_language(), []
    for problem in error.found[:50]:
        line = membership.line_of(text, problem.place) if problem.place else None
        where = gettext(language, N_("Line %(line)s"), line=line) if line else ""
        told.append((where, problem.said_in(language)))
    return told


def _begin(text: str, today: date) -> ResponseReturnValue:
    ref = run(membership.draft_policy, text=text, as_of=today)
    return redirect(url_for("admin.trial", ref=ref), code=303)


@admin.get("/policy/try/<ref>")
@audience("policy")
def trial(ref: str) -> str:
    """What the trial found: who would move, what it costs, and what may be done with it."""
    return render_template("admin/policy_trial.html", **_found(ref))


@admin.get("/policy/try/<ref>/live")
@audience("policy")
def trial_live(ref: str) -> str:
    """The part that changes while it counts, alone."""
    return render_template("admin/policy_trial_live.html", **_found(ref))


def _found(ref: str) -> dict[str, Any]:
    actor = current_actor()
    with read() as session:
        found = membership.trial(session, actor, ref)
        catalogue = benefits.benefits(session)
        quantities = benefits.quantities_of(session, actor, found.draft.as_of.year)
        draft = found.draft
        names = accounts.names_of(
            session, {draft.created_by, draft.submitted_by or "", draft.decided_by or ""}
        )
    return {
        "trial": found,
        "draft": draft,
        "words": in_words(found.policy),
        "matrix": _matrix(found.found),
        "persons": f"{found.found.persons:,}",
        "heads": [tier_name(current_language(), tier) for tier in ROWS],
        "costs": _costs(found.found, catalogue, quantities),
        "names": names,
        "own": draft.submitted_by == actor.owner,
        "began": draft.created_by == actor.owner,
    }


def _matrix(found: membership.Simulation) -> list[tuple[str, list[dict[str, Any]]]]:
    """From the row's tier to the column's."""
    language = current_language()
    return [
        (
            tier_name(language, before),
            [
                {
                    "before": before,
                    "after": after,
                    "persons": f"{found.cell(before, after).persons:,}",
                    "moves": before != after,
                    "up": ROWS.index(after) > ROWS.index(before),
                }
                for after in ROWS
            ],
        )
        for before in ROWS
    ]


def _costs(
    found: membership.Simulation,
    catalogue: Sequence[benefits.BenefitRow],
    quantities: Mapping[tuple[str, str], int],
) -> list[tuple[str, str, str, str, str, str]]:
    """By tier and in all: members now and then, a year's benefits at the usual use now and then,
    the difference."""
    language = current_language()
    before, after = found.tiers_before(), found.tiers_after()
    rows = []
    for tiers, name in [([t], tier_name(language, t)) for t in TIERS] + [
        (list(TIERS), gettext(language, N_("All tiers")))
    ]:
        now = {tier: before.get(tier, 0) for tier in tiers}
        then = {tier: after.get(tier, 0) for tier in tiers}
        cost_now = benefits.cost_of(now, catalogue, quantities).expected
        cost_then = benefits.cost_of(then, catalogue, quantities).expected
        change = Money(cost_then.amount - cost_now.amount, cost_now.currency)
        rows.append(
            (
                name,
                f"{sum(now.values()):,}",
                f"{sum(then.values()):,}",
                format_money(language, cost_now),
                format_money(language, cost_then),
                ("+" if change.amount > 0 else "") + format_money(language, change),
            )
        )
    return rows


@admin.get("/policy/try/<ref>/<before>/<after>")
@audience("policy")
def trial_cell(ref: str, before: str, after: str) -> ResponseReturnValue:
    """The first of those who would move from one tier to another: references, names masked."""
    actor = current_actor()
    with read() as session:
        found = membership.trial(session, actor, ref)
        cell = found.found.cell(before, after)
        named = people.names_of(session, cell.examples)
    language = current_language()
    return render_template(
        "admin/policy_trial_cell.html",
        draft=found.draft,
        cell=cell,
        members=[
            (member, person_name(current_language(), name, "masked")) for member, name in named
        ],
        persons=f"{cell.persons:,}",
        before=tier_name(language, before),
        after=tier_name(language, after),
    )


def _done(ref: str, sentence: str) -> ResponseReturnValue:
    flash(gettext(current_language(), sentence))
    return redirect(url_for("admin.trial", ref=ref), code=303)


@admin.post("/policy/try/<ref>/discard")
@audience("policy")
def discard(ref: str) -> ResponseReturnValue:
    """Who began it ends it, counted or not."""
    run(membership.discard_trial, draft=ref)
    flash(gettext(current_language(), N_("The trial run is discarded.")))
    return redirect(url_for("admin.trials"), code=303)


@admin.post("/policy/try/<ref>/submit")
@audience("policy")
def submit(ref: str) -> ResponseReturnValue:
    """Ask another policy owner."""
    run(membership.submit_policy, draft=ref)
    return _done(ref, N_("Submitted. Another policy owner decides on it."))


@admin.post("/policy/try/<ref>/withdraw")
@audience("policy")
def withdraw(ref: str) -> ResponseReturnValue:
    """Take it back before it is decided."""
    run(membership.withdraw_policy, draft=ref)
    return _done(ref, N_("Taken back. It is a trial again."))


@admin.post("/policy/try/<ref>/approve")
@audience("policy")
def approve(ref: str) -> ResponseReturnValue:
    """The second person: it is a version from now on, in force from its day."""
    run(membership.approve_policy, draft=ref)
    return _done(ref, N_("Approved. It comes into force on its day; nothing else needs doing."))


@admin.post("/policy/try/<ref>/return")
@audience("policy")
def give_back(ref: str) -> ResponseReturnValue:
    """The second person says no, with a reason."""
    form = StateForm.sent()
    if not form.validate():
        flash(form.problem("reason"), "refused")
        return redirect(url_for("admin.trial", ref=ref), code=303)
    run(membership.return_policy, draft=ref, reason=form.reason.data)
    return _done(ref, N_("Given back with your reason."))
