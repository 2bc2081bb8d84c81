"""Single values of a feed, the careful way: what a pattern over a whole column can't settle.

Pure functions. Each gives the normal form, or raises `BadValue` with a reason code.
"""

from __future__ import annotations

import re
import unicodedata
from datetime import date
from functools import cache
from importlib.resources import files

from babel.numbers import get_currency_precision, list_currencies

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
CURRENCIES = frozenset(list_currencies())
ID_TYPES = (
    "resident_id",
    "passport",
    "hk_macau_permit",
    "taiwan_permit",
    "foreign_pr",
    "other",
)
MAX_MINOR = 10**17
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SHAPES = {
    "passport": re.compile(r"[A-Z0-9]{5,12}", re.ASCII),
    "hk_macau_permit": re.compile(r"[HM]\d{8}(\d{2})?", re.ASCII),
    "taiwan_permit": re.compile(r"\d{8}(\d{2}[A-Z]?)?", re.ASCII),
    "foreign_pr": re.compile(r"[A-Z]{3}\d{12}|9\d{16}[\dX]", re.ASCII),
    "other": re.compile(r"[A-Z0-9()]{3,30}", re.ASCII),
}
_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff\ufe00-\ufe0f]")
_PLAIN_NAME = re.compile(r"[\u4e00-\u9fff]{2,8}|[A-Za-z]{2,30}( [A-Za-z]{2,30}){1,3}")
_PLAIN_MOBILE = re.compile(r"(\+86|0086|86)?1[3-9]\d{9}", re.ASCII)
_PLAIN_EMAIL = re.compile(
    r"[a-z0-9_]+([.+-][a-z0-9_]+)*@([a-z0-9]+(-[a-z0-9]+)*\.)+[a-z]{2,24}", re.ASCII | re.IGNORECASE
)
_RESIDENT = re.compile(r"\d{17}[\dX]", re.ASCII)
_AMOUNT = re.compile(r"(-?)(\d{1,18})(?:\.(\d{1,6}))?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_NO_NAME = frozenset(
    {
        "",
        "null",
        "none",
        "nil",
        "n/a",
        "na",
        "nan",
        "-",
        "--",
        "—",
        "无",
        "無",
        "空",
        "未知",
        "#n/a",
    }
)


class BadValue(Exception):
    """A value that can't be taken; the argument is the reason's code."""


def check_character(first_17: str) -> str:
    """GB 11643: ISO 7064 MOD 11-2 over seventeen digits.

    >>> check_character("11010519491231002")
    'X'
    """
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def document(kind: str, text: str) -> str:
    """A document's number in its normal form; 15-digit resident numbers become their 18 digits.

    >>> document("resident_id", " 11010519491231002ｘ")
    '11010519491231002X'
    >>> document("resident_id", "130503670401001")
    '130503196704010016'
    """
    compact = text
    if not (text.isascii() and text.isalnum()):
        compact = re.sub(r"[\s'‘’`\-－]", "", unicodedata.normalize("NFKC", text))
    compact = compact.upper()
    if kind == "resident_id":
        return _resident_number(compact)
    if not _SHAPES[kind].fullmatch(compact):
        raise BadValue("no_document_number")
    if kind == "foreign_pr" and compact[0] == "9" and check_character(compact[:17]) != compact[17]:
        raise BadValue("wrong_check_digit")
    return compact


def _resident_number(compact: str) -> str:
    if re.fullmatch(r"\d{15}", compact, re.ASCII):
        century = "18" if compact[12:15] in {"996", "997", "998", "999"} else "19"
        compact = compact[:6] + century + compact[6:]
        compact += check_character(compact)
    if not _RESIDENT.fullmatch(compact):
        raise BadValue("no_resident_number")
    if check_character(compact[:17]) != compact[17]:
        raise BadValue("wrong_check_digit")
    try:
        date(int(compact[6:10]), int(compact[10:12]), int(compact[12:14]))
    except ValueError:
        raise BadValue("no_such_day") from None
    return compact


def mobile_e164(text: str) -> str | None:
    """A telephone number in E.164, None for one that can't be called.

    >>> mobile_e164("138 0013 8000"), mobile_e164("0085291234567"), mobile_e164("１２３")
    ('+8613800138000', '+85291234567', None)
    """
    if _PLAIN_MOBILE.fullmatch(text):
        return "+86" + text[-11:]
    compact = re.sub(r"[\s()（）\-－.]", "", unicodedata.normalize("NFKC", text))
    if _PLAIN_MOBILE.fullmatch(compact):
        return "+86" + compact[-11:]
    import phonenumbers

    if compact.startswith("00"):
        compact = "+" + compact[2:]
    try:
        number = phonenumbers.parse(compact[:40], "CN")
    except phonenumbers.NumberParseException:
        return None
    fixed = phonenumbers.PhoneNumberType.FIXED_LINE
    if not phonenumbers.is_valid_number(number) or phonenumbers.number_type(number) == fixed:
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def email(text: str) -> str:
    """An address that a mail can be sent to, by its syntax alone."""
    plain = text.strip()
    if len(plain) <= 100 and _PLAIN_EMAIL.fullmatch(plain):
        local, _, domain = plain.rpartition("@")
        return f"{local}@{domain.lower()}"
    from email_validator import EmailNotValidError, validate_email

    try:
        return validate_email(plain[:320], check_deliverability=False).normalized
    except EmailNotValidError:
        raise BadValue("no_email_address") from None


