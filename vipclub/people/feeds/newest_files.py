"""When each company's newest file came in, for the figures."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import and_, func, select
from sqlalchemy.orm import Session

from vipclub.core.types import UtcDateTime
from vipclub.people.models import Delivery, Subsidiary


def newest_files(session: Session) -> Mapping[str, datetime | None]:
    """Each company's code and when its newest file was loaded; None for one that never sent any.
    One statement; a file a day and company makes a small table."""
    rows = session.execute(
        select(Subsidiary.code, func.max(Delivery.applied_at, type_=UtcDateTime).label("newest"))
        .outerjoin(
            Delivery, and_(Delivery.subsidiary_id == Subsidiary.id, Delivery.state == "applied")
        )
        .group_by(Subsidiary.code)
    )
    return {row.code: row.newest for row in rows}
