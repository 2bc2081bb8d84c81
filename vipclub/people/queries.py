"""Reads of intake: deliveries with their errors, and who every record is."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.core.actor import Actor
from vipclub.people.models import Delivery, Person, SourceRecord, Subsidiary


@dataclass(frozen=True, slots=True)
class DeliveryView:
    """A delivery as operations see it. `error_rate` is rejected rows of all."""

    ref: str
    subsidiary: str
    file_name: str
    kind: str
    as_of: date
    state: str
    rows: int
    loaded: int
    unchanged: int
    rejected: int
    received_at: datetime

    @property
    def error_rate(self) -> float:
        return self.rejected / self.rows if self.rows else 0.0


def deliveries(session: Session, actor: Actor, *, limit: int = 50) -> list[DeliveryView]:
    """The latest deliveries. One statement. Raises Forbidden."""
    actor.require("delivery:view")
    rows = session.execute(
        select(
            Delivery.public_ref,
            Subsidiary.code,
            Delivery.file_name,
            Delivery.kind,
            Delivery.as_of,
            Delivery.state,
            Delivery.rows,
            Delivery.loaded,
            Delivery.unchanged,
            Delivery.rejected,
            Delivery.received_at,
        )
        .join(Subsidiary, Subsidiary.id == Delivery.subsidiary_id)
        .order_by(Delivery.id.desc())
        .limit(limit)
    )
    return [DeliveryView(*row) for row in rows]


def export_rows(session: Session, actor: Actor) -> Iterator[tuple[str, str, str]]:
    """Subsidiary, customer number and person of every source record, in order."""
    actor.require("delivery:load")
    survivor = Person.__table__.alias("survivor")
    rows = session.execute(
        select(Subsidiary.code, SourceRecord.customer_no, survivor.c.public_ref)
        .join(Subsidiary, Subsidiary.id == SourceRecord.subsidiary_id)
        .join(Person, Person.id == SourceRecord.person_id)
        .join(survivor, survivor.c.id == Person.survivor_id)
        .order_by(Subsidiary.code, SourceRecord.customer_no)
        .execution_options(yield_per=5_000)
    )
    yield from ((row[0], row[1], row[2]) for row in rows)
