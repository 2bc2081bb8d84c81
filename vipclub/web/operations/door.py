"""The operations' door and what its pages share."""

from __future__ import annotations

from typing import Any

from vipclub.core import clock
from vipclub.web import event_pages
from vipclub.web.frame import door

operations = door("operations", url_prefix="/operations", audience={"operations"})


@operations.context_processor
def common() -> dict[str, Any]:
    """What every page of this door shows."""
    return {"zone": clock.club_zone()}


event_pages.install(operations)
