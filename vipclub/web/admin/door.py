"""The door of those who keep the house: administrators, policy owners, and the auditor, each with
pages of their own.
"""

from __future__ import annotations

from typing import Any

from vipclub.core import clock
from vipclub.core.i18n import N_
from vipclub.web.frame import door

admin = door("admin", url_prefix="/admin", audience={"admin"})
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


@admin.context_processor
def common() -> dict[str, Any]:
    """What every page of this door shows."""
    return {"zone": clock.club_zone()}
