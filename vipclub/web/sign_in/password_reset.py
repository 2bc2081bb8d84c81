"""A forgotten password: asking for a link, and choosing a new password by it. Both pages look the
same whether or not there is such an account."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import accounts
from vipclub.accounts import PasswordWasReset, ResetTooSoon
from vipclub.core.i18n import N_, gettext
from vipclub.web.frame import current_language, db, public, shown
from vipclub.web.frame.request_context import request_id
from vipclub.web.sign_in.by_link import check_form, checks_itself, untold
from vipclub.web.sign_in.door import sign_in
from vipclub.web.sign_in.forms import NewPasswordForm, ResetForm
from vipclub.web.sign_in.sign_in_page import wait_sentence

NO_LINK = N_("This link can't be used any more. Please ask for a new one.")
NOT_TWICE = N_("The two passwords are not the same.")
DONE = N_("Your password is changed. Please sign in with the new one.")


@sign_in.get("/reset")
@public
def forgot() -> str:
    """The form that asks for the sign-in name."""
    return render_template("sign_in/forgotten_password.html", sent=False, problem="")


@sign_in.post("/reset")
@public
def ask() -> ResponseReturnValue:
    """Note the request; the answer is the same whether or not the account exists."""
    form = ResetForm.sent()
    outcome = db().run(accounts.ask_reset, login=form.login.data, ip=request.remote_addr or "")
    if isinstance(outcome, ResetTooSoon):
        problem = wait_sentence(outcome.wait_seconds)
        page = render_template("sign_in/forgotten_password.html", sent=False, problem=problem)
        return page, 429, {"Retry-After": str(outcome.wait_seconds)}
    return render_template("sign_in/forgotten_password.html", sent=True, problem="")


@sign_in.get("/reset/<secret>")
@public
def new_password(secret: str) -> Response:
    """The form. Looking at it changes nothing and tells nothing."""
    return untold(_form(secret, NewPasswordForm()))


@sign_in.post("/reset/<secret>")
@public
def choose(secret: str) -> ResponseReturnValue:
    """The new password, written twice. Nobody is signed in by it."""
    check_form()
    form, language = NewPasswordForm.sent(), current_language()
    if form.password.data != form.again.data:
        form.again.errors = [gettext(language, NOT_TWICE)]
        return untold(_form(secret, form), 422)
    with shown() as refusal:
        outcome = db().run(
            accounts.reset_password,
            secret=secret,
            password=form.password.data,
            ip=request.remote_addr or "",
            request_id=request_id(),
        )
    if refusal.happened:
        problem = form.refused(refusal, {accounts.PasswordTooWeak: "password"})
        return untold(_form(secret, form, problem), 422)
    if isinstance(outcome, PasswordWasReset):
        flash(gettext(language, DONE))
        return redirect(url_for("sign_in.page"), code=303)
    return untold(_form(secret, form, gettext(language, NO_LINK), spent=True), 422)


checks_itself(sign_in, choose)


def _form(secret: str, form: NewPasswordForm, problem: str = "", *, spent: bool = False) -> str:
    return render_template(
        "sign_in/new_password.html", secret=secret, form=form, problem=problem, spent=spent
    )
