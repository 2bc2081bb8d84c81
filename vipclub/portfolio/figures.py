"""How far this year's benefits are used, and the group's companies."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Table, bindparam, func, select
from sqlalchemy.orm import Session

from vipclub import benefits
from vipclub.benefits import EntitlementAccount
from vipclub.core.built_statements import run_built
from vipclub.core.types import Localized
from vipclub.core.value_lists import among
from vipclub.membership import InSight
from vipclub.people import Subsidiary

_account: Table = EntitlementAccount.__table__  # type: ignore[assignment]


@dataclass(frozen=True, slots=True)
class BenefitUse:
    """A benefit over all members in sight: units used or reserved of those given."""

    name: Localized
    taken: int
    granted: int


def benefit_use(session: Session, sight: InSight, *, year: int) -> list[BenefitUse]:
    """How far the year's benefits are used by the persons in sight who have any. Asks no right:
    whoever calls it has. One statement."""
    asked = {"persons": list(sight.survivors), "year": year}
    rows = run_built(session, _use, asked).all()
    found = {benefit_id: (int(taken), int(granted)) for benefit_id, taken, granted in rows}
    return [
        BenefitUse(each.name, *found[each.id])
        for each in benefits.benefits(session)
        if each.id in found
    ]


_use = (
    select(
        _account.c.benefit_id,
        func.sum(_account.c.used + _account.c.held),
        func.sum(_account.c.granted),
    )
    .where(
        among(_account.c.person_id, bindparam("persons")),
        _account.c.year == bindparam("year"),
        _account.c.unlimited.is_(False),
    )
    .group_by(_account.c.benefit_id)
)


def companies(session: Session) -> list[tuple[str, str]]:
    """The group's companies: code and name. One statement."""
    rows = session.execute(select(Subsidiary.code, Subsidiary.name).order_by(Subsidiary.code))
    return [(code, name or code) for code, name in rows]
