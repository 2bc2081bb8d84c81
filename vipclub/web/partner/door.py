"""The partner's door and what its pages share."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from vipclub.bookings import MACHINE
from vipclub.core import clock
from vipclub.core.errors import NotFound
from vipclub.partners import OfferingRow
from vipclub.web.frame import current_actor, door, safe_next
from vipclub.web.frame.told import Undo

partner = door("partner", url_prefix="/partner", audience={"partner"})


def own_partner(offerings: list[OfferingRow]) -> str:
    """The reference of the partner whose desk this is. Raises NotFound for a desk without any."""
    refs = sorted(current_actor().refs("partner"))
    if offerings:
        return offerings[0].partner
    if not refs:
        raise NotFound()
    return refs[0]


def desk_name(language: str, offerings: list[OfferingRow]) -> str:
    """Whose desk this is: the site when there is one, else the partner."""
    if not offerings:
        return ""
    one = len({found.site for found in offerings}) == 1
    first = offerings[0]
    return (first.site_name if one else first.partner_name).to(language)


def desk_zone(offerings: list[OfferingRow]) -> str:
    """The time zone on this desk's wall: its site's, the club's own where there is none yet."""
    return offerings[0].time_zone if offerings else clock.club_zone()


def way_back() -> str:
    """The page of this door from which a button was pressed; the first page when none is named."""
    home = url_for("partner.home")
    target = safe_next(request.form.get("back"), home)
    return target if target.startswith("/partner/") else home


def undo_of(ref: str, step: str) -> Undo | None:
    """What takes a step back that was just taken, from the page that is come back to; None for a
    step that can't be."""
    if not set(MACHINE[step].targets) <= set(MACHINE["undo"].sources):
        return None
    return Undo(url_for("partner.act", ref=ref, step="undo"), {"back": way_back()})


@partner.context_processor
def common() -> dict[str, Any]:
    """What every page of this door shows."""
    return {"find_text": request.args.get("q", "")}
