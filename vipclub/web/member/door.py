"""The member's door: a phone first."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, gettext
from vipclub.web.frame import current_actor, current_language, door

member = door("member", url_prefix="/", audience={"member"})

BOOKING = {"services", "choose", "hold", "held", "book"}
PLACES = (
    ("house", N_("Home"), "member.home", {"home"}),
    (
        "calendar-plus",
        N_("Book"),
        "member.services",
        {"services", "choose", "hold", "held", "book"},
    ),
    ("calendar-check", N_("Appointments"), "member.appointments", {"appointments", "appointment"}),
    ("gift", N_("Benefits"), "member.benefits", {"benefits"}),
)
Tab = tuple[str, str, str, bool, int]


def own_ref() -> str:
    """Whose door this is today. Raises NotFound for an account that is bound to nobody."""
    refs = sorted(current_actor().refs("person"))
    if not refs:
        raise NotFound()
    return refs[0]


def tabs() -> list[Tab]:
    """The places of this door; the present one is marked."""
    here = (request.endpoint or "").rpartition(".")[2]
    language = current_language()
    return [
        (icon, gettext(language, text), url_for(place), here in views, 0)
        for icon, text, place, views in PLACES
    ]


@member.context_processor
def common() -> dict[str, Any]:
    """What every page of this door shows."""
    return {"member_tabs": tabs}
