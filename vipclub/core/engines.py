"""The engines of the two databases: what each connection is told when it begins."""

from __future__ import annotations

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry

from vipclub.core.idle_connections import ask_idle_ones
from vipclub.core.many_rows import copy_rows_by
from vipclub.core.prepared_statements import PREPARED_FROM, keep_prepared
from vipclub.core.watched_pool import WatchedPool

DEFAULTS = {
    "application_name": "vipclub",
    "connect_timeout": 5,
    "keepalives_idle": 5,
    "keepalives_interval": 2,
    "keepalives_count": 3,
    "tcp_user_timeout": 10000,
}
"""A server that is gone without a word is noticed within some seconds. What the address of the
database says of these counts instead."""


def sqlite_engine(url: URL, pool_size: int, echo: bool, *, writes: bool) -> Engine:
    """For writing, each transaction the only writer from its beginning; or for reading alone."""
    engine = create_engine(
        url,
        echo=echo,
        poolclass=WatchedPool,
        pool_size=pool_size,
        max_overflow=4,
        pool_timeout=5,
        connect_args={"isolation_level": None, "timeout": 5, "check_same_thread": False},
    )

    @event.listens_for(engine, "connect")
    def configure(connection: DBAPIConnection, _record: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",  # NORMAL loses the last bookings at a power cut
            "foreign_keys=ON",
            "busy_timeout=5000",
            "temp_store=MEMORY",
            "cache_size=-32000",
            "query_only=OFF" if writes else "query_only=ON",
        ):
            cursor.execute(f"PRAGMA {pragma}")
        cursor.close()

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A deferred transaction that turns into a writer fails at once, whatever the timeout says.
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def postgresql_engine(url: URL, pool_size: int, echo: bool, *, writes: bool) -> Engine:
    """For writing, read committed; or for reading alone, which the server sees to, without BEGIN
    and COMMIT unless they are asked for: each statement has a moment of its own anyway, and they
    are two more ways to the server. In UTC, with bounds for every wait."""
    if url.drivername == "postgresql":
        url = url.set(drivername="postgresql+psycopg")
    options = (
        "-c lock_timeout=5000 -c statement_timeout=30000 -c timezone=UTC "
        "-c idle_in_transaction_session_timeout=60000 "
        "-c default_transaction_isolation=read\\ committed -c synchronous_commit=on "
        # An appointment is read with 13 joins that are written in a good order: at 8, the default,
        # to look for a better one takes 20 to 60 ms, longer than all the rest of a page.
        "-c join_collapse_limit=6"
    )
    if not writes:
        options += " -c default_transaction_read_only=on"
    engine = create_engine(
        url,
        echo=echo,
        poolclass=WatchedPool,
        pool_size=pool_size,
        max_overflow=2,
        pool_timeout=5,
        pool_use_lifo=True,
        isolation_level="READ COMMITTED" if writes else "AUTOCOMMIT",
        connect_args={
            "options": options,
            "prepare_threshold": PREPARED_FROM,
            **{name: value for name, value in DEFAULTS.items() if name not in url.query},
        },
    )
    ask_idle_ones(engine)
    if writes:
        copy_rows_by(engine)
    keep_prepared(engine)
    return engine
