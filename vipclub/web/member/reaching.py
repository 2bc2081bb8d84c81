"""All ways to reach the club: for everybody, signed in or not."""

from __future__ import annotations

from flask import render_template

from vipclub.web.frame import current_visit, public
from vipclub.web.member.door import member


@member.get("/help", endpoint="help")
@public
def help_page() -> str:
    """The hotline's numbers and what is good to know. No statement beside the sign-in."""
    visit = current_visit()
    own = visit is not None and visit.role == "member"
    return render_template("member/help.html", layout="member/layout.html" if own else "base.html")
