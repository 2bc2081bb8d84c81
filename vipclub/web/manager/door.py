"""The manager's door and what its pages share."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from vipclub.core.i18n import N_, gettext
from vipclub.web import member_file
from vipclub.web.frame import current_language, door

manager = door("manager", url_prefix="/manager", audience={"manager"})
NAVIGATION = (
    ("sun", N_("This week"), "manager.home", {"home"}),
    ("users", N_("My members"), "manager.members", {"members", "find", "more", "show"}),
)
Tab = tuple[str, str, str, bool, int]


def tabs() -> list[Tab]:
    """The tabs of this door; the present one is marked."""
    here = (request.endpoint or "").rpartition(".")[2]
    language = current_language()
    return [
        (icon, gettext(language, text), url_for(page), here in views, 0)
        for icon, text, page, views in NAVIGATION
    ]


@manager.context_processor
def common() -> dict[str, Any]:
    """What every page of this door shows."""
    name = gettext(current_language(), N_("Relationship manager"))
    return {"door_name": name, "door_tabs": tabs}


member_file.install(manager)
