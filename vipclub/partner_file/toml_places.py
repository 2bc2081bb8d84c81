"""A table of a TOML document, read key by key: what is wrong is noted with its path and line, and
reading goes on, so that all faults are told at once."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime, time
from difflib import get_close_matches
from typing import Any

from vipclub.core.types import Localized

LANGUAGES = ("zh-Hans", "zh-Hant", "en")
UNREADABLE = Localized("?", "?", "?")
"""Stands where a text can't be read: with a fault nothing is written."""
_HEADER = re.compile(r"\s*(\[\[?)\s*([A-Za-z0-9_.\s-]+?)\s*\]\]?\s*(#.*)?$")
_KEY = re.compile(r"\s*([A-Za-z0-9_-]+)\s*[.=]")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong, where: a path such as `partner[1].site[2].minutes`, and a line if known."""

    place: str
    line: int | None
    says: str

    def __str__(self) -> str:
        line = f"line {self.line}" if self.line else ""
        where = ", ".join(filter(None, (line, self.place))) or "the file"
        return f"{where}: {self.says}"


@dataclass
class Faults:
    """All that is wrong with one document. `lines` says where a table begins, or a key stands."""

    lines: Mapping[str, int] = field(default_factory=dict)
    found: list[Fault] = field(default_factory=list)

    def add(self, place: str, says: str) -> None:
        """Note a fault, at the line of the innermost thing around it that is known."""
        at = place if place in self.lines else f"{place}[1]"
        while at not in self.lines and at:
            at = at[: max(at.rfind("."), at.rfind("["), 0)]
        self.found.append(Fault(place, self.lines.get(at), says))


def lines_of(text: str) -> dict[str, int]:
    """The line of each table and key. An array's tables are counted from 1.

    >>> lines_of("[[partner]]\\nkey = 1\\n[[partner.site]]\\nkey = 2\\n")["partner[1].site[1].key"]
    4
    """
    lines: dict[str, int] = {}
    counts: dict[str, int] = {}
    here = ""
    for number, line in enumerate(text.splitlines(), 1):
        if header := _HEADER.match(line):
            here = _table_of(header, counts)
            lines.setdefault(here, number)
        elif key := _KEY.match(line):
            lines.setdefault(f"{here}.{key[1]}" if here else key[1], number)
    return lines


def _table_of(header: re.Match[str], counts: dict[str, int]) -> str:
    """The path of a header, with the numbers of the tables in their arrays."""
    *outer, last = [part.strip() for part in header[2].split(".")]
    here = ""
    for part in outer:
        here = f"{here}.{part}" if here else part
        if here in counts:
            here = f"{here}[{counts[here]}]"
    here = f"{here}.{last}" if here else last
    if header[1] == "[[":
        counts[here] = counts.get(here, 0) + 1
        return f"{here}[{counts[here]}]"
    return here


def or_nearest(typed: str, known: Iterable[str]) -> str:
    """Which known name was meant, as an end of a sentence.

    >>> or_nearest("minuets", ["minutes", "name"]), or_nearest("x", ["minutes", "name"])
    (': is “minutes” meant?', '. Known: minutes, name.')
    """
    near = get_close_matches(typed, list(known), n=1, cutoff=0.6)
    return f": is “{near[0]}” meant?" if near else f". Known: {', '.join(sorted(known))}."


class Table:
    """One table of the document. What is asked for and isn't there, or is of another kind, becomes
    a fault."""

    def __init__(self, data: Mapping[str, Any], place: str, faults: Faults) -> None:
        self.data, self.place, self.faults = data, place, faults

    def at(self, key: str) -> str:
        return f"{self.place}.{key}" if self.place else key

    def fault(self, key: str, says: str) -> None:
        self.faults.add(self.at(key), says)

    def only(self, *known: str) -> None:
        """Every other key is a fault."""
        for key in self.data:
            if key not in known:
                self.fault(key, f"unknown key{or_nearest(key, known)}")

    def text(self, key: str, *, at_most: int = 200, needed: bool = True) -> str:
        """One line; empty where it isn't there."""
        value = self.data.get(key)
        if value is None:
            if needed:
                self.fault(key, "is missing.")
            return ""
        if not isinstance(value, str) or not value.strip():
            self.fault(key, "must be a text in quotes, and not an empty one.")
            return ""
        if len(value) > at_most:
            self.fault(key, f"is too long: {at_most} characters at most.")
        if any(unicodedata.category(sign) == "Cc" and sign != "\n" for sign in value):
            self.fault(key, "has a control character in it.")
        return value.strip()

    def whole(self, key: str, low: int, high: int, default: int | None = None) -> int:
        value = self.data.get(key, default)
        if value is None:
            self.fault(key, "is missing.")
        elif type(value) is not int or not low <= value <= high:
            self.fault(key, f"must be a whole number from {low} to {high}.")
        else:
            return value
        return low

    def flag(self, key: str) -> bool | None:
        value = self.data.get(key)
        if value is not None and not isinstance(value, bool):
            self.fault(key, "must be true or false.")
            return None
        return value

    def names(self, key: str, *, at_most: int = 200, needed: bool = True) -> Localized | None:
        """A text in the three languages; None where it isn't there and needn't be."""
        if key not in self.data and not needed:
            return None
        if key not in self.data:
            self.fault(key, f"is missing, in {', '.join(LANGUAGES)}.")
            return UNREADABLE
        if not isinstance(self.data[key], dict):
            self.fault(
                key, 'must have three languages: { zh-Hans = "…", zh-Hant = "…", en = "…" }.'
            )
            return UNREADABLE
        words = Table(self.data[key], self.at(key), self.faults)
        words.only(*LANGUAGES)
        said = [words.text(language, at_most=at_most) for language in LANGUAGES]
        return Localized(*said) if all(said) else UNREADABLE

    def day(self, key: str) -> date | None:
        value = self.data.get(key)
        if isinstance(value, str):
            try:
                return date.fromisoformat(value)
            except ValueError:
                pass
        if value is None or (isinstance(value, date) and not isinstance(value, datetime)):
            return value
        self.fault(key, "must be a day such as 2026-12-01.")
        return None

    def clock(self, key: str) -> time:
        """A time of day, to the minute."""
        value = self.data.get(key)
        if isinstance(value, str) and re.fullmatch(r"([01]\d|2[0-3]):[0-5]\d", value, re.ASCII):
            return time.fromisoformat(value)
        if isinstance(value, time) and not (value.second or value.microsecond):
            return value
        self.fault(key, "is missing." if value is None else 'must be a time such as "08:30".')
        return time(0)

    def tables(self, key: str) -> list[Table]:
        """The tables of an array, counted from 1."""
        value = self.data.get(key, [])
        if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
            self.fault(key, f"must be tables, each headed by [[…{key}]] or written as {{ … }}.")
            return []
        return [
            Table(one, f"{self.at(key)}[{number}]", self.faults)
            for number, one in enumerate(value, 1)
        ]
