"""The group's companies that send files."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import Table, select, update
from sqlalchemy.orm import Session

from vipclub.core import audit
from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update, insert_ignore
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.seen_state import refuse_unseen
from vipclub.people.feeds.refusals import (
    CompanyCodeUnreadable,
    SubsidiaryExists,
    UnknownSubsidiary,
)
from vipclub.people.models import Subsidiary

LEAST_TRUSTED = 1000
"""The largest rank; 1 is the most trusted."""
_FIELDS = ("name", "header_map", "value_map", "default_consent", "trust_rank")
_subsidiary: Table = Subsidiary.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class SubsidiaryRow:
    """A subsidiary as whoever reads its files needs it."""

    id: int
    code: str
    header_map: dict[str, str]
    value_map: dict[str, Any]
    default_consent: bool


@dataclass(frozen=True, slots=True)
class SubsidiaryView:
    """A subsidiary as whoever keeps its maps sees it. `trust_rank` 1 is the most trusted."""

    code: str
    name: str
    header_map: dict[str, str]
    value_map: dict[str, Any]
    default_consent: bool
    trust_rank: int


def readable_code(code: str) -> str:
    """A code by which a company's files are known. Raises CompanyCodeUnreadable."""
    if not (0 < len(code) <= 20 and code.isascii() and code.isalnum()):
        raise CompanyCodeUnreadable(code[:40])
    return code


def add_subsidiary(
    session: Session,
    actor: Actor,
    *,
    code: str,
    name: str,
    header_map: dict[str, str] | None = None,
    value_map: dict[str, Any] | None = None,
    default_consent: bool = True,
    trust_rank: int = 50,
) -> None:
    """A new company of the group; its maps as `reading.company_maps` gives them. Raises
    SubsidiaryExists and CompanyCodeUnreadable."""
    actor.require("delivery:load")
    code = readable_code(code)
    _refuse_odd_rank(trust_rank)
    values = {
        "code": code,
        "name": name[:120],
        "header_map": header_map or {},
        "value_map": value_map or {},
        "default_consent": default_consent,
        "trust_rank": trust_rank,
    }
    if not insert_ignore(session, Subsidiary.__table__, values, conflict=["code"]):
        raise SubsidiaryExists(subsidiary=code)
    audit.write(session, actor, "subsidiary.add", subject=("subsidiary", code))


def change_subsidiary(
    session: Session,
    actor: Actor,
    *,
    code: str,
    name: str | None = None,
    header_map: dict[str, str] | None = None,
    value_map: dict[str, Any] | None = None,
    default_consent: bool | None = None,
    trust_rank: int | None = None,
    seen: str | None = None,
) -> None:
    """Change what is given of a company; its next file is read by it. `seen` is what its form
    showed (`core/seen_state.py`). Raises ChangedMeanwhile, UnknownSubsidiary."""
    actor.require("delivery:load")
    find_subsidiary(session, code)
    if trust_rank is not None:
        _refuse_odd_rank(trust_rank)
    values = {
        "name": name[:120] if name is not None else None,
        "header_map": header_map,
        "value_map": value_map,
        "default_consent": default_consent,
        "trust_rank": trust_rank,
    }
    changes = {column: value for column, value in values.items() if value is not None}
    if changes:
        if seen is not None:
            mine = select(Subsidiary).where(Subsidiary.code == code)
            row = session.scalars(for_no_key_update(mine, of=_subsidiary)).one()
            refuse_unseen(seen, company_seen(_view(row)), changes)
        session.execute(update(Subsidiary).where(Subsidiary.code == code).values(changes))
        audit.write(
            session, actor, "subsidiary.change", subject=("subsidiary", code), after=changes
        )


def company_seen(company: SubsidiaryView) -> dict[str, object]:
    """The fields of a company, for what its form showed."""
    return {name: getattr(company, name) for name in _FIELDS}


def _refuse_odd_rank(rank: int) -> None:
    if not 1 <= rank <= LEAST_TRUSTED:
        raise Malformed("trust_rank")


def find_subsidiary(session: Session, code: str) -> SubsidiaryRow:
    """The subsidiary of a code. Raises UnknownSubsidiary, which names those there are."""
    row = session.execute(
        select(
            Subsidiary.id,
            Subsidiary.code,
            Subsidiary.header_map,
            Subsidiary.value_map,
            Subsidiary.default_consent,
        ).where(Subsidiary.code == code)
    ).first()
    if row is None:
        known = session.scalars(select(Subsidiary.code).order_by(Subsidiary.code)).all()
        raise UnknownSubsidiary(subsidiary=code[:20], known=list(known) or ["-"])
    return SubsidiaryRow(
        row.id, row.code, row.header_map or {}, row.value_map or {}, row.default_consent
    )


def known_subsidiaries(session: Session, actor: Actor) -> list[tuple[str, str]]:
    """Code and name of every company that sends files. One statement."""
    actor.require("delivery:view")
    rows = session.execute(select(Subsidiary.code, Subsidiary.name).order_by(Subsidiary.code))
    return [(row.code, row.name) for row in rows]


def all_subsidiaries(session: Session, actor: Actor) -> list[SubsidiaryView]:
    """Every company that sends files, whole. One statement. Raises Forbidden."""
    actor.require("delivery:view")
    return [_view(row) for row in session.scalars(select(Subsidiary).order_by(Subsidiary.code))]


def subsidiary_view(session: Session, actor: Actor, code: str) -> SubsidiaryView:
    """One company, whole. One statement. Raises NotFound, Forbidden."""
    actor.require("delivery:view")
    row = session.scalar(select(Subsidiary).where(Subsidiary.code == code))
    if row is None:
        raise NotFound()
    return _view(row)


def _view(row: Subsidiary) -> SubsidiaryView:
    return SubsidiaryView(
        code=row.code,
        name=row.name,
        header_map=row.header_map or {},
        value_map=row.value_map or {},
        default_consent=row.default_consent,
        trust_rank=row.trust_rank,
    )
