"""What only the database can tell: whether it answers, how far its schema is, who we are there."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from vipclub import migration
from vipclub.core import lease
from vipclub.core.db import Database
from vipclub.core.errors import Busy
from vipclub.production.finding import Finding

STALE_SECONDS = 60


def ask_before_start(database: Database) -> list[Finding]:
    """What a production start asks: is it there, is the schema ours, are we no superuser."""
    if not is_there(database):
        said = f"The {database.place} isn't there yet: run `vipclub db upgrade`."
        return [Finding("database_reached", "refused", said)]
    try:
        with database.read() as session:
            session.execute(text("SELECT 1"))
            role = _role(session) if database.dialect == "postgresql" else []
            schema = [_schema(session)]
    except Busy as busy:
        return [Finding("database_reached", "refused", busy.away or "The database is busy.")]
    except (DBAPIError, ValueError, TypeError) as error:  # an option's value, or a right we lack
        told = str(error.orig if isinstance(error, DBAPIError) else error).partition("\n")[0]
        said = f"The {database.place} can't be asked: {told}. Mend VIPCLUB_DATABASE_URL."
        return [Finding("database_reached", "refused", said)]
    return [
        Finding("database_reached", "well", f"The {database.place} answers."),
        *role,
        *schema,
    ]


def is_there(database: Database) -> bool:
    """False for a SQLite file that nobody made yet: to look into it would make it."""
    return database.dialect != "sqlite" or Path(database.url.database or "").exists()


def ask_all(database: Database) -> list[Finding]:
    """The same, and what is told only: the worker's beat, and how far the clocks are apart."""
    found = ask_before_start(database)
    if any(f.code in {"database_reached", "schema"} and f.state != "well" for f in found):
        return found
    try:
        drift = lease.check_clocks(database)
        said = f"This machine's clock is {drift.total_seconds():+.1f} s from the database's."
        found.append(Finding("clock", "well", said))
    except lease.ClocksDiffer as differ:
        found.append(Finding("clock", "refused", str(differ)))
    with database.read() as session:
        found.append(_beat(lease.heartbeat_age(session)))
    return found


def _role(session: Session) -> list[Finding]:
    """Whoever signed in counts too: SET ROLE can be taken back."""
    name, above = session.execute(
        text(
            "SELECT session_user, bool_or(rolsuper) FROM pg_roles "
            "WHERE rolname IN (session_user, current_user)"
        )
    ).one()
    if above:
        return [
            Finding(
                "database_role",
                "refused",
                f"VIPCLUB_DATABASE_URL signs in as {name}, a superuser of PostgreSQL: write a role "
                "that only owns the club's database (CREATE ROLE vipclub LOGIN PASSWORD '...').",
            )
        ]
    return [Finding("database_role", "well", f"The role {name} is no superuser.")]


def _schema(session: Session) -> Finding:
    there, wanted = migration.current(session.connection()), migration.heads()
    if there == wanted:
        return Finding("schema", "well", f"The schema is at {', '.join(sorted(there))}.")
    at, ours = ", ".join(sorted(there)) or "nothing", ", ".join(sorted(wanted))
    if there <= {each.revision for each in migration.history()}:
        said = f"The database's schema is behind (at {at}, not {ours}): run `vipclub db upgrade`."
    else:
        said = (
            f"The database's schema is ahead (at {at}, which this version doesn't know; it ends at "
            f"{ours}): start the version whose `vipclub db upgrade` was run."
        )
    return Finding("schema", "refused", said)


def _beat(age: float | None) -> Finding:
    if age is None:
        return Finding("worker", "notice", "No worker was heard of: start `vipclub worker`.")
    heard = f"{age:.0f} s ago"
    if age > STALE_SECONDS:
        return Finding(
            "worker", "notice", f"No worker was heard of since {heard}: start `vipclub worker`."
        )
    return Finding("worker", "well", f"A worker was heard of {heard}.")
