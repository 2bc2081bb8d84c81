"""A row of a file becomes a customer's data, or a list of what is wrong with it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol

from vipclub.people import masks
from vipclub.people.normal_forms import (
    amounts,
    dates,
    documents,
    email_addresses,
    names,
    phone_numbers,
    texts,
)
from vipclub.people.reasons import BadValue

COLUMNS = (
    "customer_no",
    "full_name",
    "surname",
    "given_name",
    "sex",
    "birth_date",
    "id_type",
    "id_number",
    "mobile",
    "email",
    "address",
    "city_code",
    "postcode",
    "language",
    "customer_since",
    "value",
    "annual_contribution",
    "currency",
    "vip_grade",
    "manager_no",
    "consent_group_sharing",
    "op",
)
"""The columns of a feed, by the names that a file's header gives them."""
LANGUAGES = ("zh-Hans", "zh-Hant", "en")


@dataclass(frozen=True, slots=True)
class FileRow:
    """A row by the feed's column names; `problem` when its shape is wrong, `wrong` for cells that
    hold no value (column -> reason), `extra` the cells beyond the header."""

    line: int
    values: Mapping[str, str] = field(repr=False)
    problem: str | None = None
    wrong: Mapping[str, str] = field(default_factory=dict)
    extra: tuple[str, ...] = field(default=(), repr=False)


class Vocabulary(Protocol):
    """Turns a company's own words into the feed's (`company_maps.CompanyWords`)."""

    def translate(self, row: Mapping[str, str]) -> Mapping[str, str]: ...


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with a row: the field, its value (masked), the reason's code."""

    line: int
    customer_no: str | None
    field: str
    value: str
    reason: str


@dataclass(slots=True)
class Customer:
    """A valid row: canonical values by column; `op` is U or D."""

    line: int
    customer_no: str
    op: str
    data: dict[str, Any] = field(default_factory=dict, repr=False)

    @property
    def canonical(self) -> bytes:
        """Bytes that are equal for equal data. They hold personal data: never stored."""
        text = json.dumps([self.op, self.data], sort_keys=True, ensure_ascii=False, default=str)
        return text.encode()


