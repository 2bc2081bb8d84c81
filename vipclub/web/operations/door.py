"""The operations' door and what its pages share."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from vipclub.core import clock
from vipclub.core.i18n import N_, gettext
from vipclub.web.frame import current_language, door

operations = door("operations", url_prefix="/operations", audience={"operations"})
Tab = tuple[str, str, str, bool, int]
NAVIGATION = (
    ("activity", N_("Overview"), ""),
    ("calendar-check", N_("All appointments"), "bookings"),
    ("inbox", N_("Deliveries"), "deliveries"),
    ("gift", N_("Allowances"), "adjust"),
    ("building-2", N_("Partners"), "partners"),
    ("receipt-text", N_("Settlement"), "settlement"),
    ("cog", N_("Machinery"), "machinery"),
)
"""Icon, word, and the path below `/operations/`."""
UNDER = {"companies": "deliveries"}
"""Pages without a tab of their own, and whose they stand under."""


def tabs() -> list[Tab]:
    """Where one may go at this door."""
    home, language = url_for("operations.home"), current_language()
    here = request.path.removeprefix(home).partition("/")[0]
    here = UNDER.get(here, here)
    known = here if here in {path for _icon, _word, path in NAVIGATION} else ""
    return [
        (icon, gettext(language, word), f"{home}{path}", path == known, 0)
        for icon, word, path in NAVIGATION
    ]


@operations.context_processor
def common() -> dict[str, Any]:
    """What every page of this door shows."""
    return {
        "operations_tabs": tabs,
        "zone": clock.club_zone(),
    }
