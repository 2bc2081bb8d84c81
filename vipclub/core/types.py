"""Values and column types that all models use."""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeAlias

from sqlalchemy import JSON, BigInteger, CheckConstraint, DateTime, Integer, String, Text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

from vipclub.core.errors import MalformedRef

Json: TypeAlias = "bool | int | float | str | Sequence[Json] | Mapping[str, Json] | None"
"""What JSON can say."""

BigId = BigInteger().with_variant(Integer, "sqlite")
"""An identity inside, never shown."""


class UtcDateTime(TypeDecorator[datetime]):
    """A moment. Takes aware datetimes only, gives them back in UTC.

    SQLite drops offsets silently, so that 12:00+08:00 would come back as 12:00: it gets naive UTC.
    """

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone: {value!r}")
        value = value.astimezone(UTC)
        return value.replace(tzinfo=None) if dialect.name == "sqlite" else value

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class JsonDocument(TypeDecorator[Any]):
    """A JSON value; JSONB on PostgreSQL."""

    impl = JSON
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        return dialect.type_descriptor(JSONB() if dialect.name == "postgresql" else JSON())


@dataclass(frozen=True, slots=True, order=True)
class Money:
    """An amount in minor units and an ISO 4217 code.

    >>> Money(128000, "CNY").to_json()
    {'amount': 128000, 'currency': 'CNY'}
    """

    amount: int
    currency: str

    def to_json(self) -> dict[str, int | str]:
        return {"amount": self.amount, "currency": self.currency}


@dataclass(frozen=True, slots=True)
class Localized:
    """A text of the club's data in its three languages."""

    hans: str
    hant: str
    en: str

    def __post_init__(self) -> None:
        if not (self.hans and self.hant and self.en):
            raise ValueError("a text needs all three languages")

    def to(self, language: str) -> str:
        return {"zh-Hans": self.hans, "zh-Hant": self.hant}.get(str(language), self.en)

    def to_json(self) -> dict[str, str]:
        return {"zh-Hans": self.hans, "zh-Hant": self.hant, "en": self.en}

    @classmethod
    def from_json(cls, data: dict[str, str]) -> Localized:
        return cls(hans=data["zh-Hans"], hant=data["zh-Hant"], en=data["en"])


class LocalizedText(TypeDecorator[Localized]):
    """A `Localized`, kept as canonical JSON text: keys in one order, so that one portable CHECK
    sees that each language is filled (`localized_check`)."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: Localized | None, dialect: Dialect) -> str | None:
        if value is None:
            return None
        return json.dumps(value.to_json(), ensure_ascii=False, sort_keys=True)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Localized | None:
        return None if value is None else Localized.from_json(json.loads(value))


def localized_check(column: str) -> CheckConstraint:
    """The database's own rule that a text has all three languages filled."""
    pattern = '{"en": "_%", "zh-Hans": "_%", "zh-Hant": "_%"}'
    return CheckConstraint(f"{column} LIKE '{pattern}'", name=f"{column}_in_three_languages")


# Public references: what a person can see in a URL or read out on the phone.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford base 32
_CHECK = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ*"  # ISO 7064 mod 37,36 uses the first 36
PublicRefType = String(16)
_LOOKALIKES = str.maketrans({"O": "0", "I": "1", "L": "1", "U": "V"})
_SHAPE = re.compile(r"[A-Z][0-9A-Z]{10}[0-9A-Z]", re.ASCII)


def _check_character(text: str) -> str:
    """ISO 7064, MOD 37,36 (a hybrid system): one check character over digits and letters."""
    product = 36
    for character in text:
        total = (product + _CHECK.index(character)) % 36 or 36
        product = (total * 2) % 37
    return _CHECK[(37 - product) % 36]


def new_ref(kind: str) -> str:
    """A new reference: a kind letter, ten random characters (50 bits), a check character."""
    bits = secrets.randbits(50)
    body = "".join([ALPHABET[bits >> place & 31] for place in range(0, 50, 5)])
    return f"{kind}-{body[:5]}-{body[5:]}-{_check_character(kind + body)}"


def parse_ref(text: str, kind: str | None = None) -> str:
    """The canonical form of what somebody typed or read out. Folds case, O to 0, I and L to 1.

    Raises MalformedRef for a wrong length, a wrong check character or another kind than asked.
    """
    compact = re.sub(r"[\s-]", "", text).upper() if len(text) <= 40 else ""
    if not _SHAPE.fullmatch(compact) or (kind is not None and compact[0] != kind):
        raise MalformedRef(text[:40])
    body = compact[1:11].translate(_LOOKALIKES)
    check = _check_character(compact[0] + body)
    typed = compact[11]
    if typed != check and typed.translate(_LOOKALIKES) != check.translate(_LOOKALIKES):
        raise MalformedRef(text[:40])
    return f"{compact[0]}-{body[:5]}-{body[5:]}-{check}"
