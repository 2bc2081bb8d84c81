"""What a column tells of people: every column says it, beside its type.

    birth_date: Mapped[Personal[date | None]] = mapped_column(Date)

The class is the column's `info["class"]`; what is masked, sealed, erased, exported or written to a
log goes by it. Where a column tells several things, the one furthest down this list counts:

- `Public` anybody may read it: what is offered, companies' names, their addresses and hours.
- `Internal` the club's own working: references and keys, states, moments, counts, prices, rules.
- `Personal` about somebody, without naming or reaching them alone: names, birth date, sex, city,
  language, standing and worth, relatives, devices.
- `Identity` names or reaches one human being: document and customer numbers, mobile, e-mail,
  address, sign-in name, and the blind indexes and fingerprints of them.
- `Health` lets one tell what somebody is treated or examined for: the service and department of a
  visit, what was written about it. Sealed; a test of the house lists what isn't yet, and why.
- `Secret` opens a door: passwords, tokens, keys. Kept sealed, or as a hash.

There is no default: a column that says nothing is refused by a test of the house.
"""

from __future__ import annotations

from typing import Annotated, TypeVar

from sqlalchemy.orm import mapped_column

CLASSES = ("public", "internal", "personal", "identity", "health", "secret")
SEALED = frozenset({"health", "secret"})
"""Classes whose columns no reader of the bare database may understand."""

T = TypeVar("T")

Public = Annotated[T, mapped_column(info={"class": "public"})]
Internal = Annotated[T, mapped_column(info={"class": "internal"})]
Personal = Annotated[T, mapped_column(info={"class": "personal"})]
Identity = Annotated[T, mapped_column(info={"class": "identity"})]
Health = Annotated[T, mapped_column(info={"class": "health"})]
Secret = Annotated[T, mapped_column(info={"class": "secret"})]
