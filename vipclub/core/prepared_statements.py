"""PostgreSQL plans a statement once a connection, and not once a request.

psycopg has the server prepare a statement that a connection runs over and over, and gives all of
them up at each ROLLBACK, for fear that the transaction had created what they read. The club creates
nothing in the transactions of its requests, and PostgreSQL itself keeps what is prepared across a
ROLLBACK: it is sent past psycopg's bookkeeping.
"""

from __future__ import annotations

from typing import cast

from psycopg import Connection
from psycopg.errors import FeatureNotSupported, InvalidSqlStatementName
from psycopg.pq import ConnStatus, ExecStatus, TransactionStatus
from sqlalchemy import Engine, event
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.pool import ConnectionPoolEntry, PoolProxiedConnection

PREPARED_FROM = 3
"""How often a connection runs a statement unprepared: one that is run once is not worth a plan."""

_OUTGROWN = "cached plan must not change result type"
"""What PostgreSQL says of a plan whose table was altered since. No later run would do better, nor
where somebody between has thrown away what was prepared: the connections are given up, and who asks
again has new ones."""

PREPARED_AT_MOST = 400
"""Statements that a connection keeps prepared; the doors of the club run fewer. psycopg gives up
the one that was longest not run."""


def keep_prepared(engine: Engine) -> None:
    """For all connections of this engine."""
    plain = engine.dialect.do_rollback

    def roll_back(connection: PoolProxiedConnection) -> None:
        if not _rolled_back(connection):
            plain(connection)  # which says what is wrong with it

    engine.dialect.do_rollback = roll_back  # type: ignore[method-assign, assignment]

    @event.listens_for(engine, "handle_error")
    def give_up_outgrown(context: ExceptionContext) -> None:
        error = context.original_exception
        outgrown = isinstance(error, FeatureNotSupported) and _OUTGROWN in str(error)
        if outgrown or isinstance(error, InvalidSqlStatementName):
            context.is_disconnect = True

    @event.listens_for(engine, "connect")
    def keep_many(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
        cast(Connection, connection).prepared_max = PREPARED_AT_MOST


def _rolled_back(connection: PoolProxiedConnection) -> bool:
    """False for psycopg to do it: of a connection that is gone, and after an error of the database,
    which may be that a plan no longer fits its table and must be given up."""
    inner = cast(Connection, connection).pgconn
    if inner.status != ConnStatus.OK:
        return False
    if inner.transaction_status == TransactionStatus.IDLE:
        return True  # there is none
    if inner.transaction_status != TransactionStatus.INTRANS:
        return False
    return inner.exec_(b"ROLLBACK").status == ExecStatus.COMMAND_OK
