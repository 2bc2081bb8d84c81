"""Telephone numbers in E.164, from a file or as typed."""

from __future__ import annotations

import re
import unicodedata

from vipclub.people.normal_forms.texts import visible
from vipclub.people.reasons import BadValue

_PLAIN_MOBILE = re.compile(r"(\+86|0086|86)?1[3-9]\d{9}", re.ASCII)


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


def mobile(text: str) -> str:
    """A telephone number in E.164. Raises BadValue."""
    found = mobile_e164(text)
    if found is None:
        raise BadValue("no_phone_number")
    return found


def phone_number(text: str) -> str | None:
    """A number as typed, in E.164: spaces, slashes, brackets and dashes don't matter.

    >>> phone_number("138/0013 8000"), phone_number("(852) 9123-4567"), phone_number("12")
    ('+8613800138000', '+85291234567', None)
    """
    found = phone_numbers(text)
    return found[0] if found else None


def callable_number(text: str) -> str | None:
    """Any number that can be rung, in E.164: a mobile, an office's, a hotel's abroad.

    >>> callable_number("010-6512 3456"), callable_number("+33 1 42 34 56 78"), callable_number("4")
    ('+861065123456', '+33142345678', None)
    >>> callable_number("33 142 345 678")
    '+33142345678'
    """
    found = phone_number(text)
    if found is not None:
        return found
    plain = visible(text)[:40]
    if plain.startswith("00"):
        plain = "+" + plain[2:]
    return _valid(plain) or _valid(_with_plus(plain))


def _valid(plain: str) -> str | None:
    import phonenumbers

    try:
        number = phonenumbers.parse(plain, "CN")
    except phonenumbers.NumberParseException:
        return None
    if not phonenumbers.is_valid_number(number):
        return None
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def _with_plus(plain: str) -> str:
    """A number that begins with its country, its plus left out; nothing for what can be none.

    >>> _with_plus("33 612 345 678"), _with_plus("room 33612345678"), _with_plus("0142345678")
    ('+33612345678', '', '')
    """
    compact = re.sub(r"[\s()\-.·]", "", plain.replace("/", ""))
    return f"+{compact}" if re.fullmatch(r"[1-9]\d{9,14}", compact, re.ASCII) else ""


def phone_numbers(text: str) -> list[str]:
    """The numbers in E.164 that may be meant by one as typed, the likeliest first: an eight-digit
    one without its area is of Hong Kong or of Macau.

    >>> phone_numbers("tel. +86 (0)138\u200b 0013-8000"), phone_numbers("9123 4567")
    (['+8613800138000'], ['+85291234567'])
    >>> phone_numbers("６６１２／３４５６")
    ['+85266123456', '+85366123456']
    >>> phone_numbers("33612345678")
    ['+33612345678']
    """
    plain = visible(text)[:60]
    digits = re.sub(r"\D", "", plain)
    mainland = re.fullmatch(r"(?:00)?(?:86)?0?(1[3-9]\d{9})", digits)
    if mainland:
        return ["+86" + mainland[1]]
    if re.fullmatch(r"(?:00)?85[23]\d{8}", digits):
        found = [mobile_e164("+" + digits.removeprefix("00"))]
    elif len(digits) == 8:
        found = [mobile_e164(area + digits) for area in ("+852", "+853")]
    else:
        found = [mobile_e164(re.sub(r"[/\\|·,;、]", " ", plain)) or mobile_e164(_with_plus(plain))]
    return [number for number in found if number is not None]
