"""The tests' own ground: fresh databases, counted statements, no mail."""

from __future__ import annotations

import smtplib
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sqlalchemy import create_engine, inspect, text

from tests.house.source import ROOT
from tests.statements import statements
from vipclub.core.db import Database


def test_a_database_comes_with_its_tables_and_goes_with_the_test(db: Database, url: str) -> None:
    assert "audit" in inspect(db.engine).get_table_names()
    assert db.dialect == url.partition(":")[0].partition("+")[0]


def test_statements_are_counted_but_not_what_surrounds_them(db: Database) -> None:
    with statements(at_most=1) as counted:
        with db.read() as session:
            session.execute(text("SELECT 1"))
    assert len(counted) == 1
    with pytest.raises(AssertionError, match="2. SELECT 2"):
        with statements(at_most=1), create_engine("sqlite://").begin() as connection:
            connection.execute(text("SELECT 1"))
            connection.execute(text("SELECT 2"))


def test_mail_is_forbidden_unless_a_test_opens_it() -> None:
    with pytest.raises(AssertionError, match="fixture `mail`"):
        smtplib.SMTP("127.0.0.1", 25)


def test_an_opened_mail_server_keeps_what_it_is_sent(mail: Any) -> None:
    host, _, port = mail.url.removeprefix("smtp://").partition(":")
    with smtplib.SMTP(host, int(port)) as server:
        server.sendmail("club@example.com", ["lin@example.com"], "Subject: Welcome\n\nYour card")
    assert mail.messages[0]["Subject"] == "Welcome"
    assert mail.recipients == [["lin@example.com"]]


@pytest.mark.slow
def test_a_run_that_dies_leaves_no_server_and_no_file() -> None:
    """The keeper lives on its own and sees the run's end by the pipe alone."""
    code = (
        "import os, signal; from tests.postgres import Keeper, ask; keeper = Keeper();"
        "print(keeper.home, ask(keeper.home), flush=True); os.kill(os.getpid(), signal.SIGKILL)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, stdout=subprocess.PIPE, text=True, check=False
    )
    home, dsn = done.stdout.split()
    for _ in range(100):
        if not Path(home).exists():
            break
        time.sleep(0.1)
    assert not Path(home).exists()
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(dsn, connect_timeout=2)
