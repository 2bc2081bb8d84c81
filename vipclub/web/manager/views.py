"""The manager's first page."""

from __future__ import annotations

from flask import render_template

from vipclub import membership
from vipclub.web.frame import current_actor, door, read
from vipclub.web.manager.portfolio import own_members

manager = door("manager", url_prefix="/manager", audience={"manager"})


@manager.get("/")
def home() -> str:
    """How many members are in the portfolio, by tier, and who they are."""
    actor = current_actor()
    with read() as session:
        portfolio = own_members(session, actor, limit=100)
    return render_template(
        "manager/home.html",
        portfolio=portfolio,
        tiers=membership.TIER_NAMES,
        numbers=sorted(actor.refs("portfolio")),
    )
