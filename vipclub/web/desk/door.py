"""The desk's door and what its pages share."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from vipclub.core.i18n import N_, gettext
from vipclub.web import member_file
from vipclub.web.frame import current_language, door

desk = door("desk", url_prefix="/desk", audience={"desk"})


@desk.context_processor
def common() -> dict[str, Any]:
    """What every page of this door shows."""
    language = current_language()
    here = (request.endpoint or "").rpartition(".")[2]
    name = gettext(language, N_("Service desk"))
    tabs = [("headset", name, url_for("desk.home"), here in {"home", "find"}, 0)]
    return {"door_name": name, "door_tabs": lambda: tabs}


member_file.install(desk)
