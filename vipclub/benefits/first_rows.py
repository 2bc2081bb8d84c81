"""Whether there are benefits: a condition, for the first steps of a new club."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.sql.elements import ColumnElement

from vipclub.benefits.models import BenefitQuantity


def any_benefit_of(year: int) -> ColumnElement[bool]:
    """Whether a year has benefits: those of an earlier one go on."""
    return exists(select(BenefitQuantity.benefit_id).where(BenefitQuantity.from_year <= year))
