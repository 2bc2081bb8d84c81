"""What the cities are called, by their codes."""

from __future__ import annotations

from vipclub.core.i18n import N_, gettext

CITIES = {
    "110000": N_("Beijing"),
    "310000": N_("Shanghai"),
    "440100": N_("Guangzhou"),
    "440300": N_("Shenzhen"),
    "320100": N_("Nanjing"),
    "330100": N_("Hangzhou"),
    "510100": N_("Chengdu"),
    "810000": N_("Hong Kong"),
    "990044": N_("London"),
}


def city_name(language: str, code: str) -> str:
    """What a city is called; its code when the club has no place there yet."""
    return gettext(language, CITIES[code]) if code in CITIES else code
