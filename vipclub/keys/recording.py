"""The register's rows, written when a database is first opened by a club with keys, and whenever a
key comes that it doesn't know yet."""

from __future__ import annotations

from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database, insert_ignore
from vipclub.core.key_checks import check_value, numbered_checks
from vipclub.core.key_register import HELD, IN_FORCE, SECRET, ClubKey, RegisteredKey, registered
from vipclub.keys.fitting import has_register, refuse_wrong_keys
from vipclub.settings import Settings

CLUB = Actor.system("record_keys")


def record_keys(database: Database, settings: Settings) -> None:
    """Put the keys of the settings into the register, once they are known to be the club's own.
    Raises WrongKeys; nothing where there is no register yet."""
    refuse_wrong_keys(database, settings)
    with database.read() as session:
        if not has_register(session):
            return
        wanted = _unknown(registered(session), settings)
    if wanted:
        database.run(_record, settings)
        refuse_wrong_keys(database, settings)  # another process may have been first, with others
    database.learn_keys(at_once=True)


def _record(session: Session, settings: Settings) -> None:
    known = registered(session)
    now, unknown = clock.now(), _unknown(known, settings)
    for (kind, number), check in unknown.items():
        # of a new register the newest are in force, and all that it begins with may be needed
        first = all(key.kind != kind for key in known)
        newest = max(other for of, other in unknown if of == kind)
        row = {
            "kind": kind,
            "number": number,
            "check_value": check,
            "state": IN_FORCE if first and number == newest else HELD,
            "held_at": now,
            "in_force_at": now if first else None,
        }
        if insert_ignore(session, ClubKey.__table__, row, conflict=["kind", "number"]):
            audit.write(
                session,
                CLUB,
                "key.record",
                subject=("key", f"{kind}/{number}"),
                after={"check": check, "state": row["state"]},
                at=now,
            )


def _unknown(known: list[RegisteredKey], settings: Settings) -> dict[tuple[str, int], str]:
    """The keys of the settings that the register hasn't, with their check values. Secrets have no
    number of their own: they get the next ones, the first of the setting the last."""
    numbers = {(key.kind, key.number) for key in known}
    found = {
        which: check
        for which, check in numbered_checks(settings.keys).items()
        if which not in numbers
    }
    secrets = {key.check_value: key.number for key in known if key.kind == SECRET}
    last = max(secrets.values(), default=0)
    for secret in reversed(settings.secrets):
        check = check_value(secret.encode())
        if check not in secrets:
            last += 1
            found[SECRET, last] = check
            secrets[check] = last
    return found
