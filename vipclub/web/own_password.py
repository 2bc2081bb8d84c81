"""A new password for whoever is signed in, and the proof that it is still the same one at the
screen: for members and staff alike."""

from __future__ import annotations

from flask import request
from wtforms import StringField

from vipclub import accounts
from vipclub.core.i18n import N_, say
from vipclub.web.frame import current_language, current_sign_in, run
from vipclub.web.frame.forms import Form, at_most

CHANGED = N_("Your new password is set. All other devices are signed out.")


class PasswordForm(Form):
    """The present password, and the new one."""

    present = StringField(filters=[at_most(256)])
    new = StringField(filters=[at_most(256)])


def replace_password(form: PasswordForm) -> bool:
    """The new password, and the end of all other sign-ins; False where the form now says why
    not."""
    sign_in, language = current_sign_in(), current_language()
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
        return False
    except accounts.PasswordTooWeak as refusal:
        form.new.errors = [say(language, refusal)]
        return False
    return True


def prove_oneself(password: str) -> None:
    """Whoever is at the screen knows the password. Raises WrongPassword and TooManyTries."""
    started = run(accounts.start_proof, ip=request.remote_addr or "")
    if isinstance(started, accounts.SignInFailed):
        raise accounts.TooManyTries(minutes=-(-started.wait_seconds // 60))
    if not accounts.prove(started, password).right:
        raise accounts.WrongPassword()
    run(accounts.end_proof, challenge=started)
