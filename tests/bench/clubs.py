"""Clubs to measure, filled once by the demo and copied for each measurement."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any
from unittest import mock

from tests.bench.durable_postgres import DurablePostgres, free_port
from vipclub.core.db import Database
from vipclub.database import open_database
from vipclub.settings import Settings

ROOT = Path(__file__).resolve().parents[2]
COMMAND = [sys.executable, "-m", "vipclub.cli"]
MADE_BY = ("vipclub/demo", "migrations/versions")
"""What a filled club comes of: another content is another club."""


@dataclass(frozen=True)
class BenchClub:
    """A filled club: its database, its folder, and what `demo.json` says."""

    url: str
    instance: Path
    demo: dict[str, Any]
    port: int

    @property
    def env(self) -> dict[str, str]:
        """The environment of a process of this club."""
        kept = {name: value for name, value in os.environ.items() if "VIPCLUB_" not in name}
        return kept | {
            "VIPCLUB_ENV": "development",
            "VIPCLUB_DATABASE_URL": self.url,
            "VIPCLUB_INSTANCE": str(self.instance),
            "VIPCLUB_BASE_URL": f"http://127.0.0.1:{self.port}",
        }

    @contextmanager
    def database(self) -> Iterator[Database]:
        """Its database in this process, with the club's own keys and none of the environment's."""
        with mock.patch.dict(os.environ, self.env, clear=True):
            database = open_database(Settings.load())
        try:
            yield database
        finally:
            database.dispose()

    def call(self, *words: str) -> str:
        """A command to its end; what it said. Raises CalledProcessError."""
        done = subprocess.run(
            [*COMMAND, *words], cwd=ROOT, env=self.env, check=True, capture_output=True, text=True
        )
        return done.stdout


class Clubs:
    """The clubs of a server; kept between runs where the server's folder is. A club is of one
    day, since a demo is filled around today."""

    def __init__(self, server: DurablePostgres, folder: Path) -> None:
        self.server = server
        self._folder = folder

    def filled(self, people: int) -> BenchClub:
        """A club of so many people through the demo, to be left as it is."""
        return self.made(str(people), lambda club: _fill(club, people))

    def made(
        self, name: str, make: Callable[[BenchClub], None], *, like: str = "", by: str = ""
    ) -> BenchClub:
        """The club of this name, made by `make` when it isn't there yet. `like` names a filled club
        whose database and folder it begins with, `by` the file that says how it goes on."""
        base, mark = f"club_{name}", _mark(MADE_BY)
        database = base + (_mark((*MADE_BY, by)) if by else mark)
        instance = self._folder / database
        if database not in self.server.names() or not (instance / "demo.json").exists():
            self._drop_older(base)
            draft = database + "_draft"
            first = f"club_{like}{mark}"
            self.server.drop(draft)
            shutil.rmtree(instance, ignore_errors=True)
            if like:
                shutil.copytree(self._folder / first, instance)
            else:
                instance.mkdir(parents=True)
            self.server.create(draft, like=first if like else "template0")
            with self.server.hurrying():
                make(BenchClub(self.server.url(draft), instance, {}, free_port()))
                with self.server.ask(draft) as connection:
                    connection.execute("VACUUM ANALYZE")
            self.server.rename(draft, database)
        return self._club(database, instance)

    @contextmanager
    def copy(self, club: BenchClub) -> Iterator[BenchClub]:
        """The same club to change at will, gone afterwards."""
        original = club.url.rpartition("/")[2]
        name = f"run_{original}"
        self.server.drop(name)
        self.server.create(name, like=original)
        try:
            yield self._club(name, club.instance)
        finally:
            self.server.drop(name)

    def _club(self, database: str, instance: Path) -> BenchClub:
        demo = json.loads((instance / "demo.json").read_text())
        return BenchClub(self.server.url(database), instance, demo, free_port())

    def _drop_older(self, base: str) -> None:
        """Those of another day: their dates have passed."""
        today = f"{date.today():%Y%m%d}"
        for name in self.server.names():
            if name.startswith(f"{base}_") and f"_{today}_" not in name:
                self.server.drop(name)
                shutil.rmtree(self._folder / name, ignore_errors=True)


def _fill(club: BenchClub, people: int) -> None:
    club.call("demo", "--people", str(people))


def _mark(places: tuple[str, ...]) -> str:
    """The day, and a hash over what makes a club."""
    digest = hashlib.sha256()
    for place in places:
        found = ROOT / place
        files = sorted(found.rglob("*")) if found.is_dir() else [found]
        for path in files:
            if path.suffix in {".py", ".toml"}:
                digest.update(path.read_bytes())
    return f"_{date.today():%Y%m%d}_{digest.hexdigest()[:8]}"
