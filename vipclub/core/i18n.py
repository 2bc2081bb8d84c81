"""Three languages: catalogues, sentences, dates and money, without any web layer.

Message ids are the English sentences; one that means two things is told apart by a context.
Catalogues are plain gettext .po files, one a folder that speaks, read at start.
"""

from __future__ import annotations

import gettext as gettext_module
import io
import re
from collections.abc import Iterable
from datetime import date, datetime, time
from enum import StrEnum
from functools import cache, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, cast
from zoneinfo import ZoneInfo

from babel.dates import format_date as babel_date
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, get_currency_precision

if TYPE_CHECKING:
    from vipclub.core.errors import Refused
    from vipclub.core.types import Localized, Money

TRANSLATIONS = Path(__file__).resolve().parent.parent / "translations"


class Language(StrEnum):
    """A language of the club, by its BCP 47 tag."""

    HANS = "zh-Hans"
    HANT = "zh-Hant"
    EN = "en"


_FOLDERS = {Language.HANS: "zh_Hans", Language.HANT: "zh_Hant"}
_BABEL = {Language.HANS: "zh_Hans_CN", Language.HANT: "zh_Hant_HK", Language.EN: "en_GB"}


class InContext(str):
    """A message id that means something else elsewhere, with the context that tells which."""

    context: str


def N_(msgid: str, context: str | None = None) -> str:  # noqa: N802 - gettext's own name for "a message id, translated later"
    """Marks a message id for the extractor; translated later, at the door, in its context. Both
    are written out, for the extractor reads no variables."""
    if context is None:
        return msgid
    marked = InContext(msgid)
    marked.context = context
    return marked


def NN_(one: str, many: str) -> tuple[str, str]:  # noqa: N802 - as N_
    """Marks a sentence that is said of one and of many, for `ngettext`."""
    return one, many


@cache
def catalogue(language: Language) -> gettext_module.NullTranslations:
    """All of a language's .po files as one catalogue."""
    if language is Language.EN:
        return gettext_module.NullTranslations()
    merged: gettext_module.GNUTranslations | None = None
    for path in sorted((TRANSLATIONS / _FOLDERS[language]).rglob("*.po")):
        with path.open("rb") as file:
            compiled = io.BytesIO()
            write_mo(compiled, read_po(file, locale=_FOLDERS[language]))
        compiled.seek(0)
        part = gettext_module.GNUTranslations(compiled)
        if merged is None:
            merged = part
        else:
            merged._catalog.update(part._catalog)  # type: ignore[attr-defined]
    return merged or gettext_module.NullTranslations()


def gettext(language: str, msgid: str, /, **data: object) -> str:
    """The sentence in a language, with its %(name)s places filled."""
    sentence = _translated(language, msgid)
    return sentence % data if data else sentence


def ngettext(language: str, one: str, many: str, count: int, /, **data: object) -> str:
    """The sentence for one or for many, in a language, with its %(name)s places filled."""
    sentence = catalogue(Language(language)).ngettext(one, many, count)
    return sentence % {"num": count, **data}


def pgettext(language: str, context: str, msgid: str, /, **data: object) -> str:
    """The sentence as it is meant in a context."""
    sentence = catalogue(Language(language)).pgettext(context, msgid)
    return sentence % data if data else sentence


def npgettext(
    language: str, context: str, one: str, many: str, count: int, /, **data: object
) -> str:
    sentence = catalogue(Language(language)).npgettext(context, one, many, count)
    return sentence % {"num": count, **data}


def _translated(language: str, msgid: str) -> str:
    if isinstance(msgid, InContext):
        return catalogue(Language(language)).pgettext(msgid.context, msgid)
    return _looked_up(language, msgid)


@lru_cache(maxsize=16_384)
def _looked_up(language: str, msgid: str) -> str:
    return catalogue(Language(language)).gettext(msgid)


def say(language: str, refusal: Refused) -> str:
    """A refusal as a sentence. Moments, money and texts in its data are written as the language
    writes them."""
    sentence = _translated(language, refusal.sentence)
    try:
        return sentence % {name: present(language, value) for name, value in refusal.data.items()}
    except KeyError:  # a place without data: better a plain sentence than none
        return re.sub(r"%\(\w+\)s", "…", sentence).replace("%%", "%")


def present(language: str, value: object) -> str:
    """A value as the language writes it."""
    if isinstance(value, datetime):
        return format_moment(language, value)
    if isinstance(value, date):
        return format_date(language, value)
    if isinstance(value, time):
        return value.strftime("%H:%M")
    if hasattr(value, "to_json"):  # Localized and Money; their module stands on this one
        if hasattr(value, "amount"):
            return format_money(language, cast("Money", value))
        return cast("Localized", value).to(language)
    if hasattr(value, "said_in"):  # a sentence within a sentence
        return cast("str", value.said_in(language))
    if isinstance(value, list | tuple):
        said = [present(language, item) for item in value]
        if value and all(hasattr(item, "said_in") for item in value):
            return join_sentences(language, said)
        return join_words(language, said)
    return str(value)


def join_words(language: str, words: Iterable[str]) -> str:
    """Words of one kind after each other: a, b · a、b."""
    return (", " if language == Language.EN else "、").join(words)


