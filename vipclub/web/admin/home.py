"""The administrator's first page."""

from __future__ import annotations

from flask import redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from vipclub import accounts, operations
from vipclub.web.admin.door import ROLE_WORDS, admin
from vipclub.web.admin.first_steps import mail_server
from vipclub.web.frame import audience, current_actor, current_sign_in, read


@admin.get("/")
@audience("admin", "policy")
def home() -> ResponseReturnValue:
    """How many accounts there are, and which tokens work; a policy owner goes on to the policy."""
    sign_in = current_sign_in()
    if sign_in is not None and sign_in.role == "policy":
        return redirect(url_for("admin.policy"), code=303)
    actor = current_actor()
    with read() as session:
        access = accounts.access_summary(session, actor)
        newest = accounts.find_accounts(session, actor, limit=8)
        to_do = operations.steps_missing(session, actor, mail_server=mail_server())
    return render_template(
        "admin/home.html", access=access, to_do=to_do, role_words=ROLE_WORDS, newest=newest.items
    )
