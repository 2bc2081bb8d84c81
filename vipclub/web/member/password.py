"""A new password for the member; whoever sets it proves to know the present one."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub.core.i18n import gettext
from vipclub.web.frame import current_language
from vipclub.web.member.door import member
from vipclub.web.own_password import CHANGED, PasswordForm, replace_password


@member.get("/me/password")
def password() -> str:
    """The form for a new password."""
    return _page(PasswordForm())


@member.post("/me/password")
def change_password() -> ResponseReturnValue:
    """A new password; all other sign-ins end."""
    form = PasswordForm.sent()
    if not replace_password(form):
        return _page(form), 422
    flash(gettext(current_language(), CHANGED), "done")
    return redirect(url_for("member.me"), code=303)


def _page(form: PasswordForm) -> str:
    return render_template("member/password.html", form=form)
