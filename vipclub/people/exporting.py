"""The export of who every record is, for `vipclub people export`."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.core.actor import Actor
from vipclub.people.clusters import stands_for
from vipclub.people.models import Person, SourceRecord, Subsidiary


def export_rows(session: Session, actor: Actor) -> Iterator[tuple[str, str, str]]:
    """Subsidiary's code, customer number and reference of the survivor, for every source record, in
    the order of the first two. Raises Forbidden."""
    actor.require("delivery:load")
    survivor = Person.__table__.alias("survivor")
    rows = session.execute(
        select(Subsidiary.code, SourceRecord.customer_no, survivor.c.public_ref)
        .join(Subsidiary, Subsidiary.id == SourceRecord.subsidiary_id)
        .join(Person, Person.id == SourceRecord.person_id)
        .join(survivor, stands_for(survivor, Person))
        .order_by(Subsidiary.code, SourceRecord.customer_no)
        .execution_options(yield_per=5_000)
    )
    yield from ((row[0], row[1], row[2]) for row in rows)
