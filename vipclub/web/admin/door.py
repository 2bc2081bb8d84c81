"""The door of those who keep the house: administrators, policy owners, and the auditor, each with
pages of their own.
"""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.web.frame import current_language, current_sign_in, door

admin = door("admin", url_prefix="/admin", audience={"admin"})
Tab = tuple[str, str, str, bool, int]
NAVIGATION: dict[str, tuple[tuple[str, str, str], ...]] = {
    "admin": (
        ("layout-dashboard", N_("Overview"), "admin.home"),
        ("users", N_("Accounts"), "admin.people"),
        ("key-round", N_("Tokens"), "admin.tokens"),
        ("building-2", N_("Partners"), "admin.partner_list"),
    ),
    "policy": (
        ("scale", N_("Tier policy"), "admin.policy"),
        ("flask-conical", N_("Trial run"), "admin.trials"),
        ("gift", N_("Benefits"), "admin.benefit_list"),
        ("calendar-check", N_("Booking rules"), "admin.booking_rules"),
    ),
    "auditor": (("scroll-text", N_("Audit trail"), "admin.audit"),),
}
"""Role -> icon, word, and the page."""
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


def tabs() -> list[Tab]:
    """Where this role may go at this door."""
    sign_in, language = current_sign_in(), current_language()
    pages = NAVIGATION.get(sign_in.role if sign_in else "", ())
    addresses = [url_for(endpoint) for _icon, _word, endpoint in pages]
    here = max((a for a in addresses if request.path.startswith(a)), key=len, default="")
    return [
        (icon, gettext(language, word), address, address == here, 0)
        for (icon, word, _endpoint), address in zip(pages, addresses, strict=True)
    ]


@admin.context_processor
def common() -> dict[str, Any]:
    """What every page of this door shows."""
    return {"admin_tabs": tabs, "zone": clock.club_zone()}
