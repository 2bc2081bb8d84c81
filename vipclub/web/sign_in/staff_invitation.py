"""Whoever is invited to work for the club or a partner opens the account by a link: the sign-in
name it was written for, and a password."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import accounts
from vipclub.accounts import InvitationAccepted
from vipclub.core.i18n import N_, gettext
from vipclub.web.frame import current_language, db, public, shown
from vipclub.web.frame.request_context import request_id
from vipclub.web.sign_in.by_link import check_form, checks_itself, untold
from vipclub.web.sign_in.door import sign_in
from vipclub.web.sign_in.forms import SignInForm

NO_LINK = N_(
    "This link can't be used with this sign-in name. "
    "Please check it, or ask whoever gave you the link for a new one."
)


@sign_in.get("/join/<token>")
@public
def join(token: str) -> ResponseReturnValue:
    """The form. Looking at it changes nothing."""
    return _form(token, SignInForm())


@sign_in.post("/join/<token>")
@public
def joined(token: str) -> ResponseReturnValue:
    """Sign-in name and a new password open the account."""
    check_form()
    form, language = SignInForm.sent(), current_language()
    problem = gettext(language, NO_LINK)
    with shown() as refusal:
        outcome = db().run(
            accounts.accept_staff_invitation,
            token=token[:100],
            login=form.login.data,
            password=form.password.data,
            request_id=request_id(),
        )
        if isinstance(outcome, InvitationAccepted):
            flash(gettext(language, N_("Your account is open. Please sign in.")))
            return redirect(url_for("sign_in.page"), code=303)
    if refusal.happened:
        problem = form.refused(refusal, {accounts.PasswordTooWeak: "password"})
    return _form(token, form, problem, 422)


checks_itself(sign_in, joined)


def _form(token: str, form: SignInForm, problem: str = "", status: int = 200) -> Response:
    page = render_template("sign_in/staff_invitation.html", token=token, form=form, problem=problem)
    return untold(page, status)
