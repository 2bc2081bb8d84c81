"""An empty server: a folder, an empty database of a role that is no superuser, a mail server."""

from __future__ import annotations

import os
import secrets
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.databases import Servers
from tests.setup.empty_server import EmptyServer


@pytest.fixture
def database_url(backend: str, servers: Servers) -> Iterator[str]:
    """An empty database; on PostgreSQL a role of its own owns it."""
    url = servers.empty(backend)
    if backend == "sqlite":
        yield url
        servers.drop(url)
        return
    role, there = f"club_{secrets.token_hex(4)}", make_url(url)
    with psycopg.connect(servers.dsn, autocommit=True) as connection:
        name = sql.Identifier(role)
        connection.execute(sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'pass-word'").format(name))
        connection.execute(
            sql.SQL("ALTER DATABASE {} OWNER TO {}").format(
                sql.Identifier(there.database or ""), name
            )
        )
    theirs = there.set(username=role, password="pass-word")
    yield theirs.render_as_string(hide_password=False)
    servers.drop(url)
    with psycopg.connect(servers.dsn, autocommit=True) as connection:
        connection.execute(sql.SQL("DROP ROLE {}").format(name))


@pytest.fixture
def server(tmp_path: Path, database_url: str, mail: Any) -> EmptyServer:
    """The settings of this process are not the new club's."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("VIPCLUB_")}
    kept |= {
        "VIPCLUB_INSTANCE": str(tmp_path / "instance"),
        "VIPCLUB_ARGON2_MEMORY_KIB": "19456",
        "VIPCLUB_ARGON2_PASSES": "2",
    }
    return EmptyServer(kept, tmp_path, database_url, mail.url)
