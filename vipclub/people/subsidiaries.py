"""The group's companies that send files."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.core import audit
from vipclub.core.actor import Actor
from vipclub.core.db import insert_ignore
from vipclub.core.errors import Malformed
from vipclub.people.models import Subsidiary
from vipclub.people.refusals import SubsidiaryExists, UnknownSubsidiary


@dataclass(frozen=True, slots=True)
class SubsidiaryRow:
    """A subsidiary as intake needs it."""

    id: int
    code: str
    header_map: dict[str, str]
    default_consent: bool


def add_subsidiary(
    session: Session,
    actor: Actor,
    *,
    code: str,
    name: str,
    header_map: dict[str, str] | None = None,
    default_consent: bool = True,
    trust_rank: int = 50,
) -> None:
    """A new company of the group. Raises SubsidiaryExists and Malformed."""
    actor.require("delivery:load")
    if not (0 < len(code) <= 20 and code.isascii() and code.isalnum()):
        raise Malformed("code")
    values = {
        "code": code,
        "name": name[:120],
        "header_map": header_map or {},
        "default_consent": default_consent,
        "trust_rank": trust_rank,
    }
    if not insert_ignore(session, Subsidiary.__table__, values, conflict=["code"]):
        raise SubsidiaryExists(subsidiary=code)
    audit.write(session, actor, "subsidiary.add", subject=("subsidiary", code))


def find_subsidiary(session: Session, code: str) -> SubsidiaryRow:
    """Raises UnknownSubsidiary, which names those there are."""
    row = session.execute(
        select(
            Subsidiary.id, Subsidiary.code, Subsidiary.header_map, Subsidiary.default_consent
        ).where(Subsidiary.code == code)
    ).first()
    if row is None:
        known = session.scalars(select(Subsidiary.code).order_by(Subsidiary.code)).all()
        raise UnknownSubsidiary(subsidiary=code[:20], known=list(known) or ["-"])
    return SubsidiaryRow(row.id, row.code, row.header_map or {}, row.default_consent)


def read_header_map(path: Path) -> dict[str, str]:
    """A JSON object: the subsidiary's own header to the feed's column. Raises Malformed."""
    try:
        found = json.loads(path.read_text("utf-8"))
    except (OSError, ValueError):
        raise Malformed(path.name) from None
    if not isinstance(found, dict) or not all(isinstance(v, str) for v in found.values()):
        raise Malformed(path.name)
    return found
