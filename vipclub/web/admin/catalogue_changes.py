"""What somebody else changed of a partner, a site or an offering while its form was open, in
words."""

from __future__ import annotations

from typing import Any

from vipclub.core.i18n import N_, Language, gettext
from vipclub.core.types import Localized
from vipclub.settlement import OfferingTerms, PartnerTerms, SiteTerms
from vipclub.web.city_names import city_name
from vipclub.web.frame import current_language
from vipclub.web.frame.open_form import Changed, changed_meanwhile
from vipclub.web.frame.refusal_on_page import Shown

PARTNER = {"name": N_("Name", context="name of a company, site or service")}
SITE = {
    "name": N_("Name", context="name of a company, site or service"),
    "address": N_("Address"),
    "city_code": N_("City"),
    "time_zone": N_("Time zone"),
    "region": N_("Public holidays of"),
}
OFFERING = {
    "name": N_("Name", context="name of a company, site or service"),
    "preparation": N_("How to prepare"),
    "minutes": N_("Minutes of a visit"),
    "department": N_("Department"),
    "on_holidays": N_("Served on public holidays too"),
}
"""A field -> its word, as the form has it."""
Thing = PartnerTerms | SiteTerms | OfferingTerms


def shown_of(thing: Thing, fields: dict[str, str]) -> dict[str, Any]:
    """The fields of a form as they are now."""
    return {name: getattr(thing, name) for name in fields}


def changed_of(thing: Thing, fields: dict[str, str], refusal: Shown | None) -> list[Changed]:
    """What a refusal says was changed by somebody else, with what it says now."""
    words = {
        name: (word, lambda name=name: _said(name, getattr(thing, name)))
        for name, word in fields.items()
    }
    return changed_meanwhile(refusal, words)


def _said(name: str, value: object) -> str:
    language = current_language()
    if isinstance(value, Localized):
        return " · ".join(dict.fromkeys(value.to(tag) for tag in Language))
    if isinstance(value, bool):
        return gettext(language, N_("yes") if value else N_("no"))
    if name == "city_code":
        return city_name(language, str(value))
    return str(value or "")
