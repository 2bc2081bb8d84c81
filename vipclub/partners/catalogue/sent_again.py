"""A form that makes a partner, a site or an offering, filled in once more: what it would make is
there already."""

from __future__ import annotations

from sqlalchemy import Select
from sqlalchemy.orm import Session

from vipclub.core.types import Localized
from vipclub.partners.refusals import ThereAlready


def refuse_same(session: Session, same: Select[str], name: Localized) -> None:
    """Raises ThereAlready where the statement finds the reference of one that is the same. One
    statement."""
    ref = session.execute(same.limit(1)).scalar()
    if ref is not None:
        raise ThereAlready(name=name, ref=ref)
