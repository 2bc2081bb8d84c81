"""What the form of an event offers to choose from, in the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from vipclub.benefits import BenefitRow
from vipclub.core import clock
from vipclub.core.i18n import N_, gettext, zone_name
from vipclub.events import LANGUAGES, PICTURES
from vipclub.membership import TIER_NAMES, TIERS
from vipclub.web.city_names import CITIES, ZONES_ABROAD
from vipclub.web.event_pages.event_form import BY_KIND, NONE, EventForm
from vipclub.web.event_words import KINDS, SPOKEN

PICTURE_WORDS = {
    "salon": N_("Round table"),
    "seminar": N_("Lecture hall"),
    "tea": N_("Tea"),
    "harbour": N_("Harbour"),
    "garden": N_("Garden"),
    "concert": N_("Concert"),
}
Option = tuple[str, str]
Check = tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class FormChoices:
    """Value and text of each choice; `tiers` and `languages` are boxes to tick."""

    kinds: list[Option]
    cities: list[Option]
    zones: list[Option]
    benefits: list[Option]
    pictures: list[Option]
    open_to: list[Option]
    tiers: list[Check]
    languages: list[Check]


def form_choices(language: str, form: EventForm, benefits: list[BenefitRow]) -> FormChoices:
    """The choices; what an event has already is among them, wherever it came from."""

    def said(words: dict[str, str]) -> list[Option]:
        return [(code, gettext(language, word)) for code, word in words.items()]

    known = [clock.club_zone(), *ZONES_ABROAD.values()]
    zones = dict.fromkeys([*known, form.time_zone.data or known[0]])
    as_city = gettext(language, N_("as in the city"))
    return FormChoices(
        kinds=said(KINDS),
        cities=said(CITIES),
        zones=[("", as_city), *((zone, zone_name(language, zone)) for zone in zones)],
        benefits=[
            (BY_KIND, gettext(language, N_("as usual for this kind of event"))),
            *((each.code, each.name.to(language)) for each in benefits if each.use == "event"),
            (NONE, gettext(language, N_("none", context="benefit"))),
        ],
        pictures=[("", gettext(language, N_("as usual for this kind of event")))]
        + said({name: PICTURE_WORDS[name] for name in PICTURES}),
        open_to=said({"all": N_("every member"), "invited": N_("who is invited")}),
        tiers=[(tier, TIER_NAMES[tier].to(language), "") for tier in TIERS],
        languages=[(code, gettext(language, SPOKEN[code]), "") for code in LANGUAGES],
    )
