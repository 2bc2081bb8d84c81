"""The manager's door and what its pages share."""

from __future__ import annotations

from typing import Any

from vipclub.core.i18n import N_, gettext
from vipclub.web import event_pages, member_file
from vipclub.web.frame import current_language, door

manager = door("manager", url_prefix="/manager", audience={"manager"})


@manager.context_processor
def common() -> dict[str, Any]:
    """What every page of this door shows."""
    name = gettext(current_language(), N_("Relationship manager"))
    return {"door_name": name}


member_file.install(manager)
member_file.install_answers(manager)
event_pages.install(manager)
