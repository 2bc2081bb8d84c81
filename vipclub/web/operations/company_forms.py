"""What operations fill in about a group company: its name, and what its headers and words mean, as
rows of fields. They parse; what a row may say is asked of `people`."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from wtforms import IntegerField, StringField, ValidationError
from wtforms.validators import NumberRange

from vipclub import people
from vipclub.core.errors import Refused
from vipclub.core.i18n import N_, say
from vipclub.people import SubsidiaryView
from vipclub.web.frame import current_language
from vipclub.web.frame.forms import Form, at_most, one_line, said

HEADERS, OTHERS = "headers", "others"
"""The groups of rows that are no column's own."""
WORDS = tuple(people.POSSIBLE)
FREE = tuple(c for c in people.COLUMNS if c not in people.POSSIBLE and c not in people.DAYS)
"""Columns whose values are the company's own affair: a word there may mean anything."""
GROUPS = (HEADERS, *WORDS, *people.DAYS, OTHERS)
SPARE, MANY_SPARE = 3, 10
"""So many empty rows stand below those that are filled; after More rows."""
LONGEST = 120
_FIELD = re.compile(rf"own-({'|'.join(GROUPS)})-(\d{{1,4}})", re.ASCII)


class CompanyForm(Form):
    """A company of the group."""

    code = StringField(filters=[one_line, at_most(21)])
    name = StringField(filters=[one_line, at_most(120)])
    default_consent = StringField(default="Y")
    trust_rank = IntegerField(validators=[NumberRange(1, people.LEAST_TRUSTED)], default=50)

    def validate_name(self, field: StringField) -> None:
        if not field.data:
            raise ValidationError(said(N_("Please give the name of the company.")))

    def validate_default_consent(self, field: StringField) -> None:
        if field.data not in {"Y", "N"}:
            raise ValidationError(said(N_("Please choose one of these.")))

    def values(self) -> dict[str, Any]:
        """As the use cases take them."""
        return {
            "name": self.name.data,
            "default_consent": self.default_consent.data == "Y",
            "trust_rank": self.trust_rank.data,
        }


class NewCompanyForm(CompanyForm):
    """One that sends its first file soon."""

    def validate_code(self, field: StringField) -> None:
        text = str(field.data)
        if not (0 < len(text) <= 20 and text.isascii() and text.isalnum()):
            raise ValidationError(said(N_("A code is up to 20 Latin letters and digits.")))


@dataclass(frozen=True, slots=True)
class MapRow:
    """A row as it was typed: the company's own header, word or way to write days, the feed's column
    and word where the group doesn't say them, and what is wrong."""

    group: str
    own: str = ""
    column: str = ""
    word: str = ""
    error: str = ""

    @property
    def empty(self) -> bool:
        return not (self.own or self.column or self.word)

    @property
    def whole(self) -> bool:
        """Whether each of the group's fields is filled."""
        if self.group == HEADERS:
            return bool(self.own and self.column)
        if self.group == OTHERS:
            return bool(self.own and self.column and self.word)
        return bool(self.own and (self.word or self.group in people.DAYS))

    def meaning(self) -> tuple[str, str, str]:
        """Column, own word and the feed's word."""
        return (self.column if self.group == OTHERS else self.group, self.own, self.word)


@dataclass(frozen=True, slots=True)
class MapsWished:
    """A company's maps as they were sent: rows as typed, and the maps when no row is wrong."""

    rows: list[MapRow]
    header_map: dict[str, str] = field(default_factory=dict)
    value_map: dict[str, Any] = field(default_factory=dict)

    @property
    def good(self) -> bool:
        return not any(row.error for row in self.rows)

    def of(self, group: str) -> list[MapRow]:
        return [row for row in self.rows if row.group == group]

    @classmethod
    def kept(cls, company: SubsidiaryView) -> MapsWished:
        """The maps as they are on record, in the order of the feed's columns."""
        known = {column: number for number, column in enumerate(people.COLUMNS)}
        headers = sorted(company.header_map.items(), key=lambda pair: known.get(pair[1], 99))
        rows = [MapRow(HEADERS, own, column) for own, column in headers]
        for column, words in company.value_map.items():
            group = OTHERS if column in FREE else column
            named = column if group == OTHERS else ""
            if isinstance(words, list):
                rows += [MapRow(group, way) for way in words]
            else:
                rows += [MapRow(group, own, named, word) for own, word in words.items()]
        return cls(rows)

    @classmethod
    def sent(cls, form: Mapping[str, str]) -> MapsWished:
        """Fields are `own-GROUP-NUMBER`, `column-GROUP-NUMBER`, `word-GROUP-NUMBER`; a row without
        anything is none."""
        rows = [row for row in _typed(form) if not row.empty]
        halves = [row for row in rows if not row.whole]
        headers = [row for row in rows if row.group == HEADERS and row.whole]
        words = [row for row in rows if row.group != HEADERS and row.whole]
        header_map, odd_headers = people.header_map_of_rows([(r.own, r.column) for r in headers])
        value_map, odd_words = people.value_map_of_rows([row.meaning() for row in words])
        half = said(N_("Please fill the whole row, or leave all of it empty."))
        errors = {id(row): half for row in halves}
        errors |= _told(headers, odd_headers) | _told(words, odd_words)
        return cls(
            [replace(row, error=errors.get(id(row), "")) for row in rows], header_map, value_map
        )


def _typed(form: Mapping[str, str]) -> Iterable[MapRow]:
    """The rows in the order of the page."""
    found = [match for name in form if (match := _FIELD.fullmatch(name))]
    for match in sorted(found, key=lambda m: (GROUPS.index(m[1]), int(m[2]))):
        place = f"{match[1]}-{match[2]}"
        own, column, word = (
            one_line(form.get(f"{name}-{place}", ""))[:LONGEST]
            for name in ("own", "column", "word")
        )
        yield MapRow(match[1], own, column, word)


def _told(rows: list[MapRow], refused: Mapping[int, Refused]) -> dict[int, str]:
    return {id(rows[number]): say(current_language(), no) for number, no in refused.items()}
