"""What all tests stand on: a fresh database on each backend, forbidden mail, cheap passwords.

`db` is a `Database` with the whole schema, once on SQLite and once on PostgreSQL (`--backend`
narrows it); `url` is its address for a process of its own. `mail` opens a real mail server.
"""

from __future__ import annotations

import os
import smtplib
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import structlog
from flask import Flask
from jinja2.bccache import Bucket, BytecodeCache

from tests import databases
from tests.club_zone import club_in
from tests.databases import BACKENDS, TEST_KEYS
from tests.postgres import Keeper
from vipclub.core.db import Database


class TemplatesOnce(BytecodeCache):
    """Templates are compiled once a process, not once an application."""

    def __init__(self) -> None:
        self._kept: dict[str, bytes] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        if bucket.key in self._kept:
            bucket.bytecode_from_string(self._kept[bucket.key])

    def dump_bytecode(self, bucket: Bucket) -> None:
        self._kept[bucket.key] = bucket.bytecode_to_string()


Flask.jinja_options = {**Flask.jinja_options, "bytecode_cache": TemplatesOnce()}
HOME = pytest.StashKey[Path]()
KEEPER = pytest.StashKey[Keeper]()


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--backend", choices=(*BACKENDS, "both"), default="both", help="for `db`")


def pytest_configure(config: pytest.Config) -> None:
    """The run's environment; the first process also owns its folder and its keeper."""
    for name in list(os.environ):
        if name.startswith("VIPCLUB_") and name != "VIPCLUB_TEST_PG_DSN":
            del os.environ[name]
    # Each process that a test starts would compile the whole club anew, which takes longer than
    # most of what it is started for.
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    given = getattr(config, "workerinput", None)
    if given is None:
        config.stash[KEEPER] = keeper = Keeper()
        home = keeper.home
    else:
        home = Path(given["home"])
    config.stash[HOME] = home
    os.environ |= {
        "VIPCLUB_ENV": "development",
        "VIPCLUB_INSTANCE": str(home / "instance"),
        "VIPCLUB_FIELD_KEYS": TEST_KEYS.dump(),
        "VIPCLUB_SECRET_KEY": "for-tests-only-0123456789-abcdefghijklmnop",
        "VIPCLUB_ARGON2_MEMORY_KIB": "8",
        "VIPCLUB_ARGON2_PASSES": "1",
    }


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node: Any) -> None:
    """What an xdist worker needs to know."""
    node.workerinput["home"] = str(node.config.stash[HOME])


def pytest_unconfigure(config: pytest.Config) -> None:
    keeper = config.stash.get(KEEPER, None)
    if keeper is None:
        return
    if dsn := os.environ.get("VIPCLUB_TEST_PG_DSN"):
        databases.clear(dsn, keeper.home.name)
    keeper.close()


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    """Whatever uses `backend` runs on each."""
    if "backend" in metafunc.fixturenames:
        chosen = metafunc.config.getoption("--backend")
        mark = metafunc.definition.get_closest_marker("only")
        able = mark.args if mark else BACKENDS
        metafunc.parametrize("backend", [b for b in able if chosen in (b, "both")])


@pytest.fixture(scope="session")
def servers(request: pytest.FixtureRequest) -> databases.Servers:
    """The templates of this process, made when first wanted."""
    return databases.Servers(request.config.stash[HOME], TEST_KEYS)


@pytest.fixture
def url(backend: str, servers: databases.Servers) -> Iterator[str]:
    """The address of a fresh database with the whole schema, of this test alone."""
    address = servers.fresh(backend)
    yield address
    servers.drop(address)


@pytest.fixture
def db(url: str) -> Iterator[Database]:
    """A fresh database with the whole schema and the club's reactions."""
    from vipclub.wiring import REACTIONS

    database = Database(url, keys=TEST_KEYS, reactions=REACTIONS)
    yield database
    database.dispose()


@pytest.fixture(autouse=True)
def _club_in_shanghai() -> Iterator[None]:
    """The zone of the settings' default; `club_in` makes it another."""
    with club_in("Asia/Shanghai"):
        yield


@pytest.fixture(autouse=True)
def _log_as_it_was() -> Iterator[None]:
    """A command that a test calls in this process says how much is logged; the next test has what
    it would have alone."""
    yield
    structlog.reset_defaults()


@pytest.fixture(autouse=True)
def _no_mail(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    if "mail" in request.fixturenames or "mail_allowed" in request.fixturenames:
        return

    def refuse(*_args: Any, **_kwargs: Any) -> None:
        raise AssertionError("a test sends mail only by the fixture `mail`")

    monkeypatch.setattr(smtplib.SMTP, "connect", refuse)


@pytest.fixture
def mail_allowed() -> None:
    """For a test with a mail server of its own."""


@pytest.fixture
def mail() -> Iterator[Any]:
    """A real mail server: `.url` for VIPCLUB_MAIL_URL, `.messages` as they came in."""
    from tests.mailbox import Mailbox

    with Mailbox() as mailbox:
        yield mailbox
