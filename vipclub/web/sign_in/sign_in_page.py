"""The sign-in page. Sign-in runs in two short transactions, with the slow comparison of the
password between."""

from __future__ import annotations

from flask import redirect, render_template, request
from flask.typing import ResponseReturnValue

from vipclub import accounts
from vipclub.accounts import SignedIn, SignInFailed
from vipclub.core.i18n import N_, gettext, ngettext
from vipclub.web.frame import (
    HOMES,
    current_language,
    current_sign_in,
    db,
    public,
    run,
    safe_next,
    sign_in_cookie,
)
from vipclub.web.frame.request_context import request_id
from vipclub.web.sign_in.door import sign_in
from vipclub.web.sign_in.forms import SignInForm

WRONG = N_("This sign-in name and password don't belong together.")


@sign_in.get("/sign-in")
@public
def page() -> ResponseReturnValue:
    """The form; who is signed in already goes on to the own door."""
    current = current_sign_in()
    if current is not None:
        return redirect(safe_next(request.args.get("next"), HOMES[current.role]), code=303)
    return _form()


@sign_in.post("/sign-in")
@public
def enter() -> ResponseReturnValue:
    """Name and password. The answer is the same for whatever is wrong with them."""
    form = SignInForm.sent()
    login: str = form.login.data
    outcome = _attempt(login, form.password.data)
    if isinstance(outcome, SignInFailed):
        if outcome.reason == "throttled":
            return _form(login, wait_sentence(outcome.wait_seconds), 429, outcome.wait_seconds)
        return _form(login, gettext(current_language(), WRONG), 401)
    current = current_sign_in()
    if current is not None:  # signed in as somebody else before: that ends
        run(accounts.sign_out, session_id=current.session_id)
    sign_in_cookie.begin(outcome.token, outcome.sign_in)
    return redirect(safe_next(request.form.get("next"), HOMES[outcome.sign_in.role]), code=303)


def _attempt(login: str, password: str) -> SignedIn | SignInFailed:
    started = db().run(accounts.start_sign_in, login=login, ip=request.remote_addr or "")
    if isinstance(started, SignInFailed):
        return started
    proof = accounts.prove(started, password)
    return db().run(
        accounts.finish_sign_in,
        started,
        proof,
        user_agent=request.headers.get("User-Agent", ""),
        request_id=request_id(),
    )


def _form(
    login: str = "", problem: str = "", status: int = 200, wait: int = 0
) -> ResponseReturnValue:
    target = safe_next(request.values.get("next"), "")
    text = render_template("sign_in/sign_in_page.html", login=login, problem=problem, target=target)
    return text, status, {"Retry-After": str(wait)} if wait else {}


def wait_sentence(seconds: int) -> str:
    """When to try again."""
    language = current_language()
    if seconds < 90:
        return ngettext(
            language,
            "Too many attempts. Please try again in %(num)s second.",
            "Too many attempts. Please try again in %(num)s seconds.",
            seconds,
        )
    return ngettext(
        language,
        "Too many attempts. Please try again in %(num)s minute.",
        "Too many attempts. Please try again in %(num)s minutes.",
        -(-seconds // 60),
    )
