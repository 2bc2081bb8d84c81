"""First pages: who may come in (administrator), which policies are in force (policy owner), what
was done (auditor).
"""

from __future__ import annotations

from flask import current_app, render_template

from vipclub import accounts, membership
from vipclub.core import clock
from vipclub.core.i18n import N_
from vipclub.web.admin.door import admin
from vipclub.web.admin.trail import recent_acts
from vipclub.web.frame import audience, current_actor, current_visit, read

ROLE_WORDS = {
    "member": N_("Members"),
    "manager": N_("Relationship managers"),
    "partner": N_("Partners' staff"),
    "desk": N_("Service desk"),
    "operations": N_("Operations"),
    "policy": N_("Policy owners"),
    "admin": N_("Administrators"),
    "auditor": N_("Auditors"),
}


@admin.get("/")
def home() -> str:
    """An administrator sees accounts and tokens, a policy owner the tier policy in force."""
    visit = current_visit()
    if visit is not None and visit.role == "policy":
        return policy_home()
    actor = current_actor()
    with read() as session:
        counts = accounts.accounts_by_role(session, actor)
        staff = accounts.list_accounts(session, actor)
        tokens = accounts.list_tokens(session, actor)
    return render_template(
        "admin/home.html",
        counts=counts,
        role_words=ROLE_WORDS,
        staff=staff,
        tokens=tokens,
        zone=current_app.extensions["vipclub"].settings.time_zone,
    )


def policy_home() -> str:
    """The tier policy that is in force today."""
    actor = current_actor()
    actor.require(accounts.Permission.POLICY_VIEW)
    today = clock.today(current_app.extensions["vipclub"].settings.time_zone)
    with read() as session:
        found = membership.policy_in_force(session, today)
    return render_template(
        "admin/policy.html",
        policy=found.policy if found else None,
        tiers=membership.TIER_NAMES,
        today=today,
    )


@admin.get("/audit")
@audience("auditor")
def trail() -> str:
    """The newest acts, and how far the trail is sealed."""
    with read() as session:
        found = recent_acts(session, current_actor(), limit=100)
    return render_template(
        "admin/audit.html",
        trail=found,
        zone=current_app.extensions["vipclub"].settings.time_zone,
    )