def mobile(text: str) -> str:
    """A telephone number in E.164. Raises BadValue."""
    found = mobile_e164(text)
    if found is None:
        raise BadValue("no_phone_number")
    return found


def day(text: str) -> date:
    """An ISO date, 1850 and later.

    >>> day("2026-12-03")
    datetime.date(2026, 12, 3)
    """
    plain = text.strip()
    if not _DAY.fullmatch(plain):
        raise BadValue("no_iso_date")
    try:
        found = date.fromisoformat(plain)
    except ValueError:
        raise BadValue("no_such_day") from None
    if found.year < 1850:
        raise BadValue("too_long_ago")
    return found


def birth_date(text: str, today: date) -> date:
    """The birthday of somebody who can be alive: up to 120 years, and not in the future."""
    found = day(text)
    if found > today:
        raise BadValue("in_the_future")
    if found.year < today.year - 120:
        raise BadValue("too_long_ago")
    return found


@cache
def _decimals(currency: str) -> int:
    return int(get_currency_precision(currency))


def minor_units(text: str, currency: str = "CNY") -> int:
    """A decimal amount as minor units of its currency. Nothing is rounded away.

    >>> minor_units("1280.5"), minor_units("7", "JPY")
    (128050, 7)
    """
    digits = _decimals(currency)
    match = _AMOUNT.fullmatch(text.strip())
    if match is None:
        raise BadValue("no_plain_amount")
    if int("0" + (match[3] or "")[digits:]):
        raise BadValue("too_many_decimals")
    amount = int(match[2] + (match[3] or "")[:digits].ljust(digits, "0"))
    if match[1] and amount:
        raise BadValue("below_zero")
    if amount > MAX_MINOR:
        raise BadValue("too_large")
    return amount


def amount_of(minor: int, currency: str) -> str:
    """Minor units as a plain decimal amount: what `minor_units` reads.

    >>> amount_of(128050, "CNY"), amount_of(7, "JPY")
    ('1280.50', '7')
    """
    digits = _decimals(currency)
    text = str(minor).rjust(digits + 1, "0")
    return f"{text[:-digits]}.{text[-digits:]}" if digits else text


def clean(text: str) -> str:
    """A text without invisible characters, spaces joined. Raises BadValue for control codes."""
    plain = text.strip()
    if plain.isascii() and plain.isprintable() and "  " not in plain:
        return plain
    plain = " ".join(unicodedata.normalize("NFC", _INVISIBLE.sub("", text)).split())
    if not plain.isprintable():
        raise BadValue("control_character")
    return plain


def masked(text: str) -> str:
    """A value as a clerk may see it: its ends, never its middle.

    >>> masked("110105194912310021"), masked("abc"), masked("")
    ('11**************21', '***', '')
    """
    shown = "".join(c if c.isprintable() else "?" for c in text.strip()[:40])
    if len(shown) < 6:
        return "*" * len(shown)
    ends = 1 if len(shown) < 10 else 2
    return shown[:ends] + "*" * (len(shown) - 2 * ends) + shown[-ends:]


def name(text: str, longest: int = 120) -> str:
    """A name as written, without invisible characters. Raises BadValue for what is no name."""
    if _PLAIN_NAME.fullmatch(text) and text not in _NO_NAME:
        return text
    cleaned = clean(text)
    if cleaned.casefold() in _NO_NAME:
        raise BadValue("missing")
    if len(cleaned) > longest:
        raise BadValue("too_long")
    kinds = [unicodedata.category(character) for character in cleaned]
    marks = sum(kind == "Mn" for kind in kinds)
    if not any(kind[0] == "L" for kind in kinds) or marks > len(cleaned) // 2:
        raise BadValue("no_name")
    if any(kind in {"So", "Cs", "Co", "Cn"} for kind in kinds):
        raise BadValue("no_name")
    return cleaned


@cache
def _simplified() -> dict[int, str]:
    """Traditional and compatibility characters to Simplified ones, after OpenCC's t2s."""
    text = files("vipclub.people.reading").joinpath("simplified.txt").read_text("utf-8")
    return {ord(pair[0]): pair[1] for pair in text.split()}


def name_key(full_name: str) -> str:
    """What two ways to write one name have in common: script, accents, spaces, dots, and the
    order of a Latin name's words.

    >>> name_key("陳 小·明") == name_key("陈小明"), name_key("CHEN Xiǎoming")
    (True, 'chenxiaoming')
    >>> name_key("Xiaoming Chen") == name_key("Chen, Xiaoming")
    True
    """
    if _PLAIN_NAME.fullmatch(full_name) and not full_name.isascii():
        return full_name.translate(_simplified())
    plain = unicodedata.normalize("NFKC", full_name).translate(_simplified())
    flat = "".join(
        character
        for character in unicodedata.normalize("NFKD", plain)
        if unicodedata.category(character) != "Mn"
    ).casefold()
    words = re.findall(r"\w+", flat)
    return "".join(sorted(words) if flat.isascii() else words)[:120]
