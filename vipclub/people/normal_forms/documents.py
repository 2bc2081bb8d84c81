"""Numbers of identity documents: their kinds, shapes and check digits."""

from __future__ import annotations

import re
import unicodedata
from datetime import date

from vipclub.people.reasons import BadValue

ID_TYPES = (
    "resident_id",
    "passport",
    "hk_macau_permit",
    "taiwan_permit",
    "foreign_pr",
    "other",
)
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_SHAPES = {
    "passport": re.compile(r"[A-Z0-9]{5,12}", re.ASCII),
    "hk_macau_permit": re.compile(r"[HM]\d{8}(\d{2})?", re.ASCII),
    "taiwan_permit": re.compile(r"\d{8}(\d{2}[A-Z]?)?", re.ASCII),
    "foreign_pr": re.compile(r"[A-Z]{3}\d{12}|9\d{16}[\dX]", re.ASCII),
    "other": re.compile(r"[A-Z0-9()]{3,30}", re.ASCII),
}
_RESIDENT = re.compile(r"\d{17}[\dX]", re.ASCII)


def check_character(first_17: str) -> str:
    """The last character of a resident number, from the seventeen digits before it (GB 11643: ISO
    7064 MOD 11-2).

    >>> check_character("11010519491231002")
    'X'
    """
    total = sum(int(digit) * weight for digit, weight in zip(first_17, _WEIGHTS, strict=True))
    return "10X98765432"[total % 11]


def document_number(kind: str, text: str) -> str:
    """A document's number in its normal form; `kind` is one of `ID_TYPES`. Resident numbers of 15
    digits become their 18. Raises BadValue.

    >>> document_number("resident_id", " 11010519491231002ｘ")
    '11010519491231002X'
    >>> document_number("resident_id", "130503670401001")
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
