"""The club's database as every process opens it: settings in, a `Database` with reactions out."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.engine import make_url

from vipclub.core import clock
from vipclub.core.club_name import settle_club_name
from vipclub.core.db import Database
from vipclub.core.private_files import private_file, private_folder
from vipclub.settings import Settings
from vipclub.wiring import REACTIONS


def open_database(settings: Settings, *, pool_size: int = 4) -> Database:
    """The database that the settings name, with the table of reactions. One a process: it
    counts its days in the settings' zone and has their name of the club from here on."""
    clock.settle_zone(settings.time_zone)
    settle_club_name(settings.club_name)
    if settings.database_url.startswith("sqlite:///"):
        private_folder(settings.instance)
        _keep_private(settings)
    return Database(
        settings.database_url, keys=settings.keys, reactions=REACTIONS, pool_size=pool_size
    )


def _keep_private(settings: Settings) -> None:
    """SQLite gives its files beside the database's the mode that this one has."""
    path = Path(make_url(settings.database_url).database or "")
    if path.parent.absolute() == settings.instance.absolute():
        private_file(path)
