"""Tell partners' systems what happened: apart from messages, so that a slow partner delays no
member's mail."""

from __future__ import annotations

from dataclasses import asdict
from functools import cache

from jobs.job import Every, Job, Told
from vipclub import partners
from vipclub.core import outbox
from vipclub.core.db import Database
from vipclub.core.lease import new_owner
from vipclub.settings import Settings


@cache
def _owner() -> str:
    return new_owner()


def run(database: Database, settings: Settings) -> Told:
    handlers = partners.webhooks.handlers(loopback=not settings.production)
    return asdict(outbox.deliver(database, handlers, by=_owner(), most=200))


JOB = Job(
    "deliver_webhooks",
    Every(2),
    run,
    alone=False,  # rows are claimed one by one
    about="Tells partners' systems what happened to appointments, and tries again for three days.",
)
