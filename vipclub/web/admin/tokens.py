"""Tokens of the API: make one, whose secret is shown once, and make one useless."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import accounts, partners
from vipclub.accounts import TOKEN_SCOPES
from vipclub.core import clock
from vipclub.core.errors import MalformedRef
from vipclub.core.i18n import N_, gettext
from vipclub.web.admin.door import admin
from vipclub.web.admin.forms import RevokeForm, TokenForm
from vipclub.web.admin.secret_page import secret_page
from vipclub.web.frame import current_actor, current_language, read, run, shown

SCOPE_WORDS = {
    "member": N_("One member: everything that the member may do"),
    "channel": N_("A channel of the group: finds and books for every member"),
    "partner": N_("One partner: its appointments and places"),
}


@admin.get("/tokens")
def tokens() -> str:
    """Which systems may come in, and until when."""
    return _tokens(TokenForm(scope="channel"))


def _tokens(form: TokenForm, refused: str = "") -> str:
    actor = current_actor()
    with read() as session:
        found = accounts.list_tokens(session, actor)
        known = {row.ref: row.name for row in partners.all_partners(session, actor)}
    return render_template(
        "admin/tokens.html",
        tokens=found,
        partners=known,
        form=form,
        scopes=[(scope, SCOPE_WORDS[scope]) for scope in TOKEN_SCOPES],
        refused=refused,
        at=clock.now(),
    )


@admin.post("/tokens")
def create_token() -> ResponseReturnValue:
    """A new token; the page that answers is the only one that ever shows its secret."""
    form = TokenForm.sent()
    if not form.validate():
        return _tokens(form), 422
    scope = form.scope.data
    with shown(400) as refusal:
        ref, secret = run(
            accounts.create_token,
            scope=scope,
            member_ref=form.member.data if scope == "member" else None,
            partner_ref=form.partner.data if scope == "partner" else None,
            days=form.days.data,
        )
        return secret_page("admin/token_made.html", ref=ref, secret=secret)
    return _tokens(form, form.refused(refusal, {MalformedRef: "member"})), 422


@admin.post("/tokens/revoke")
def revoke_token() -> ResponseReturnValue:
    """It opens nothing from the next call on."""
    run(accounts.revoke_token, token=RevokeForm.sent().token.data)
    flash(gettext(current_language(), N_("The token opens nothing any more.")))
    return redirect(url_for("admin.tokens"), code=303)
