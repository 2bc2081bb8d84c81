"""The partners, for administrators to look up."""

from __future__ import annotations

from flask import render_template

from vipclub import partners
from vipclub.web.admin.door import admin
from vipclub.web.frame import current_actor, read


@admin.get("/partners")
def partner_list() -> str:
    """The partners: how many sites and services each has."""
    with read() as session:
        found = partners.all_partners(session, current_actor())
    return render_template("admin/partners.html", partners=found)
