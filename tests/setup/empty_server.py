"""A machine on which a new club is set up, and what is answered there."""

from __future__ import annotations

import json
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import func, select

from tests.terminal import vipclub
from vipclub.accounts import Account
from vipclub.bookings import BookingPolicy
from vipclub.core.audit import AuditRow
from vipclub.core.crypto import FieldKeys
from vipclub.core.db import Database
from vipclub.migration import standing
from vipclub.people import Subsidiary

BASE = "https://club.example"


@dataclass(frozen=True)
class EmptyServer:
    """`environment` holds no setting that is asked for; `folder` is where the command runs."""

    environment: dict[str, str]
    folder: Path
    database_url: str
    mail_url: str

    @property
    def env_file(self) -> Path:
        return self.folder / ".env"

    def answers(self, **others: Any) -> dict[str, Any]:
        """Right ones; None leaves one out."""
        said = {
            "operator": "Lin Yue",
            "hotline": "400-820-8820",
            "hotline_abroad": "+852 2890 1234",
            "base_url": BASE,
            "database_url": self.database_url,
            "mail_url": self.mail_url,
            "proxies": 1,
            "standard_policy": True,
            "allow_sqlite": self.database_url.startswith("sqlite"),
            "administrator": {"name": "Zhao Min", "login": "zhao@club.example", "language": "en"},
            "company": [{"code": "LIFE", "name": "Harbour Life"}],
        }
        return {name: value for name, value in {**said, **others}.items() if value is not None}

    def set_up(self, *words: str, **others: Any) -> subprocess.CompletedProcess[str]:
        """The command with a file of answers, where nobody can be asked."""
        path = self.folder / "answers.toml"
        path.write_text(toml_of(self.answers(**others)), encoding="utf-8")
        return self.run("setup", "--answers", str(path), "--yes", *words)

    def run(self, *words: str) -> subprocess.CompletedProcess[str]:
        return vipclub(self.environment, *words, folder=self.folder)

    def report(self, **others: Any) -> dict[str, Any]:
        """What the command reports, when it succeeds."""
        done = self.set_up("--json", **others)
        assert done.returncode == 0, done.stderr
        said: dict[str, Any] = json.loads(done.stdout)
        return said

    def counts(self) -> dict[str, int]:
        """How many rows of what a new club has are there."""
        database = Database(self.database_url, keys=FieldKeys.generate(), pool_size=1)
        try:
            with database.read() as session:
                return {
                    table.__tablename__: session.execute(
                        select(func.count()).select_from(table)
                    ).scalar_one()
                    for table in (Account, Subsidiary, BookingPolicy, AuditRow)
                }
        finally:
            database.dispose()

    def has_tables(self) -> bool:
        """Whether the schema was ever brought up."""
        database = Database(self.database_url, keys=FieldKeys.generate(), pool_size=1)
        try:
            return standing(database) is not None
        finally:
            database.dispose()


def toml_of(answers: dict[str, Any]) -> str:
    """As a person writes them: plain values first, then the tables."""
    plain = {name: value for name, value in answers.items() if name not in TABLES}
    lines = [f"{name} = {_value(value)}" for name, value in plain.items()]
    for name, opened in TABLES.items():
        rows = answers.get(name, [])
        for row in rows if isinstance(rows, list) else [rows]:
            lines += [opened, *(f"{key} = {_value(value)}" for key, value in row.items())]
    return "\n".join(lines) + "\n"


TABLES = {"administrator": "[administrator]", "company": "[[company]]"}


def _value(value: object) -> str:
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key} = {_value(one)}" for key, one in value.items()) + "}"
    return json.dumps(value, ensure_ascii=False)
