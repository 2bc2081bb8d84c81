"""Whether a policy is there and anybody was rated: conditions, for a new club's first steps."""

from __future__ import annotations

from sqlalchemy import exists, select
from sqlalchemy.sql.elements import ColumnElement

from vipclub.membership.models import RatingRun, TierPolicyRow


def any_tier_policy() -> ColumnElement[bool]:
    """Whether a policy is loaded: before the first one has begun it counts already."""
    return exists(select(TierPolicyRow.id))


def any_rating_done() -> ColumnElement[bool]:
    """Whether everybody was rated once."""
    return exists(select(RatingRun.id).where(RatingRun.state == "done"))
