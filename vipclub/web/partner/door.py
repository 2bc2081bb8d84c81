"""The partner's door and what its pages share."""

from __future__ import annotations

from typing import Any

from flask import current_app, request, url_for

from vipclub.core import clock
from vipclub.core.errors import NotFound
from vipclub.core.i18n import N_, gettext
from vipclub.partners import OfferingRow
from vipclub.web.frame import current_actor, current_language, door, safe_next

partner = door("partner", url_prefix="/partner", audience={"partner"})
Tab = tuple[str, str, str, bool, int]

NAVIGATION = (
    ("calendar-check", N_("Day sheet"), "/partner/day"),
    ("calendar-days", N_("Places"), "/partner/capacity"),
    ("receipt-text", N_("Settlement"), "/partner/settlement"),
)
MORE = (
    ("users", N_("Staff"), "/partner/staff"),
    ("webhook", N_("Webhooks"), "/partner/webhooks"),
)
"""What only wide screens have in the bar; narrow ones have it at the page's end."""


def tabs(waiting: int = 0, today: int = 0) -> list[Tab]:
    """The tabs of the front desk with what is open at each."""
    language, home = current_language(), url_for("partner.home")
    here = request.path == home or request.path.startswith(f"{home}appointments")
    counts = {"/partner/day": today}
    return [
        ("inbox", gettext(language, N_("Waiting")), home, here, waiting),
        *(_tab(page, counts.get(page[2], 0)) for page in NAVIGATION if _built(page[2])),
    ]


def more() -> list[Tab]:
    """The tabs of the rarer pages."""
    return [_tab(page, 0) for page in MORE if _built(page[2])]


def _tab(page: tuple[str, str, str], count: int) -> Tab:
    icon, word, path = page
    here = request.path == path or request.path.startswith(f"{path}/")
    return icon, gettext(current_language(), word), path, here, count


def _built(path: str) -> bool:
    return any(rule.rule in {path, f"{path}/"} for rule in current_app.url_map.iter_rules())


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


@partner.context_processor
def common() -> dict[str, Any]:
    """What every page of this door shows."""
    return {"partner_tabs": tabs, "partner_more": more, "find_text": request.args.get("q", "")}
