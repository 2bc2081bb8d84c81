"""The member's door: a phone first."""

from __future__ import annotations

from typing import Any

from flask import request, url_for

from vipclub import messages
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, gettext
from vipclub.web.frame import current_actor, current_language, door, read

member = door("member", url_prefix="/", audience={"member"})

NAVIGATION = (
    ("house", N_("Home"), "home", {"home", "card"}, ""),
    (
        "calendar-plus",
        N_("Book"),
        "services",
        {"services", "choose", "hold", "held", "book"},
        "",
    ),
    (
        "calendar-check",
        N_("Appointments"),
        "appointments",
        {"appointments", "appointment", "change", "move", "calendar"},
        "",
    ),
    ("gift", N_("Benefits"), "benefits", {"benefits", "ledger"}, "only-wide"),
    ("inbox", N_("Messages"), "inbox", {"inbox"}, ""),
)
"""Icon, word, where to, views it stands for, class: on a phone five tabs are enough, and the home
page leads to the benefits."""
Tab = tuple[str, str, str, bool, int, str]


def own_ref() -> str:
    """Whose door this is today. Raises NotFound for an account that is bound to nobody."""
    refs = sorted(current_actor().refs("person"))
    if not refs:
        raise NotFound()
    return refs[0]


def tabs() -> list[Tab]:
    """The tabs of this door; the present one is marked. One statement, for what is unread."""
    here = (request.endpoint or "").rpartition(".")[2]
    language = current_language()
    with read() as session:
        unread = messages.unread_by(session, current_actor())
    return [
        (
            icon,
            gettext(language, text),
            url_for(f"member.{page}"),
            here in views,
            unread if page == "inbox" else 0,
            only,
        )
        for icon, text, page, views, only in NAVIGATION
    ]


@member.context_processor
def common() -> dict[str, Any]:
    """What every page of this door shows."""
    return {"member_tabs": tabs}
