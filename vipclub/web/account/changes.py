"""What staff change about the own account at once: language, password, sign-ins elsewhere."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import accounts
from vipclub.core.errors import Malformed
from vipclub.core.i18n import N_, gettext, language_of
from vipclub.web.account.door import account
from vipclub.web.frame import current_language, run
from vipclub.web.own_password import CHANGED, PasswordForm, replace_password
from vipclub.web.own_sign_ins import end_as_asked


@account.post("/language")
def say_language() -> ResponseReturnValue:
    """The language of pages and letters. Raises Malformed."""
    language = language_of(request.form.get("language", ""))
    if language is None:
        raise Malformed("language")
    run(accounts.choose_language, language=language)
    flash(gettext(language, N_("Pages and letters come in this language from now on.")), "done")
    return redirect(url_for("account.own", lang=language), code=303)


@account.post("/sign-ins")
def end_sign_ins() -> ResponseReturnValue:
    """End one other sign-in of one's own, or all others."""
    end_as_asked()
    return redirect(url_for("account.own") + "#sign-ins", code=303)


@account.get("/password")
def password() -> str:
    """The form for a new password. No statement beside the sign-in."""
    return render_template("account/password.html", form=PasswordForm())


@account.post("/password")
def change_password() -> ResponseReturnValue:
    """A new password; all other sign-ins end."""
    form = PasswordForm.sent()
    if not replace_password(form):
        return render_template("account/password.html", form=form), 422
    flash(gettext(current_language(), CHANGED), "done")
    return redirect(url_for("account.own"), code=303)
