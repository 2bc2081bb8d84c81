"""Which keys each running process holds, as it says three times a minute: a key is put in force
when all of them hold it."""

from __future__ import annotations

import threading
from datetime import datetime, timedelta

import structlog
from sqlalchemy import String, Text, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from vipclub.core.column_classes import Internal
from vipclub.core.db import Base, Database, db_now, upsert_of
from vipclub.core.lease import new_owner
from vipclub.core.types import UtcDateTime
from vipclub.core.use_case_log import quiet

TELL_SECONDS = 20
GONE = timedelta(seconds=60)
STOP_SECONDS = 5
"""How long the end waits for what the thread is just telling."""
log = structlog.get_logger("vipclub.keys")


class KeyHolder(Base):
    """A process that serves or works. `holds` are the check values of its keys."""

    __tablename__ = "key_holder"

    owner: Mapped[Internal[str]] = mapped_column(String(80), primary_key=True)
    seen_at: Mapped[Internal[datetime]] = mapped_column(UtcDateTime)
    holds: Mapped[Internal[str]] = mapped_column(Text)


@quiet
def tell(session: Session, owner: str, checks: list[str]) -> None:
    """This process is there and holds these keys; who was not heard of for a minute is gone."""
    now = db_now(session)
    session.execute(
        delete(KeyHolder)
        .where(KeyHolder.seen_at < now - GONE)
        .execution_options(synchronize_session=False)
    )
    said = {"seen_at": now, "holds": ",".join(checks)}
    session.execute(
        upsert_of(session)(KeyHolder)
        .values(owner=owner, **said)
        .on_conflict_do_update(index_elements=["owner"], set_=said)
    )


def forget(session: Session, owner: str) -> None:
    """This process has ended in good order: it writes with no key any more."""
    session.execute(
        delete(KeyHolder)
        .where(KeyHolder.owner == owner)
        .execution_options(synchronize_session=False)
    )


def without(session: Session, check_value: str) -> list[str]:
    """The processes that run and don't hold a key."""
    rows = session.execute(
        select(KeyHolder.owner, KeyHolder.holds)
        .where(KeyHolder.seen_at >= db_now(session) - GONE)
        .order_by(KeyHolder.owner)
    )
    return [owner for owner, holds in rows if check_value not in holds.split(",")]


class KeyWatch:
    """Tells, from a thread of its own, which keys this process holds, and asks which are in force,
    also while nobody asks the process for anything."""

    def __init__(self, database: Database, checks: list[str]) -> None:
        self._database = database
        self._checks = checks
        self._owner = new_owner()
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="keys", daemon=True)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        """To be called when this process writes nothing any more: it is forgotten at once. One that
        was killed, or can't say so, is gone after a minute."""
        self._over.set()
        self._thread.join(STOP_SECONDS)
        try:
            self._database.run(forget, self._owner)
        except Exception as error:
            log.warning("keys_not_told", error=type(error).__name__)

    def _watch(self) -> None:
        while not self._over.is_set():
            try:
                self._database.learn_keys(at_once=True)
                self._database.run(tell, self._owner, self._checks)
            except Exception as error:
                log.warning("keys_not_told", error=type(error).__name__)
            self._over.wait(TELL_SECONDS)
