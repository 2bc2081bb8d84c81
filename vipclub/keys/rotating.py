"""Putting a key in force that all processes hold, and giving one up that no row needs."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from vipclub.core import audit, clock, key_holders
from vipclub.core.actor import Actor
from vipclub.core.crypto import KINDS
from vipclub.core.db import insert_ignore
from vipclub.core.key_checks import check_value
from vipclub.core.key_register import (
    HELD,
    IN_FORCE,
    RETIRED,
    SECRET,
    ClubKey,
    RegisteredKey,
    registered,
)
from vipclub.core.sealing_anew import seal_noted
from vipclub.core.unreadable_rows import in_words
from vipclub.keys.progress import COUNTED, count_needed, unreadable_needing
from vipclub.settings import Settings
from vipclub.wiring import SEALED

SETTLED = timedelta(minutes=5)
"""So long after a key was put in force nobody writes with the one before: processes ask twice a
minute, and no transaction takes so long."""
SIGN_INS_LAST = timedelta(days=90)
"""The longest that a cookie is good."""
ALL_KINDS = (*KINDS, SECRET)


class KeyRefused(RuntimeError):
    """Nothing was changed: why, in a sentence for the operator."""


def put_in_force(
    session: Session, actor: Actor, settings: Settings, *, kind: str, number: int | None = None
) -> int:
    """Write with a key from now on: the newest that is held and was never in force, or the one with
    the number. Gives its number. Raises KeyRefused."""
    known = [key for key in registered(session) if key.kind == kind]
    chosen = _chosen(known, kind, number)
    if chosen.check_value not in checks_held(settings):
        raise KeyRefused(
            f"The {kind} key {chosen.number} isn't in this command's settings: run it "
            "with the value that all processes have."
        )
    lacking = key_holders.without(session, chosen.check_value)
    if lacking:
        one = len(lacking) == 1
        raise KeyRefused(
            f"{len(lacking)} of the running processes {'lacks' if one else 'lack'} the {kind} key "
            f"{chosen.number}: start {'it' if one else 'them'} again with the new value "
            f"({', '.join(lacking[:5])})."
        )
    before = next((key.number for key in known if key.state == IN_FORCE), None)
    now = clock.now()
    ended = before is None or _change(session, kind, before, IN_FORCE, state=HELD)
    begun = ended and _change(session, kind, chosen.number, HELD, state=IN_FORCE, in_force_at=now)
    if not begun:
        raise KeyRefused(
            f"Somebody else changed the {kind} keys meanwhile: `vipclub keys status` tells how "
            "they stand."
        )
    audit.write(
        session,
        actor,
        "key.rotate",
        subject=("key", f"{kind}/{chosen.number}"),
        before=before,
        after=chosen.number,
        at=now,
    )
    return chosen.number


def _chosen(known: Sequence[RegisteredKey], kind: str, number: int | None) -> RegisteredKey:
    new = [key for key in known if key.state == HELD and key.in_force_at is None]
    if number is not None:
        new = [key for key in new if key.number == number]
    if not new:
        raise KeyRefused(
            f"No new {kind} key is held: `vipclub keys add --kind {kind}` prints a value with one, "
            "with which every process is started again."
        )
    return max(new, key=lambda key: key.number)


def take_the_secret(session: Session, actor: Actor, settings: Settings) -> int:
    """The club's secret key is lost: the one of the settings is in force at once, and everybody
    signs in again. Raises KeyRefused for one that was given up."""
    known = [key for key in registered(session) if key.kind == SECRET]
    check = check_value(settings.secrets[0].encode())
    own = next((key for key in known if key.check_value == check), None)
    if own is not None and own.state == IN_FORCE:
        raise KeyRefused("The secret key of the settings is in force already.")
    if own is not None and own.state == RETIRED:
        raise KeyRefused("The secret key of the settings was retired: write a new one.")
    now = clock.now()
    for key in known:
        if key.state != RETIRED and key is not own:
            _change(session, SECRET, key.number, key.state, state=RETIRED, retired_at=now)
    number = own.number if own else max((key.number for key in known), default=0) + 1
    if not _secret_in_force(session, number, check, now, held=own is not None):
        raise KeyRefused("The secret keys were changed meanwhile.")
    audit.write(
        session, actor, "key.lost", subject=("key", f"{SECRET}/{number}"), after=number, at=now
    )
    return number


def _secret_in_force(
    session: Session, number: int, check: str, now: datetime, *, held: bool
) -> bool:
    """One that processes hold already, or one more."""
    if held:
        return _change(session, SECRET, number, HELD, state=IN_FORCE, in_force_at=now)
    row = {
        "kind": SECRET,
        "number": number,
        "check_value": check,
        "state": IN_FORCE,
        "held_at": now,
        "in_force_at": now,
    }
    return insert_ignore(session, ClubKey.__table__, row, conflict=["kind", "number"])


def retire(
    session: Session,
    actor: Actor,
    *,
    kind: str,
    number: int,
    end_sign_ins: bool = False,
    unreadable: int = 0,
) -> None:
    """Give a key up: processes no longer look for anything under it, and it may leave the settings.
    Raises KeyRefused while anything needs it, but for rows that open with no key: they stay as they
    are when their number, `unreadable`, is said."""
    known = [key for key in registered(session) if key.kind == kind]
    key = next((one for one in known if one.number == number), None)
    if key is None or key.state == RETIRED:
        raise KeyRefused(f"There is no {kind} key {number} that is held.")
    if key.state == IN_FORCE:
        raise KeyRefused(f"The {kind} key {number} is in force: put another in force first.")
    now = clock.now()
    without: dict[str, list[int]] = {}
    if key.in_force_at is not None:
        since = next(one.in_force_at for one in known if one.state == IN_FORCE)
        _refuse_young(kind, number, since, now, end_sign_ins)
        without = _refuse_needed(session, kind, number)
    _refuse_unsaid(kind, number, without, unreadable)
    if not _change(session, kind, number, HELD, state=RETIRED, retired_at=now):
        raise KeyRefused(
            f"Somebody else changed the {kind} key {number} meanwhile: `vipclub keys status` tells "
            "how it stands."
        )
    audit.write(
        session,
        actor,
        "key.retire",
        subject=("key", f"{kind}/{number}"),
        after={"unreadable": in_words(without, most=100)} if without else None,
        at=now,
    )


def _refuse_young(
    kind: str, number: int, since: datetime | None, now: datetime, end_sign_ins: bool
) -> None:
    if kind == "mac":
        raise KeyRefused(
            f"The mac key {number} signed records of the audit trail, which are never signed anew: "
            "it is held as long as they are."
        )
    young = now - since if since else timedelta(0)
    if kind == SECRET and young < SIGN_INS_LAST and not end_sign_ins:
        raise KeyRefused(
            f"The secret key {number} may have signed cookies that are good until "
            f"{now - young + SIGN_INS_LAST:%Y-%m-%d}: with --end-sign-ins it ends them."
        )
    if kind != SECRET and young < SETTLED:
        raise KeyRefused(
            f"Processes may still write with the {kind} key {number} until "
            f"{now - young + SETTLED:%H:%M:%S} UTC."
        )


def _refuse_needed(session: Session, kind: str, number: int) -> dict[str, list[int]]:
    """Refused while a row needs the key that could do without. Gives the ids, by table, of rows
    that can't, since they open with no key: each was tried once more, and stays locked."""
    if kind not in COUNTED:
        return {}
    _try_again(session)
    needed, without = count_needed(session, kind, number), unreadable_needing(session, kind, number)
    needed = {name: rows - len(without.get(name, ())) for name, rows in needed.items()}
    told = ", ".join(f"{rows:,} of {table}" for table, rows in needed.items() if rows)
    if told:
        raise KeyRefused(
            f"Rows still need the {kind} key {number} ({told}): the job seal-anew seals them with "
            "the one in force."
        )
    return without


