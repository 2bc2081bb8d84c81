"""The club's own keys of partners, sites and offerings: short names that it chooses once, so that a
file can say which one it means. A thing without a key has its reference alone."""

from __future__ import annotations

import re

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from vipclub.core import audit
from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import MalformedRef, NotFound
from vipclub.core.types import parse_ref
from vipclub.partners.models import Offering, Partner, Site
from vipclub.partners.refusals import KeyNotAccepted, KeyStays, KeyTaken

KEY = re.compile(r"[A-Za-z0-9-]{1,40}", re.ASCII)

Kept = type[Partner] | type[Site] | type[Offering]
_KINDS: dict[str, tuple[str, Kept]] = {
    "P": ("partner", Partner),
    "L": ("site", Site),
    "O": ("offering", Offering),
}


def refuse_key(session: Session, kept: Kept, key: str | None) -> None:
    """Raises KeyNotAccepted for what is no key, and KeyTaken for one that another has. No key is
    fine, and costs no statement."""
    if key is None:
        return
    if not KEY.fullmatch(key):
        raise KeyNotAccepted(key=key[:60])
    if session.execute(select(kept.id).where(kept.key == key)).first():
        raise KeyTaken(key=key)


def give_key(session: Session, actor: Actor, *, ref: str, key: str) -> bool:
    """Give a partner, a site or an offering (`ref` tells which) the key that it has none of yet;
    False when this is its key already. Raises KeyStays for one that has another, KeyNotAccepted,
    KeyTaken, MalformedRef, NotFound, Forbidden."""
    actor.require("account:change")
    ref = parse_ref(ref)
    if ref[0] not in _KINDS:
        raise MalformedRef(ref)
    name, kept = _KINDS[ref[0]]
    table: Table = kept.__table__  # type: ignore[assignment]
    row = session.execute(
        for_no_key_update(select(kept.id, kept.key).where(kept.public_ref == ref), of=table)
    ).first()
    if row is None:
        raise NotFound()
    if row.key == key:
        return False
    if row.key is not None:
        raise KeyStays(key=row.key)
    refuse_key(session, kept, key)
    session.execute(update(kept).where(kept.id == row.id).values(key=key))
    audit.write(session, actor, f"{name}.key", subject=(name, ref), after={"key": key})
    return True
