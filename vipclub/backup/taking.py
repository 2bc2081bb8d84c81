"""Taking a backup: the database at one moment, the instance's own files, and the manifest."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from fnmatch import fnmatch
from pathlib import Path

from vipclub.backup import archive, databases
from vipclub.backup.archive import Manifest
from vipclub.backup.refusals import CannotBackUp
from vipclub.core import clock, key_checks
from vipclub.core.db import Database
from vipclub.core.key_register import registered
from vipclub.keys import has_register
from vipclub.settings import Settings
from vipclub.version import __version__

FILES = "files"
"""The folder in a backup for the instance's own files."""
LEFT_OUT: Mapping[str, str] = {
    ".*": "drafts",
    "*.db": "the database, which has its own copy",
    "*.db-*": "the database's log",
    "keys.json": "keys are kept elsewhere",
    "demo.json": "the demo's sign-ins",
    "feeds": "the demo's files",
    "mail": "letters that were written to files: what they said is in the database",
    "vipclub-*.tar": "backups",
}
"""What of the instance's folder is in no backup -> why."""


def name_now() -> str:
    """The name of a backup in a folder: when it was taken, in UTC."""
    return f"vipclub-{clock.now():%Y%m%dT%H%M%SZ}.tar"


def take(database: Database, settings: Settings, target: Path) -> tuple[Path, Manifest]:
    """Write a backup to `target`, a new file, or into it, a folder that is there; gives the file
    and what it says of itself. Raises CannotBackUp."""
    file = target / name_now() if target.is_dir() else target
    if file.exists():
        raise CannotBackUp(f"{file} is there already: no backup replaces another.")
    if not file.parent.is_dir():
        raise CannotBackUp(f"There is no folder {file.parent}.")
    if file.suffix != ".tar":  # a folder's name, mostly: the next night would find a file there
        raise CannotBackUp(f"There is no folder {file}: make it, or name a file that ends in .tar.")
    with _working_folder(file.parent) as folder:
        began = clock.now()
        name = databases.NAMES[database.dialect]
        copied = databases.copy(database, folder / name)
        paths = {name: folder / name, **instance_files(settings.instance)}
        manifest = Manifest(
            taken_at=began,
            version=__version__,
            dialect=database.dialect,
            server=copied.server,
            revision=copied.revision,
            database=name,
            rows=copied.rows,
            keys=_needed(database, settings),
            files=tuple(archive.packed(name, path) for name, path in paths.items()),
        )
        try:
            archive.write(file, manifest, paths)
        except FileExistsError as error:
            raise CannotBackUp(f"{file} is there already: no backup replaces another.") from error
    return file, manifest


def _needed(database: Database, settings: Settings) -> dict[str, str]:
    """The keys that open the backup: those of the settings, without what is retired or only held
    for later."""
    with database.read() as session:
        known = registered(session) if has_register(session) else []
    idle = {(key.kind, key.number) for key in known if not key.needed}
    checks = key_checks.numbered_checks(settings.keys)
    return {key_checks.name_of(*key): check for key, check in checks.items() if key not in idle}


@contextmanager
def _working_folder(parent: Path) -> Iterator[Path]:
    """Beside the backup, where the room for it is; nobody else's, and gone afterwards."""
    folder = Path(tempfile.mkdtemp(prefix=".vipclub-backup-", dir=parent))
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def instance_files(instance: Path) -> dict[str, Path]:
    """The instance's own files by their names in a backup."""
    found = {}
    for path in sorted(instance.rglob("*")) if instance.is_dir() else []:
        parts = path.relative_to(instance).parts
        left_out = any(fnmatch(part, pattern) for part in parts for pattern in LEFT_OUT)
        if path.is_file() and not path.is_symlink() and not left_out:
            found["/".join((FILES, *parts))] = path
    return found
