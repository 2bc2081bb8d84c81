"""Who the customers are: subsidiaries' deliveries, the records in them, the persons behind those.

Decisions:
- 2026-11: each record makes a person of its own when it comes first, and keeps that person's id
  for ever. Who belongs together is `person.survivor_id` alone, so that joining and separating
  people moves no other row, and linking again can't renumber anyone. The survivor is the person
  that came first.
- 2026-11: a row, a record and a version have the same columns, so that a delivery is applied by a
  few statements over all of its rows, inside the database.
- 2026-11: linking looks at all records each time, and gives the same answer in whatever order
  they came.
- 2026-11: rows of one file that say different things about one customer are all set aside:
  neither is more right than the other.
"""

from __future__ import annotations

from vipclub.people.finding import (
    PersonRow,
    find_by_phone,
    find_person,
    person_of,
    visible_to,
)
from vipclub.people.generating import GENERATED, generate_feed
from vipclub.people.linking import LinkReport, link_records
from vipclub.people.loading import DeliveryReport, check_file, load_delivery
from vipclub.people.models import (
    Consent,
    Delivery,
    Person,
    QuarantineRow,
    SourceRecord,
    SourceRecordVersion,
    Subsidiary,
)
from vipclub.people.queries import DeliveryView, deliveries, export_rows
from vipclub.people.reasons import REASONS
from vipclub.people.subsidiaries import add_subsidiary, find_subsidiary

__all__ = [
    "GENERATED",
    "REASONS",
    "DeliveryReport",
    "DeliveryView",
    "LinkReport",
    "add_subsidiary",
    "check_file",
    "deliveries",
    "export_rows",
    "find_subsidiary",
    "generate_feed",
    "link_records",
    "load_delivery",
    "Consent",
    "Delivery",
    "Person",
    "PersonRow",
    "QuarantineRow",
    "SourceRecord",
    "SourceRecordVersion",
    "Subsidiary",
    "find_by_phone",
    "find_person",
    "person_of",
    "visible_to",
]
