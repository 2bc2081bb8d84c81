"""A new password for the member; whoever sets it proves to know the present one."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from vipclub import accounts
from vipclub.core.i18n import N_, gettext, say
from vipclub.web.frame import current_language, current_sign_in, run
from vipclub.web.member.door import member
from vipclub.web.member.forms import PasswordForm


@member.get("/me/password")
def password() -> str:
    """The form for a new password."""
    return _page(PasswordForm())


@member.post("/me/password")
def change_password() -> ResponseReturnValue:
    """A new password; all other sign-ins end."""
    form, sign_in = PasswordForm.sent(), current_sign_in()
    language = current_language()
    try:
        prove_oneself(form.present.data)
        run(
            accounts.change_password,
            present=form.present.data,
            new=form.new.data,
            session_id=sign_in.session_id if sign_in else None,
        )
    except (accounts.WrongPassword, accounts.TooManyTries) as refusal:
        form.present.errors = [say(language, refusal)]
        return _page(form), 422
    except accounts.PasswordTooWeak as refusal:
        form.new.errors = [say(language, refusal)]
        return _page(form), 422
    said = N_("Your new password is set. All other devices are signed out.")
    flash(gettext(language, said), "done")
    return redirect(url_for("member.me"), code=303)


def prove_oneself(password: str) -> None:
    """Whoever is at the screen knows the password. Raises WrongPassword and TooManyTries."""
    started = run(accounts.start_proof, ip=request.remote_addr or "")
    if isinstance(started, accounts.SignInFailed):
        raise accounts.TooManyTries(minutes=-(-started.wait_seconds // 60))
    if not accounts.prove(started, password).right:
        raise accounts.WrongPassword()
    run(accounts.end_proof, challenge=started)


def _page(form: PasswordForm) -> str:
    return render_template("member/password.html", form=form)
