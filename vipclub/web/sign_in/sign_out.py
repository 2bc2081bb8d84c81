"""Signing out: the end of the sign-in of this browser."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from vipclub import accounts
from vipclub.web.frame import (
    current_sign_in,
    public,
    run,
    sign_in_cookie,
)
from vipclub.web.sign_in.door import sign_in


@sign_in.post("/sign-out")
@public
def leave() -> ResponseReturnValue:
    """The sign-in ends here and in the database, at once."""
    current = current_sign_in()
    if current is not None:
        run(accounts.sign_out, session_id=current.session_id)
    sign_in_cookie.end()
    return redirect(url_for("sign_in.page"), code=303)
