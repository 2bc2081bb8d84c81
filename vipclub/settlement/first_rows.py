"""Whether visits can be settled: a condition, for the first steps of a new club."""

from __future__ import annotations

from datetime import date

from sqlalchemy import exists, select
from sqlalchemy.sql.elements import ColumnElement

from vipclub.partners import Offering
from vipclub.settlement.models import ContractPrice


def any_price_missing(today: date) -> ColumnElement[bool]:
    """Whether a service that is offered has no price on a day."""
    priced = exists(
        select(ContractPrice.id).where(
            ContractPrice.offering_id == Offering.id, ContractPrice.from_day <= today
        )
    )
    return exists(select(Offering.id).where(Offering.active, ~priced))