def _try_again(session: Session) -> None:
    """What opens now of the rows that opened with no key is sealed. Refused while somebody else
    holds one of them: it may be mended in this moment."""
    for table in SEALED:
        after: int | None = 0
        while after is not None:
            batch = seal_noted(session, table, before=clock.now(), after=after)
            if batch.skipped:
                raise KeyRefused(
                    f"{batch.skipped:,} of the rows of {table.name} that can't be read are being "
                    "changed by somebody else: run this again in a minute."
                )
            after = batch.last_id


def _refuse_unsaid(kind: str, number: int, without: dict[str, list[int]], said: int) -> None:
    """Rows that nobody can ever read again are given up by whoever says how many they are."""
    found = sum(len(ids) for ids in without.values())
    if found == said:
        return
    if not found:
        raise KeyRefused(f"No row that opens with no key is under the {kind} key {number}.")
    raise KeyRefused(
        f"{found:,} of the rows under the {kind} key {number} can't be read ({in_words(without)}): "
        f"bring them back from a backup, or leave them unreadable with --unreadable {found}."
    )


def look_again(session: Session, *, kind: str) -> None:
    """Have the job look through all rows again, though it had come to the end: a process that knew
    late may have written since."""
    if kind in COUNTED:
        session.execute(
            update(ClubKey)
            .where(ClubKey.kind == kind, ClubKey.state == IN_FORCE)
            .values(sealed_at=None)
            .execution_options(synchronize_session=False)
        )


def checks_held(settings: Settings) -> list[str]:
    """The check values of all keys that the settings hold."""
    keys = (key for kind in KINDS for key in settings.keys.of(kind).values())
    secrets = (secret.encode() for secret in settings.secrets)
    return [check_value(key) for key in (*keys, *secrets)]


def _change(session: Session, kind: str, number: int | None, before: str, **values: object) -> bool:
    changed: Any = session.execute(
        update(ClubKey)
        .where(ClubKey.kind == kind, ClubKey.number == number, ClubKey.state == before)
        .values(**values)
        .execution_options(synchronize_session=False)
    )
    return bool(changed.rowcount == 1)
