"""A company's own words for the feed's: its headers, its values, its dates. Data, kept with the
company and brought in from a small TOML or JSON file:

    "客户号" = "customer_no"            # headers: its own name = the feed's column

    birth_date = ["YYYY/MM/DD"]         # values: how it writes days,
    [sex]                               # and what its words mean
    "男" = "M"
    "女" = "F"
"""

from __future__ import annotations

import json
import re
import tomllib
import unicodedata
from collections.abc import Mapping, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from vipclub.core.errors import Refused
from vipclub.people.feeds.reading.row_validation import COLUMNS, LANGUAGES
from vipclub.people.feeds.reading.workbooks_and_parquet import plain_header
from vipclub.people.feeds.refusals import (
    MapColumnTwice,
    MapColumnUnknown,
    MapUnreadable,
    MapValueUnknown,
    MapWordTwice,
)
from vipclub.people.normal_forms import amounts, documents

DAYS = ("birth_date", "customer_since")
POSSIBLE: dict[str, tuple[str, ...]] = {
    "sex": ("M", "F"),
    "id_type": documents.ID_TYPES,
    "language": LANGUAGES,
    "currency": tuple(sorted(amounts.CURRENCIES)),
    "consent_group_sharing": ("Y", "N"),
    "op": ("U", "D"),
}
LARGEST = 1_000
_TOKENS = {"YYYY": r"(?P<y>\d{4})", "MM": r"(?P<m>\d{2})", "DD": r"(?P<d>\d{2})"}
_TOKENS |= {"M": r"(?P<m>\d{1,2})", "D": r"(?P<d>\d{1,2})"}
_TOKEN = re.compile(r"YYYY|MM|DD|M|D")


def read_map(path: Path) -> dict[str, Any]:
    """What a file of maps says: TOML when its name ends so, a JSON object else. Raises
    MapUnreadable."""
    try:
        text = path.read_text("utf-8-sig")
        found = tomllib.loads(text) if path.suffix.lower() == ".toml" else json.loads(text)
    except (OSError, ValueError, RecursionError):
        raise MapUnreadable(file=path.name) from None
    if not isinstance(found, dict) or len(found) > LARGEST:
        raise MapUnreadable(file=path.name)
    return found


def header_map(file: str, found: Mapping[str, Any]) -> dict[str, str]:
    """A company's headers (plain) with the feed's columns, as `Subsidiary.header_map` holds them.
    `found` is what `read_map` read from `file`. Raises MapUnreadable,
    MapColumnUnknown and MapColumnTwice."""
    header_columns: dict[str, str] = {}
    for own, column in found.items():
        _add_header(file, header_columns, own, column)
    return header_columns


def header_map_of_rows(
    rows: Sequence[tuple[str, str]],
) -> tuple[dict[str, str], dict[int, Refused]]:
    """The same from rows of own header and column, and what is refused at which row: all of it, not
    only the first."""
    header_columns: dict[str, str] = {}
    refused: dict[int, Refused] = {}
    for number, (own, column) in enumerate(rows):
        try:
            _add_header(own[:40], header_columns, own, column)
        except Refused as refusal:
            refused[number] = refusal
    return header_columns, refused


def _add_header(file: str, header_columns: dict[str, str], own: str, column: object) -> None:
    if not isinstance(column, str) or not plain_header(own):
        raise MapUnreadable(file=file)
    if column not in COLUMNS:
        raise MapColumnUnknown(file=file, column=column[:40], known=list(COLUMNS))
    for other, taken in header_columns.items():
        if taken == column or other == plain_header(own):
            raise MapColumnTwice(file=file, first=other[:40], second=own[:40], column=column)
    if len(header_columns) >= LARGEST:
        raise MapUnreadable(file=file)
    header_columns[plain_header(own)] = column


