"""The partner's door and what its pages share."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from vipclub.core.i18n import N_, gettext
from vipclub.web.frame import current_language, door

partner = door("partner", url_prefix="/partner", audience={"partner"})
Tab = tuple[str, str, str, bool, int]


def tabs(waiting: int, today: int) -> list[Tab]:
    """The places of the front desk with what is open at each."""
    language, home = current_language(), url_for("partner.home")
    here = request.endpoint in {"partner.home", "partner.live"}
    return [
        ("inbox", gettext(language, N_("Waiting")), f"{home}#waiting", here, waiting),
        ("calendar-check", gettext(language, N_("Today")), f"{home}#today", False, today),
        ("calendar-days", gettext(language, N_("Places")), f"{home}#capacity", False, 0),
    ]


@partner.context_processor
def common() -> dict[str, Any]:
    """What every page of this door shows."""
    return {"partner_tabs": tabs}
