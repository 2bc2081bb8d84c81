"""A member opens the account by an invitation's link: date of birth, sign-in name, password."""

from __future__ import annotations

from flask import Response, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import accounts
from vipclub.accounts import InvitationAccepted
from vipclub.core.i18n import N_, gettext
from vipclub.web.frame import (
    current_language,
    db,
    public,
    shown,
)
from vipclub.web.frame.request_context import request_id
from vipclub.web.sign_in.by_link import check_form, checks_itself, untold
from vipclub.web.sign_in.door import sign_in
from vipclub.web.sign_in.forms import InvitationForm

NO_INVITATION = N_(
    "This invitation can't be used. Please check the date of birth, or ask your "
    "relationship manager for a new one."
)


ABOUT = {
    accounts.PasswordTooWeak: "password",
    accounts.LoginTaken: "login",
    accounts.LoginUnreadable: "login",
}
"""A rule's no -> the field that it is about."""


@sign_in.get("/invitation/<token>")
@public
def invitation(token: str) -> ResponseReturnValue:
    """The form by which a member opens the account. Looking at it changes nothing."""
    return _form(token, InvitationForm(), status=200)


@sign_in.post("/invitation/<token>")
@public
def accept(token: str) -> ResponseReturnValue:
    """Date of birth, sign-in name and password open the account."""
    check_form()
    form = InvitationForm.sent()
    problem = gettext(current_language(), NO_INVITATION)
    if not form.validate() or form.birth_date.data is None:
        return _form(token, form, problem)
    with shown() as refusal:
        outcome = db().run(
            accounts.accept_invitation,
            token=token[:100],
            birth_date=form.birth_date.data,
            login=form.login.data,
            password=form.password.data,
            language=str(current_language()),
            request_id=request_id(),
        )
        if isinstance(outcome, InvitationAccepted):
            flash(gettext(current_language(), N_("Your account is open. Please sign in.")))
            return redirect(url_for("sign_in.page"), code=303)
    if refusal.happened:
        problem = form.refused(refusal, ABOUT)
    return _form(token, form, problem)


checks_itself(sign_in, accept)


def _form(token: str, form: InvitationForm, problem: str = "", status: int = 422) -> Response:
    page = render_template(
        "sign_in/member_invitation.html", token=token, problem=problem, form=form
    )
    return untold(page, status)
