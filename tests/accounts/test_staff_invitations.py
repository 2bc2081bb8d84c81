"""The administrator recruits staff for a role."""

from __future__ import annotations

from typing import Any

import pytest

from tests.cast import CLUB_ACTOR
from vipclub import accounts
from vipclub.accounts.refusals import PortfolioUnreadable, RoleUnfit, ScopeUnfit
from vipclub.core.db import Database
from vipclub.core.errors import Malformed, MalformedRef


@pytest.mark.parametrize(
    ("changed", "refusal"),
    [
        ({"role": "member"}, RoleUnfit),
        ({"role": "king"}, Malformed),
        ({"role": "partner"}, Malformed),
        ({"role": "partner", "scope": "P-1"}, MalformedRef),
        ({"role": "manager", "scope": "life 42"}, PortfolioUnreadable),
        ({"role": "desk", "scope": "LIFE/0042"}, ScopeUnfit),
    ],
)
def test_a_colleague_comes_with_a_role_and_what_it_is_for(
    db: Database, changed: dict[str, Any], refusal: type[Exception]
) -> None:
    form = {"login": "x@club.example", "name": "X", "role": "desk", "language": "en"}
    with pytest.raises(refusal):
        db.run(accounts.recruit, CLUB_ACTOR, **{**form, **changed})
