"""The end of the member's sign-ins elsewhere."""

from __future__ import annotations

from flask import redirect, url_for
from flask.typing import ResponseReturnValue

from vipclub.web.member.door import member
from vipclub.web.own_sign_ins import end_as_asked


@member.post("/me/sign-ins")
def end_sign_ins() -> ResponseReturnValue:
    """End one other sign-in, or all others."""
    end_as_asked()
    return redirect(url_for("member.me") + "#sign-ins", code=303)
