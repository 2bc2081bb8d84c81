"""The mobile number by which somebody is woken: named, proven by a code, taken away."""

from __future__ import annotations

from flask import current_app, flash, redirect, url_for
from flask.typing import ResponseReturnValue

from vipclub import accounts, people
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, gettext, say
from vipclub.people import CodeRight, CodeTooSoon
from vipclub.web.account.door import account
from vipclub.web.account.forms import MobileCodeForm, MobileForm
from vipclub.web.account.own import own_page
from vipclub.web.code_words import problem_with_code, wait_for_code
from vipclub.web.frame import current_language, run
from vipclub.web.own_password import prove_oneself


@account.post("/mobile")
def ask_mobile() -> ResponseReturnValue:
    """A code goes to the number, after the password was proved. Raises NotFound where the club
    sends no SMS."""
    if not current_app.extensions["vipclub"].settings.texts:
        raise NotFound()
    form, language = MobileForm.sent(), current_language()
    try:
        prove_oneself(form.password.data)
        sent = run(accounts.ask_own_mobile, mobile=form.mobile.data)
    except people.DetailUnreadable as refusal:
        form.mobile.errors = [say(language, refusal)]
        return own_page(form, MobileCodeForm()), 422
    except (accounts.WrongPassword, accounts.TooManyTries) as refusal:
        form.password.errors = [say(language, refusal)]
        return own_page(form, MobileCodeForm()), 422
    if isinstance(sent, CodeTooSoon):
        form.mobile.errors = [wait_for_code(language, sent.wait_seconds)]
        headers = {"Retry-After": str(sent.wait_seconds)}
        return own_page(form, MobileCodeForm()), 429, headers
    flash(gettext(language, N_("The code is on its way.")), "done")
    return redirect(url_for("account.own") + "#mobile", code=303)


@account.post("/mobile/code")
def enter_code() -> ResponseReturnValue:
    """The code as typed. A wrong one is counted."""
    form, language = MobileCodeForm.sent(), current_language()
    outcome = run(accounts.prove_own_mobile, typed=form.code.data)
    if not isinstance(outcome, CodeRight):
        form.code.errors = [problem_with_code(language, outcome)]
        return own_page(MobileForm(), form), 422
    flash(gettext(language, N_("Your mobile number is verified.")), "done")
    return redirect(url_for("account.own"), code=303)


@account.post("/mobile/remove")
def remove_mobile() -> ResponseReturnValue:
    """Nobody is woken there any more."""
    run(accounts.remove_own_mobile)
    flash(gettext(current_language(), N_("The number is removed.")), "done")
    return redirect(url_for("account.own"), code=303)
