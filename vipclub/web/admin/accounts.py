"""Accounts: find one, change its role and scopes, shut it and open it, end its sign-ins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from werkzeug import Response

from vipclub import accounts, partners
from vipclub.accounts import SCOPE_OF_ROLE, STAFF
from vipclub.core.i18n import N_, gettext, ngettext
from vipclub.web.admin.door import ROLE_WORDS, admin
from vipclub.web.admin.forms import (
    RoleForm,
    ScopeForm,
    SearchForm,
    StateForm,
)
from vipclub.web.frame import current_actor, current_language, read, run
from vipclub.web.frame.paging import list_address

PAGE = 50
SCOPE_WORDS = {
    "person": N_("Member"),
    "partner": N_("Partner"),
    "portfolio": N_("Portfolio"),
    "all": N_("Everybody"),
}


def told(sentence: str, **data: object) -> None:
    """A word at the top of the next page."""
    flash(gettext(current_language(), sentence, **data))


@admin.get("/people")
def people() -> str:
    """Accounts by role and state, the newest first."""
    actor, form = current_actor(), SearchForm.asked()
    with read() as session:
        page = accounts.find_accounts(
            session,
            actor,
            role=form.role.data or "",
            state=form.state.data or "",
            after=form.after.data or None,
            limit=PAGE,
        )
    return _people(page, form)


@admin.post("/people/find")
def find_people() -> str:
    """By part of a name, by reference, or by a whole sign-in name: what is typed here stands in no
    address."""
    form = SearchForm.sent()
    with read() as session:
        page = accounts.find_accounts(session, current_actor(), text=form.text.data, limit=PAGE)
    return _people(page, form)


def _people(page: accounts.AccountPage, form: SearchForm) -> str:
    listed = not form.text.data
    return render_template(
        "admin/accounts.html",
        items=page.items,
        older=list_address("admin.people", after=page.next)
        if page.next and not form.text.data
        else "",
        newer=list_address("admin.people", after=None) if form.after.data else "",
        more=bool(page.next and not listed),
        form=form,
        filtered=bool(form.text.data or form.role.data or form.state.data),
        role_words=ROLE_WORDS,
    )


@admin.get("/people/<ref>")
def account(ref: str) -> str:
    """One account, and what may be done about it."""
    return _account(ref)


def _account(ref: str, problem: str = "", field: str = "") -> str:
    actor = current_actor()
    with read() as session:
        found = accounts.account_view(session, actor, ref)
        known = {row.ref: row.name for row in partners.all_partners(session, actor)}
    return render_template(
        "admin/account.html",
        account=found,
        partners=known,
        kind=SCOPE_OF_ROLE.get(found.role),
        staff=STAFF,
        role_words=ROLE_WORDS,
        scope_words=SCOPE_WORDS,
        problem=problem,
        field=field,
    )


def _back(ref: str) -> Response:
    return redirect(url_for("admin.account", ref=ref), code=303)


@admin.post("/people/<ref>/role")
def change_role(ref: str) -> ResponseReturnValue:
    """Another role; the scopes of the old one go, and its sign-ins end."""
    form = RoleForm.sent()
    if not form.validate():
        return _account(ref, form.problem("role"), "role"), 422
    run(accounts.change_role, account=ref, role=form.role.data)
    told(N_("The role is changed. Whoever was signed in signs in again."))
    return _back(ref)


@admin.post("/people/<ref>/scopes")
def grant_scope(ref: str) -> ResponseReturnValue:
    """Whose affairs the account sees, one more."""
    form = ScopeForm.sent()
    if not form.validate():
        return _account(ref, form.problem("ref"), "ref"), 422
    run(accounts.grant_scope, account=ref, kind=form.kind.data, ref=form.ref.data)
    told(N_("Added. It counts from the next click on."))
    return _back(ref)


@admin.post("/people/<ref>/scopes/revoke")
def revoke_scope(ref: str) -> ResponseReturnValue:
    """One fewer."""
    form = ScopeForm.sent()
    run(accounts.revoke_scope, account=ref, kind=form.kind.data, ref=form.ref.data)
    told(N_("Taken away. It counts from the next click on."))
    return _back(ref)


@admin.post("/people/<ref>/disable")
def disable(ref: str) -> ResponseReturnValue:
    """Shut: whoever is signed in is out at once."""
    return _with_reason(
        ref, accounts.disable_account, N_("The account is shut. Nobody can sign in to it.")
    )


@admin.post("/people/<ref>/enable")
def enable(ref: str) -> ResponseReturnValue:
    """Open again."""
    return _with_reason(ref, accounts.enable_account, N_("The account is open again."))


def _with_reason(ref: str, act: Callable[..., Any], sentence: str) -> ResponseReturnValue:
    """An act on the account for which a reason is asked."""
    form = StateForm.sent()
    if not form.validate():
        return _account(ref, form.problem("reason"), "reason"), 422
    run(act, account=ref, reason=form.reason.data)
    told(sentence)
    return _back(ref)


@admin.post("/people/<ref>/sign-ins/end")
def end_sign_ins(ref: str) -> ResponseReturnValue:
    """Everybody who is signed in to it signs in anew."""
    ended = run(accounts.end_sign_ins, account=ref)
    language = current_language()
    flash(ngettext(language, "%(num)s sign-in is ended.", "%(num)s sign-ins are ended.", ended))
    return _back(ref)
