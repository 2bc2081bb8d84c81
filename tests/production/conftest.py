"""A club that is safe to open in production; each test spoils one thing of it."""

from __future__ import annotations

import os
import secrets
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql
from sqlalchemy.engine import make_url

from tests.databases import Servers
from tests.production.mail_with_tls import MailWithTls
from tests.production.safe_settings import Environment, safe_settings


@pytest.fixture
def mail_with_tls(mail_allowed: None, tmp_path: Path) -> Iterator[MailWithTls]:
    """A real mail server that offers STARTTLS, with a certificate for `localhost`."""
    with MailWithTls(tmp_path / "certificate") as server:
        yield server


@pytest.fixture
def safe(tmp_path: Path) -> Environment:
    """Settings that production starts with; nothing answers behind them."""
    return safe_settings(tmp_path / "instance")


@pytest.fixture
def bare(safe: Environment) -> Environment:
    """The same for a process of its own, without the settings of this one."""
    others = {name: kept for name, kept in os.environ.items() if not name.startswith("VIPCLUB_")}
    return {**others, **safe}


@pytest.fixture
def role_of(servers: Servers) -> Iterator[Callable[[str], str]]:
    """Gives a database to a role of its own, which may do nothing else: its new address."""
    made = []

    def give(url: str) -> str:
        name = f"club_{secrets.token_hex(4)}"
        own = make_url(url)
        with psycopg.connect(servers.dsn, autocommit=True) as connection:
            connection.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD 'pass-word'").format(sql.Identifier(name))
            )
        made.append((name, own))
        with psycopg.connect(_plain(url), autocommit=True) as connection:
            for statement in (
                "GRANT ALL ON SCHEMA public TO {}",
                "GRANT ALL ON ALL TABLES IN SCHEMA public TO {}",
                "GRANT ALL ON ALL SEQUENCES IN SCHEMA public TO {}",
            ):
                connection.execute(sql.SQL(statement).format(sql.Identifier(name)))
        theirs = own.set(username=name, password="pass-word")
        return theirs.render_as_string(hide_password=False)

    yield give
    for name, own in made:
        address = own.render_as_string(hide_password=False)
        with psycopg.connect(_plain(address), autocommit=True) as connection:
            connection.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
            connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def _plain(url: str) -> str:
    return url.replace("postgresql+psycopg://", "postgresql://", 1)
