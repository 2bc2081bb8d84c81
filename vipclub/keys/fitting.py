"""Whether the settings hold this club's own keys, and the refusal to start where they don't."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from vipclub.core.crypto import KINDS
from vipclub.core.db import Database
from vipclub.core.key_checks import check_value, numbered_checks
from vipclub.core.key_register import IN_FORCE, RETIRED, SECRET, ClubKey, RegisteredKey, registered
from vipclub.keys.evidence import keys_that_do_not_open
from vipclub.settings import Settings, SettingsError
from vipclub.wiring import SEALED

APART = (
    ": the file and the database don't belong together, so bring back the file that does, "
    "or begin with an empty database."
)


class WrongKeys(SettingsError):
    """Why this club doesn't start with these keys: a sentence each, on a line of its own."""

    def __init__(self, sentences: Sequence[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = tuple(sentences)


def refuse_wrong_keys(database: Database, settings: Settings) -> None:
    """Raises WrongKeys with all that is amiss; a database without tables is asked nothing."""
    amiss = keys_amiss(database, settings)
    if amiss:
        raise WrongKeys(amiss)


def keys_amiss(database: Database, settings: Settings) -> list[str]:
    """What is wrong with the keys of the settings, a sentence each. Before the register is written,
    the data is asked."""
    with database.read() as session:
        if not has_register(session):
            return []
        known = registered(session)
        if known:
            return [*_field_keys_amiss(known, settings), *_secret_amiss(known, settings)]
        unfit = keys_that_do_not_open(session, settings.keys, SEALED)
    checks = numbered_checks(settings.keys)
    return [
        f"{_holder(settings)} {_has(kind, number, checks.get((kind, number)))} this club's data was"
        f" written with{_instead(settings)}"
        for kind, number in unfit
    ]


def has_register(session: Session) -> bool:
    """Whether the database has the table at all: an older schema doesn't."""
    return inspect(session.connection()).has_table(ClubKey.__tablename__)


def _field_keys_amiss(known: Sequence[RegisteredKey], settings: Settings) -> list[str]:
    held = numbered_checks(settings.keys)
    amiss = []
    for key in known:
        ours = held.get((key.kind, key.number))
        if key.kind not in KINDS or key.state == RETIRED or ours == key.check_value:
            continue
        if ours is None and not key.needed:
            continue  # held by others so far, and nothing is written with it
        amiss.append(
            f"{_holder(settings)} {_has(key.kind, key.number, ours)} this club has, whose check "
            f"value is {key.check_value}{_instead(settings)}"
        )
    return amiss


def _has(kind: str, number: int, ours: str | None) -> str:
    if ours is None:
        return f"lacks the {kind} key {number} that"
    return f"holds another {kind} key {number} (check value {ours}) than the one that"


def _holder(settings: Settings) -> str:
    return _kept_file(settings, "field_keys") or "VIPCLUB_FIELD_KEYS"


def _instead(settings: Settings) -> str:
    if _kept_file(settings, "field_keys"):
        return APART
    return ": write the club's own keys, as they were kept when it was opened."


def _kept_file(settings: Settings, name: str) -> str | None:
    """Development's file of keys, when these are from there."""
    path = settings.instance / "keys.json"
    if settings.production or not path.exists():
        return None
    kept: Mapping[str, str] = json.loads(path.read_text())
    given = settings.field_keys if name == "field_keys" else settings.secret_key
    return str(path) if kept.get(name) == given.get_secret_value() else None


def _secret_amiss(known: Sequence[RegisteredKey], settings: Settings) -> list[str]:
    """A changed secret key would end all sign-ins, so it is changed in two steps too."""
    held = {check_value(secret.encode()) for secret in settings.secrets}
    chosen = next((k for k in known if k.kind == SECRET and k.state == IN_FORCE), None)
    if chosen is None or chosen.check_value in held:
        return []
    ours = ", ".join(sorted(held))
    theirs = f"this club has, whose check value is {chosen.check_value}"
    if path := _kept_file(settings, "secret_key"):
        return [f"{path} holds another secret key (check value {ours}) than {theirs}{APART}"]
    lost = "`vipclub keys rotate --kind secret --lost` takes this one"
    other = f"VIPCLUB_SECRET_KEY is another (check value {ours}) than {theirs}"
    return [
        f"{other}: it would end all sign-ins, so write the club's own, or if it is lost, {lost}."
    ]
