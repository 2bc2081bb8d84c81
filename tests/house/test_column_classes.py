"""Every column says what it tells of people, and what may not be read lies sealed."""

from __future__ import annotations

import pytest
from sqlalchemy import Column, Integer, LargeBinary, MetaData, String, Table, Text
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column

from vipclub.core.column_classes import CLASSES, SEALED, Health, Internal, Secret
from vipclub.core.crypto import EncryptedText
from vipclub.core.db import Base
from vipclub.parts import import_models

HASHES = {"account.password_hash": "Argon2's own text, of which no password is made again"}
"""Column -> what hash it holds, where it is kept as text."""
PLAIN = {
    "appointment.slot_id": "the seat is taken and given back by it",
    "appointment.proposed_slot_id": "the seat is taken and given back by it",
    "appointment.offering_id": "a partner's day is read by it, and a policy counts by it",
    "appointment.account_id": "the unit is held, used and given back by it",
    "appointment.department": "a policy counts visits by it",
    "appointment.reason": "somebody's words, shown to both sides and searched by nobody",
    "appointment.answer_kind": "'unsuitable' tells of the person; the letter's sentence is by it",
    "booking_ticket.benefit_id": "a booking asks by it whether the ticket is for it",
    "booking_ticket.offering_id": "a booking asks by it whether the ticket is for it",
    "seat_hold.slot_id": "the seat is given back by it",
    "seat_hold.account_id": "the unit is given back by it",
    "closure_displaced.slot_id": "tells whether the appointment has moved since",
    "settlement_line.offering_id": "the price of a visit is found by it",
    "ledger_entry.reason": "the words of a correction, in a table that is never changed",
    "audit.before": "names the time that a visit had; signed as text and never changed",
    "audit.after": "names a visit's service and time; signed as text and never changed",
    "audit.reason": "somebody's words about a visit; signed as text and never changed",
    "outbox.payload": "what a letter or event tells, until it is sent",
    "webhook_delivery.body": "an event about a visit, sent again to the letter",
    "idempotency.body": "an answer about a visit, given again to the letter",
}
"""Health that lies plain -> why. The work on time and privacy empties this list."""


@pytest.fixture(scope="module")
def metadata() -> MetaData:
    import_models()
    return Base.metadata


def unsaid(metadata: MetaData) -> list[str]:
    """Columns that don't say their class, or one that nobody knows."""
    return [
        str(column)
        for table in metadata.tables.values()
        for column in table.columns
        if column.info.get("class") not in CLASSES
    ]


def readable(metadata: MetaData) -> list[str]:
    """Columns whose class is sealed and whose values are no bytes: neither sealed nor a digest."""
    return [
        str(column)
        for table in metadata.tables.values()
        for column in table.columns
        if column.info.get("class") in SEALED
        and not isinstance(column.type, LargeBinary | EncryptedText)
    ]


def test_every_column_says_its_class(metadata: MetaData) -> None:
    assert unsaid(metadata) == []


def test_health_and_secrets_are_sealed_or_on_the_list(metadata: MetaData) -> None:
    assert set(readable(metadata)) == PLAIN.keys() | HASHES.keys()


def test_no_secret_is_on_the_list_of_what_lies_plain(metadata: MetaData) -> None:
    classes = {str(c): c.info["class"] for t in metadata.tables.values() for c in t.columns}
    assert {classes[name] for name in PLAIN} == {"health"}
    assert {classes[name] for name in HASHES} == {"secret"}


def test_the_check_of_classes_bites() -> None:
    metadata = MetaData()
    Table(
        "visit",
        metadata,
        Column("id", Integer, info={"class": "internal"}),
        Column("day", Integer),
        Column("mood", Text, info={"class": "feeling"}),
    )
    assert unsaid(metadata) == ["visit.day", "visit.mood"]


def test_the_check_of_seals_bites() -> None:
    class Other(DeclarativeBase):
        pass

    class Visit(Other):
        __tablename__ = "visit"
        id: Mapped[Internal[int]] = mapped_column(primary_key=True)
        department: Mapped[Health[str | None]] = mapped_column(String(40))
        token: Mapped[Secret[str]] = mapped_column(String(40))
        token_hash: Mapped[Secret[bytes]] = mapped_column(LargeBinary(32))
        note: Mapped[Health[bytes | None]] = mapped_column(EncryptedText)

    assert Visit.department.nullable
    assert unsaid(Other.metadata) == []
    assert readable(Other.metadata) == ["visit.department", "visit.token"]
    Other.registry.dispose()
