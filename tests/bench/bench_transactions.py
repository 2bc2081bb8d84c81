"""What `run()` costs on top of the driver: one audit row a transaction."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import insert

from tests.bench.measuring import FreshDatabases, Measured, calls_a_second
from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.audit import AuditRow

N = 300


def bench_run(ground: FreshDatabases) -> Iterator[Measured]:
    """A use case that writes one audit row, against the bare INSERT of such a row."""
    actor = Actor.system("bench")
    row = {
        "at": clock.now(), "actor_kind": "system", "actor_ref": "bench", "channel": "job",
        "action": "bench.noted", "subject_kind": "bench", "subject_ref": "1",
        "request_id": "", "mac": bytes(32),
    }  # fmt: skip
    for backend in ground.backends:
        with ground.database(backend) as db:

            def bare(db=db) -> None:  # type: ignore[no-untyped-def]
                with db.engine.begin() as connection:
                    connection.execute(insert(AuditRow), row)

            def whole(db=db) -> None:  # type: ignore[no-untyped-def]
                db.run(audit.write, actor, "bench.noted", subject=("bench", "1"))

            floor, ours = calls_a_second(N, bare, whole)
            yield Measured("run", backend, N, ours, "tx/s", "a bare INSERT", ours / floor)
