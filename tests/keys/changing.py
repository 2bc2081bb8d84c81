"""Changing a key of a test's club: who holds which, and what time has gone by."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

from pydantic import SecretStr
from sqlalchemy import update

from vipclub.core.actor import Actor
from vipclub.core.crypto import FieldKeys
from vipclub.core.db import Database
from vipclub.core.key_register import ClubKey
from vipclub.keys import record_keys
from vipclub.keys.rotating import put_in_force
from vipclub.settings import Settings
from vipclub.wiring import REACTIONS

KEEPER = Actor.system("keeper", "cli")


def with_more(keys: FieldKeys, *kinds: str) -> FieldKeys:
    """The same with a second key of these kinds, as `vipclub keys add` prints it."""
    new = FieldKeys.generate()
    some = {
        kind: {**keys.of(kind), 2: new.of(kind)[1]} if kind in kinds else keys.of(kind)
        for kind in ("encryption", "index", "mac")
    }
    return FieldKeys(**some)


def settings_with(db: Database, keys: FieldKeys, folder: Path) -> Settings:
    return Settings(
        env="development",
        database_url=db.url.render_as_string(hide_password=False),
        secret_key=SecretStr(os.environ["VIPCLUB_SECRET_KEY"]),
        field_keys=SecretStr(keys.dump()),
        instance=folder,
    )


def opened(db: Database, keys: FieldKeys) -> Database:
    """The same database as a process with these keys opens it."""
    return Database(db.url, keys=keys, reactions=REACTIONS)


def rotate(db: Database, keys: FieldKeys, folder: Path, *kinds: str) -> None:
    """Both steps at once: the keys are recorded as held, then put in force."""
    settings = settings_with(db, keys, folder)
    record_keys(db, settings)
    for kind in kinds:
        db.run(put_in_force, KEEPER, settings, kind=kind)
    db.learn_keys(at_once=True)


def let_settle(db: Database) -> None:
    """As if the keys in force had been put in force some minutes earlier."""
    with db.engine.begin() as connection:
        rows = connection.execute(ClubKey.__table__.select()).all()
        for row in rows:
            if row.in_force_at is not None:
                connection.execute(
                    update(ClubKey.__table__)  # type: ignore[arg-type]
                    .where(ClubKey.kind == row.kind, ClubKey.number == row.number)
                    .values(in_force_at=row.in_force_at - timedelta(minutes=6))
                )
