"""One large file, loaded by the command as an operator loads it: rows a second beside a bare COPY
and executemany of the same final bytes, and the most memory that it held."""

from __future__ import annotations

import json
import subprocess
import time
from collections.abc import Iterator, Sequence

import psycopg
from psycopg import sql

from tests.bench.clubs import COMMAND, ROOT, BenchClub
from tests.bench.durable_postgres import free_port
from tests.bench.measuring import FreshDatabases, Measured
from tests.bench.processes import most_memory_mb
from vipclub import people

ROWS = 1_000_000
COMPANY = people.GENERATED[0]
SAMPLE = 50_000
"""Rows of the bare side: its pace is the same for any number."""
STAGED = "source_record_version"
"""What was staged of each row is kept as the record's first version."""
WRITTEN = ("person", "source_record", "source_record_version", "consent")
"""Where a new customer's row ends."""


def bench_feed(ground: FreshDatabases) -> Iterator[Measured]:
    """The file of the largest company, into an empty club."""
    rows = ground.people or ROWS
    folder = ground.folder / "feed"
    people.generate_feed(folder, people=round(rows / COMPANY.share), seed=rows)
    path = folder / f"{COMPANY.code}.csv"
    for other in folder.glob("*.csv"):
        if other != path:
            other.unlink()
    server, name = ground.clubs.server, "feed"
    server.drop(name)
    server.create(name)
    instance = ground.folder / "feed-instance"
    instance.mkdir()
    club = BenchClub(server.url(name), instance, {}, free_port())
    try:
        club.call("db", "upgrade")
        club.call("feed", "subsidiary", "add", COMPANY.code, "--name", COMPANY.name)
        loaded, seconds, peak = _load(club, str(path))
        bare = _bare_pace(server.dsn(name))
    finally:
        server.drop(name)
    yield Measured(
        f"feed load, {rows:,} rows", "postgresql", loaded, loaded / seconds, "rows a second",
        "COPY and executemany of the same bytes", loaded / seconds / bare,
        {"against_value": round(bare, 1), "seconds": round(seconds, 1)},
    )  # fmt: skip
    yield Measured(f"memory of a load of {rows:,} rows", "postgresql", loaded, peak, "MB")


def _load(club: BenchClub, path: str) -> tuple[int, float, float]:
    """Rows, seconds, and the most memory in MB."""
    words = ["feed", "load", path, "--subsidiary", COMPANY.code, "--json"]
    began = time.perf_counter()
    process = subprocess.Popen(
        [*COMMAND, *words], cwd=ROOT, env=club.env, stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )  # fmt: skip
    peak = 0.0
    while process.poll() is None:
        peak = max(peak, most_memory_mb(process.pid))
        time.sleep(0.1)
    seconds = time.perf_counter() - began
    if process.returncode:
        raise RuntimeError(f"the load ended with {process.returncode}")
    assert process.stdout is not None
    return json.loads(process.stdout.read())["rows"], seconds, peak


def _bare_pace(dsn: str) -> float:
    """Rows a second of a COPY of what was staged and an executemany of what was written, each into
    an empty table with the same indexes, in one transaction."""
    with psycopg.connect(dsn) as connection:
        written = {table: _rows_of(connection, table) for table in WRITTEN}
        for table in (*WRITTEN, "staged"):
            like = STAGED if table == "staged" else table
            connection.execute(
                sql.SQL("CREATE TABLE {} (LIKE {} INCLUDING ALL)").format(
                    sql.Identifier(f"bare_{table}"), sql.Identifier(like)
                )
            )
        connection.commit()
        began = time.perf_counter()
        names, rows = written[STAGED]
        columns = sql.SQL(", ").join(map(sql.Identifier, names))
        into = sql.SQL("COPY bare_staged ({}) FROM STDIN").format(columns)
        with connection.cursor() as cursor:
            with cursor.copy(into) as copy:
                for row in rows:
                    copy.write_row(row)
            for table, (names, rows) in written.items():
                cursor.executemany(_insert(table, names), rows)
        connection.commit()
        return len(written["source_record"][1]) / (time.perf_counter() - began)


def _rows_of(
    connection: psycopg.Connection, table: str
) -> tuple[list[str], list[Sequence[object]]]:
    """The first rows of a table as they are stored, documents as text."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT column_name, data_type FROM information_schema.columns"
            " WHERE table_name = %s AND table_schema = 'public' ORDER BY ordinal_position",
            (table,),
        )
        kinds = cursor.fetchall()
        said = sql.SQL(", ").join(
            sql.SQL("{}::text").format(sql.Identifier(name))
            if kind in {"json", "jsonb"}
            else sql.Identifier(name)
            for name, kind in kinds
        )
        cursor.execute(
            sql.SQL("SELECT {} FROM {} ORDER BY id LIMIT %s").format(said, sql.Identifier(table)),
            (SAMPLE,),
        )
        return [name for name, _ in kinds], cursor.fetchall()


def _insert(table: str, names: list[str]) -> sql.Composed:
    return sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(f"bare_{table}"),
        sql.SQL(", ").join(map(sql.Identifier, names)),
        sql.SQL(", ").join([sql.Placeholder()] * len(names)),
    )
