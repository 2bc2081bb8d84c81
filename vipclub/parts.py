"""The parts of the club in their order: a part knows only those before it.

Migrations, commands, import contracts and the house's own tests read this list.
"""

from __future__ import annotations

from importlib import import_module
from importlib.util import find_spec

PARTS: tuple[str, ...] = (
    "people",
    "accounts",
    "messages",
    "documents",
    "membership",
    "benefits",
    "partners",
    "bookings",
    "events",
    "assistance",
    "settlement",
    "desk",
    "portfolio",
    "operations",
)

WITH_TABLES = (
    "audit",
    "audit_sealing",
    "idempotency",
    "key_holders",
    "key_register",
    "lease",
    "notices",
    "outbox",
    "reference_version",
    "timetable",
    "unreadable_rows",
    "working_days",
)
"""The ground's modules that have tables of their own."""


def built() -> tuple[str, ...]:
    """The parts that are there: the order is settled ahead of the building."""
    return tuple(part for part in PARTS if find_spec(f"vipclub.{part}") is not None)


def import_models() -> None:
    """Import every part and the ground, so that `Base.metadata` knows every table."""
    for module in WITH_TABLES:
        import_module(f"vipclub.core.{module}")
    for part in built():
        import_module(f"vipclub.{part}")
        if find_spec(f"vipclub.{part}.models") is not None:
            import_module(f"vipclub.{part}.models")