def value_map(file: str, found: Mapping[str, Any]) -> dict[str, Any]:
    """A company's words and ways to write days, by column, as `Subsidiary.value_map` holds them.
    `found` is what `read_map` read from `file`. Raises MapUnreadable,
    MapColumnUnknown, MapValueUnknown and MapWordTwice."""
    words_of: dict[str, Any] = {}
    for column, words in found.items():
        if column not in COLUMNS:
            raise MapColumnUnknown(file=file, column=column[:40], known=list(COLUMNS))
        days = column in DAYS
        if not isinstance(words, list if days else dict) or len(words) > LARGEST:
            raise MapUnreadable(file=file)
        words_of[column] = [] if days else {}
        for own in words:
            _add_word(file, words_of, column, own, "" if days else words[own])
    return words_of


def value_map_of_rows(
    rows: Sequence[tuple[str, str, str]],
) -> tuple[dict[str, Any], dict[int, Refused]]:
    """The same from rows of column, own word and the feed's word (none for a way to write days),
    and what is refused at which row: all of it, not only the first."""
    words_of: dict[str, Any] = {}
    refused: dict[int, Refused] = {}
    for number, (column, own, word) in enumerate(rows):
        try:
            _add_word(own[:40], words_of, column, own, word)
        except Refused as refusal:
            refused[number] = refusal
    return words_of, refused


def _add_word(file: str, words_of: dict[str, Any], column: str, own: object, word: object) -> None:
    if column not in COLUMNS:
        raise MapColumnUnknown(file=file, column=column[:40], known=list(COLUMNS))
    if not isinstance(own, str) or not isinstance(word, str) or not _folded(own):
        raise MapUnreadable(file=file)
    if column in DAYS:
        if sorted(token[0] for token in _TOKEN.findall(own)) != ["D", "M", "Y"]:
            known = ["YYYY-MM-DD", "YYYY/M/D", "DD.MM.YYYY"]
            raise MapValueUnknown(file=file, value=own[:40], column=column, known=known)
        ways: list[str] = words_of.setdefault(column, [])
        if own not in ways:
            ways.append(own)
        return
    possible = POSSIBLE.get(column)
    if possible is not None and word not in possible:
        raise MapValueUnknown(file=file, value=word[:40], column=column, known=list(possible[:12]))
    words: dict[str, str] = words_of.setdefault(column, {})
    if words.get(_folded(own), word) != word:
        raise MapWordTwice(
            file=file, word=own[:40], column=column, first=words[_folded(own)], second=word[:40]
        )
    if len(words) >= LARGEST:
        raise MapUnreadable(file=file)
    words[_folded(own)] = word


class CompanyWords:
    """A company's value map, ready to be used on rows."""

    def __init__(self, value_map: Mapping[str, Any] | None = None) -> None:
        self._words = {
            column: {_folded(own): word for own, word in words.items()}
            for column, words in (value_map or {}).items()
            if isinstance(words, dict)
        }
        self._ways = {
            column: [_pattern(way) for way in ways]
            for column, ways in (value_map or {}).items()
            if isinstance(ways, list)
        }

    def translate(self, row: Mapping[str, str]) -> Mapping[str, str]:
        """The row in the feed's words; what the map doesn't know stays as it is.

        >>> words = CompanyWords({"sex": {"男": "M"}, "birth_date": ["YYYY年M月D日"]})
        >>> words.translate({"sex": " 男 ", "birth_date": "1984年5月16日", "mobile": "1"})
        {'sex': 'M', 'birth_date': '1984-05-16', 'mobile': '1'}
        """
        if not (self._words or self._ways):
            return row
        found = dict(row)
        for column, words in self._words.items():
            if column in found:
                found[column] = words.get(_folded(found[column]), found[column])
        for column, ways in self._ways.items():
            if column in found:
                found[column] = _day(found[column], ways)
        return found


def _folded(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip().casefold()


def _pattern(way: str) -> re.Pattern[str]:
    parts = re.split(f"({_TOKEN.pattern})", way)
    return re.compile("".join(_TOKENS.get(part, re.escape(part)) for part in parts), re.ASCII)


def _day(text: str, ways: list[re.Pattern[str]]) -> str:
    for way in ways:
        match = way.fullmatch(text.strip())
        if match is not None:
            try:
                return date(int(match["y"]), int(match["m"]), int(match["d"])).isoformat()
            except ValueError:
                return f"{match['y']}-{match['m'].zfill(2)}-{match['d'].zfill(2)}"
    return text