class RowReader:
    """Reads rows of one delivery: knows the day, the kind, the subsidiary's default consent and its
    words."""

    def __init__(
        self, *, today: date, kind: str, default_consent: bool, words: Vocabulary | None = None
    ) -> None:
        self._today = today
        self._kind = kind
        self._words = words
        self._default_consent = default_consent
        self._readers: dict[str, Callable[[str], Any]] = {
            "sex": _one_of({"M": "M", "F": "F", "m": "M", "f": "F"}, "no_sex"),
            "birth_date": lambda text: dates.birth_date(text, today),
            "mobile": phone_numbers.mobile,
            "email": email_addresses.email,
            "address": lambda text: _at_most(texts.clean(text), 200),
            "city_code": _digits(6, "no_city_code"),
            "postcode": lambda text: _at_most(texts.clean(text), 10),
            "language": _one_of({code: code for code in LANGUAGES}, "no_language"),
            "customer_since": self._past_day,
            "vip_grade": lambda text: _at_most(texts.clean(text), 20),
            "manager_no": lambda text: _at_most(texts.clean(text), 40),
        }

    def read(
        self, line: int, sent: Mapping[str, str], unfit: Mapping[str, str] | None = None
    ) -> Customer | list[Problem]:
        """The row as a customer, or all that is wrong with it. `unfit` are cells that are known to
        hold no value, with the reason."""
        problems: list[Problem] = []
        row = self._words.translate(sent) if self._words is not None else sent
        number = row.get("customer_no", "").strip()
        seen: set[str] = set()

        def wrong(column: str, reason: str) -> None:
            if column not in seen:
                seen.add(column)
                value = masks.masked(sent.get(column, ""))
                problems.append(Problem(line, number[:64] or None, column, value, reason))

        for column, reason in (unfit or {}).items():
            wrong(column, reason)
        if not number:
            wrong("customer_no", "missing")
        elif len(number) > 64 or not number.isprintable():
            wrong("customer_no", "too_long")
        op = row.get("op", "").strip().upper() or "U"
        if op not in {"U", "D"} or (op == "D" and self._kind == "full"):
            wrong("op", "no_op")
        customer = Customer(line, number, op)
        if op == "U":
            self._fill(customer, row, wrong)
        if problems:
            return problems
        return customer

    def _fill(
        self, customer: Customer, row: Mapping[str, str], wrong: Callable[[str, str], None]
    ) -> None:
        data = customer.data
        try:
            data.update(_name_of(row))
        except BadValue as bad:
            split = "surname" in row and "full_name" not in row
            wrong("surname" if split else "full_name", bad.args[0])
        for column, reader in self._readers.items():
            text = row.get(column, "")
            if not text.strip():
                continue
            try:
                data[column] = reader(text)
            except BadValue as bad:
                wrong(column, bad.args[0])
        self._fill_document(data, row, wrong)
        _fill_money(data, row, wrong)
        consent = row.get("consent_group_sharing")
        if consent is None:
            data["shares"] = self._default_consent
        elif consent.strip().upper() in {"Y", "N", ""}:
            data["shares"] = consent.strip().upper() == "Y"
        else:
            wrong("consent_group_sharing", "no_yes_or_no")

    def _fill_document(
        self, data: dict[str, Any], row: Mapping[str, str], wrong: Callable[[str, str], None]
    ) -> None:
        text = row.get("id_number", "")
        if not text.strip():
            return
        kind = row.get("id_type", "").strip()
        if kind not in documents.ID_TYPES:
            wrong("id_type", "no_id_type")
            return
        try:
            number = documents.document_number(kind, text)
        except BadValue as bad:
            wrong("id_number", bad.args[0])
            return
        data["id_type"], data["id_number"] = kind, number
        if kind == "resident_id":
            born = date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
            if data.setdefault("birth_date", born) != born:
                wrong("birth_date", "differs_from_id")
            sex = "M" if int(number[16]) % 2 else "F"
            if data.setdefault("sex", sex) != sex:
                wrong("sex", "differs_from_id")

    def _past_day(self, text: str) -> date:
        found = dates.day(text)
        if found > self._today:
            raise BadValue("in_the_future")
        return found


def _name_of(row: Mapping[str, str]) -> dict[str, str]:
    surname, given = row.get("surname", "").strip(), row.get("given_name", "").strip()
    found: dict[str, str] = {}
    if surname and given:
        found["surname"] = names.clean_name(surname, 60)
        found["given_name"] = names.clean_name(given, 80)
    if row.get("full_name", "").strip():
        found["full_name"] = names.clean_name(row["full_name"])
    elif found:
        latin = found["surname"].isascii()
        joined = (found["given_name"], found["surname"]) if latin else tuple(found.values())
        found["full_name"] = (" " if latin else "").join(joined)
    else:
        raise BadValue("missing")
    return found


def _fill_money(
    data: dict[str, Any], row: Mapping[str, str], wrong: Callable[[str, str], None]
) -> None:
    currency = row.get("currency", "").strip() or "CNY"
    if currency not in amounts.CURRENCIES:
        wrong("currency", "no_currency")
        return
    data["currency"] = currency
    for column, target in (("value", "value_minor"), ("annual_contribution", "contribution_minor")):
        text = row.get(column, "")
        if not text.strip():
            continue
        try:
            data[target] = amounts.minor_units(text, currency)
        except BadValue as bad:
            wrong(column, bad.args[0])


def _one_of(known: Mapping[str, str], reason: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        try:
            return known[text.strip()]
        except KeyError:
            raise BadValue(reason) from None

    return read


def _digits(count: int, reason: str) -> Callable[[str], str]:
    def read(text: str) -> str:
        found = text.strip()
        if len(found) != count or not (found.isascii() and found.isdigit()):
            raise BadValue(reason)
        return found

    return read


def _at_most(text: str, longest: int) -> str:
    if len(text) > longest:
        raise BadValue("too_long")
    return text
