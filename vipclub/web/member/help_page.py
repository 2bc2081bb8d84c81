"""All ways to reach the club: for everybody, signed in or not."""

from __future__ import annotations

from flask import render_template

from vipclub.web.frame import current_sign_in, public
from vipclub.web.member.door import member


@member.get("/help", endpoint="help")
@public
def help_page() -> str:
    """The hotline's numbers and what is good to know. No statement beside the sign-in."""
    sign_in = current_sign_in()
    own = sign_in is not None and sign_in.role == "member"
    return render_template(
        "member/help_page.html", layout="member/layout.html" if own else "base.html"
    )
