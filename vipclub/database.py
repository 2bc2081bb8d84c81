"""The club's database as every process opens it: settings in, a `Database` with reactions out."""

from __future__ import annotations

from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.settings import Settings
from vipclub.wiring import REACTIONS


def open_database(settings: Settings, *, pool_size: int = 4) -> Database:
    """The database that the settings name, with the table of reactions. One a process: it
    counts its days in the settings' zone from here on."""
    clock.settle_zone(settings.time_zone)
    if settings.database_url.startswith("sqlite:///"):
        settings.instance.mkdir(parents=True, exist_ok=True)
    return Database(
        settings.database_url, keys=settings.keys, reactions=REACTIONS, pool_size=pool_size
    )
