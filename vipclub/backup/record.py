"""That a backup was taken, in the club's own trail: the backup itself doesn't hold it."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from vipclub.backup.archive import Manifest
from vipclub.core import audit, notices
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Refused


def put_on_record(database: Database, file: Path, manifest: Manifest) -> bool:
    """In the trail, and for the page of first steps; False where the database can't take it, such
    as one that waits for its upgrade. The backup is good all the same."""

    def write(session: Session) -> None:
        notices.note(session, notices.BACKUP_TAKEN)
        audit.write(
            session,
            Actor.system("vipclub backup", channel="cli"),
            "backup.take",
            subject=("backup", file.name[:64]),
            after={"rows": sum(manifest.rows.values()), "revision": manifest.revision},
        )

    try:
        database.run(write)
    except (Refused, DBAPIError):
        return False
    return True