def join_clauses(language: str, clauses: Iterable[str]) -> str:
    """Parts of a sentence that may hold commas themselves: a; b · a；b."""
    return ("; " if language == Language.EN else "；").join(clauses)


def join_sentences(language: str, sentences: Iterable[str]) -> str:
    """Whole sentences, each with its full stop."""
    return (" " if language == Language.EN else "").join(sentences)


def labelled(language: str, label: str, text: str) -> str:
    """A text behind what it is: a: b · a：b."""
    return f"{label}{': ' if language == Language.EN else '：'}{text}"


@lru_cache(maxsize=8_192)
def format_date(language: str, day: date) -> str:
    """Thu 3 Dec 2026 · 2026年12月3日 周四 · 2026年12月3日（星期四）."""
    locale = _BABEL[Language(language)]
    if language == Language.EN:
        return babel_date(day, "EEE d MMM yyyy", locale="en")
    if language == Language.HANS:
        return babel_date(day, "y年M月d日 EEE", locale=locale)
    return babel_date(day, "y年M月d日（EEEE）", locale=locale)


def format_short_date(language: str, day: date) -> str:
    """A date in a column, where the weekday doesn't matter: 3 Dec 2026 · 2026年12月3日.

    >>> format_short_date("en", date(2026, 12, 3)), format_short_date("zh-Hant", date(2026, 12, 3))
    ('3 Dec 2026', '2026年12月3日')
    """
    if language == Language.EN:
        return babel_date(day, "d MMM yyyy", locale="en")
    return f"{day.year}年{day.month}月{day.day}日"


@lru_cache(maxsize=8_192)
def format_day(language: str, day: date) -> str:
    """A date of the near future, without its year: Thu 3 Dec · 12月3日 周四 · 12月3日（星期四）."""
    locale = _BABEL[Language(language)]
    if language == Language.EN:
        return babel_date(day, "EEE d MMM", locale="en")
    if language == Language.HANS:
        return babel_date(day, "M月d日 EEE", locale=locale)
    return babel_date(day, "M月d日（EEEE）", locale=locale)


def format_month(language: str, day: date) -> str:
    """December 2026 · 2026年12月."""
    if language == Language.EN:
        return babel_date(day, "MMMM yyyy", locale="en")
    return f"{day.year}年{day.month}月"


def format_time(language: str, moment: datetime | time, zone: str | None = None) -> str:
    """08:30, on the wall of `zone`."""
    if isinstance(moment, datetime) and zone:
        moment = moment.astimezone(ZoneInfo(zone))
    return moment.strftime("%H:%M")


def format_moment(language: str, moment: datetime, zone: str | None = None) -> str:
    """Date and time, on the wall of `zone` (the moment's own zone when none is given)."""
    if zone:
        moment = moment.astimezone(ZoneInfo(zone))
    day, time = format_date(language, moment.date()), moment.strftime("%H:%M")
    return f"{day}{time}" if day.endswith("）") else f"{day} {time}"  # a full square already


_ZONES = {
    "Asia/Shanghai": (N_("China time"), None),
    "Asia/Hong_Kong": (N_("Hong Kong time"), None),
    "Europe/London": (N_("London time"), None),
}


def zone_name(language: str, zone: str) -> str:
    """What people call a time zone: China time, 北京时间."""
    known = _ZONES.get(zone)
    if known:
        return gettext(language, known[0])
    return gettext(language, N_("%(city)s time"), city=zone.rsplit("/", 1)[-1].replace("_", " "))


def format_money(language: str, money: Money) -> str:
    """CNY 1,280.00 · ¥1,280.00 · 人民幣 1,280.00 元."""
    digits = get_currency_precision(money.currency)
    pattern = "#,##0" + ("." + "0" * digits if digits else "")
    amount = format_decimal(money.amount / 10**digits, pattern, locale="en")
    if language == Language.HANS and money.currency == "CNY":
        return f"¥{amount}"
    if language == Language.HANT and money.currency == "CNY":
        return f"人民幣 {amount} 元"
    return f"{money.currency} {amount}"


def language_of(tag: str | None) -> Language | None:
    """The club's language for a BCP 47 tag: zh-HK, zh-TW, zh-MO and zh-Hant-* read Traditional,
    other zh Simplified."""
    parts = (tag or "").strip().replace("_", "-").lower().split("-")
    if parts[0] == "en":
        return Language.EN
    if parts[0] != "zh":
        return None
    if "hans" in parts:
        return Language.HANS
    return Language.HANT if {"hant", "hk", "tw", "mo"} & set(parts) else Language.HANS


def pick_language(accept: str | None, default: Language = Language.HANS) -> Language:
    """The best language for an Accept-Language header (RFC 9110, 12.5.4)."""
    wanted: list[tuple[float, int, Language]] = []
    for place, item in enumerate((accept or "")[:500].split(",")):
        tag, _, parameters = item.partition(";")
        language = language_of(tag)
        match = re.fullmatch(r"\s*q=([01](?:\.\d{1,3})?)\s*", parameters)
        quality = float(match[1]) if match else 1.0
        if language and quality > 0:
            wanted.append((-quality, place, language))
    return min(wanted)[2] if wanted else default
