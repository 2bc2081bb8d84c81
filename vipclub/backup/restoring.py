"""Bringing a backup back: into a place of its own to see whether it can be, or into an empty
club."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy.engine import make_url

from vipclub import migration
from vipclub.backup import archive, databases
from vipclub.backup.archive import Manifest
from vipclub.backup.refusals import CannotBackUp, CannotRestore
from vipclub.backup.taking import FILES
from vipclub.core import key_checks
from vipclub.core.db import Database
from vipclub.core.invariants import Outcome, verify
from vipclub.settings import Settings
from vipclub.wiring import INVARIANTS


@dataclass(frozen=True, slots=True)
class Restored:
    """What was brought back, and what was found in it. `upgraded` is the migration that it was
    brought to, where the backup was older."""

    manifest: Manifest
    outcomes: list[Outcome]
    upgraded: str | None
    files: int

    @property
    def whole(self) -> bool:
        return not any(outcome.count for outcome in self.outcomes)


def check(database: Database, settings: Settings, file: Path, *, into: str | None) -> Restored:
    """Restore into a place made for it and gone afterwards, or into an empty database; look there
    whether all is true. `database` is the club's, which is left alone. Raises CannotRestore."""
    with _unpacked(settings, file) as (manifest, paths):
        folder = paths[manifest.database].parent
        if into is not None:
            with databases.opened(make_url(into), settings.keys) as target:
                return _restored(target, manifest, paths)
        if manifest.dialect != database.dialect:
            raise CannotRestore(_other_dialect(manifest, database))
        with databases.fresh(database, settings.keys, folder) as target:
            return _restored(target, manifest, paths)


def restore(database: Database, settings: Settings, file: Path) -> Restored:
    """Restore into the club's own database and folder, which must be empty. Raises
    CannotRestore."""
    with _unpacked(settings, file) as (manifest, paths):
        own = {
            settings.instance.joinpath(*name.split("/")[1:]): path
            for name, path in paths.items()
            if name.startswith(f"{FILES}/")
        }
        there = next((place for place in own if place.exists()), None)
        if there is not None:
            raise CannotRestore(f"{there} is there already: nothing is restored over it.")
        restored = _restored(database, manifest, paths)
        for place, path in own.items():
            place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            shutil.move(path, place)
            os.chmod(place, archive.READ_BY_ITS_OWNER)
        return restored


@contextmanager
def _unpacked(settings: Settings, file: Path) -> Iterator[tuple[Manifest, dict[str, Path]]]:
    """The manifest, once the keys are known to fit, and what it lists, in a folder beside."""
    manifest = archive.read_manifest(file)
    missing = key_checks.missing(manifest.keys, settings.keys)
    if missing:
        named = ", ".join(f"{name} (check value {check})" for name, check in missing.items())
        raise CannotRestore(
            f"VIPCLUB_FIELD_KEYS lacks keys that the backup needs, or has others: {named}."
        )
    folder = Path(tempfile.mkdtemp(prefix=".vipclub-restore-", dir=file.absolute().parent))
    try:
        yield manifest, archive.unpack(file, manifest, folder)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _restored(target: Database, manifest: Manifest, paths: dict[str, Path]) -> Restored:
    """Into an empty database: loaded, counted, brought to the newest migration, looked at."""
    if target.dialect != manifest.dialect:
        raise CannotRestore(_other_dialect(manifest, target))
    place = target.url.database
    if not databases.is_empty(target):
        raise CannotRestore(f"{place} has tables: nothing is restored over a club.")
    known = [one.revision for one in migration.history()]
    if manifest.revision not in known:
        raise CannotRestore(
            f"The backup is of migration {manifest.revision}, by vipclub {manifest.version}: "
            "this version doesn't know it."
        )
    try:
        databases.load(paths[manifest.database], target)
    except CannotBackUp as error:  # no program for it
        raise CannotRestore(str(error)) from error
    _count(target, manifest)
    upgraded = None
    if manifest.revision != known[-1]:
        migration.upgrade(target)
        upgraded = known[-1]
    outcomes = list(verify(target, INVARIANTS))
    return Restored(manifest, outcomes, upgraded, len(paths) - 1)


def _count(target: Database, manifest: Manifest) -> None:
    """Every table has the rows that it had."""
    with target.read() as session:
        found = databases.rows_of(session.connection())
    differing = [name for name, rows in manifest.rows.items() if found.get(name) != rows]
    if differing:
        raise CannotRestore(f"Rows are missing after restoring, in {', '.join(differing)}.")


def _other_dialect(manifest: Manifest, database: Database) -> str:
    return f"The backup is of {manifest.dialect}, and the database named is {database.dialect}."
