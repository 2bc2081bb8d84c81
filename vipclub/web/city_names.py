"""What the cities are called in which a site can be, by their codes: GB/T 2260, or 99 and the UN
number of a country abroad; and by which clock they live."""

from __future__ import annotations

from functools import cache

from vipclub.core import clock
from vipclub.core.i18n import N_, Language, gettext

CITIES = {
    "110000": N_("Beijing"),
    "310000": N_("Shanghai"),
    "440100": N_("Guangzhou"),
    "440300": N_("Shenzhen"),
    "320100": N_("Nanjing"),
    "330100": N_("Hangzhou"),
    "510100": N_("Chengdu"),
    "120000": N_("Tianjin"),
    "130100": N_("Shijiazhuang"),
    "140100": N_("Taiyuan"),
    "210100": N_("Shenyang"),
    "210200": N_("Dalian"),
    "220100": N_("Changchun"),
    "230100": N_("Harbin"),
    "320200": N_("Wuxi"),
    "320500": N_("Suzhou"),
    "330200": N_("Ningbo"),
    "340100": N_("Hefei"),
    "350100": N_("Fuzhou"),
    "350200": N_("Xiamen"),
    "360100": N_("Nanchang"),
    "370100": N_("Jinan"),
    "370200": N_("Qingdao"),
    "410100": N_("Zhengzhou"),
    "420100": N_("Wuhan"),
    "430100": N_("Changsha"),
    "440400": N_("Zhuhai"),
    "440600": N_("Foshan"),
    "441900": N_("Dongguan"),
    "450100": N_("Nanning"),
    "460100": N_("Haikou"),
    "460200": N_("Sanya"),
    "500000": N_("Chongqing"),
    "520100": N_("Guiyang"),
    "530100": N_("Kunming"),
    "610100": N_("Xi’an"),
    "620100": N_("Lanzhou"),
    "650100": N_("Urumqi"),
    "810000": N_("Hong Kong"),
    "820000": N_("Macau"),
    "990702": N_("Singapore"),
    "990044": N_("London"),
}

ZONES_ABROAD = {
    "810000": "Asia/Hong_Kong",
    "820000": "Asia/Macau",
    "990702": "Asia/Singapore",
    "990044": "Europe/London",
}
"""The time zones of cities that have not the club's own."""


def zone_of(city: str) -> str:
    """The time zone of a city."""
    return ZONES_ABROAD.get(city, clock.club_zone())


def city_name(language: str, code: str) -> str:
    """What a city is called; its code when the club has no place there yet."""
    return gettext(language, CITIES[code]) if code in CITIES else code


@cache
def city_words() -> dict[str, str]:
    """What cities are called in every language, in small letters, with their codes."""
    return {
        gettext(language, name).casefold().replace("’", "'"): code
        for code, name in CITIES.items()
        for language in Language
    }
