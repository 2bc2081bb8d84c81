"""The table of permissions."""

from __future__ import annotations

from vipclub import accounts
from vipclub.accounts import GRANTS, ROLES, Permission


def test_every_permission_is_somebody_s() -> None:
    known = {*ROLES, *accounts.TOKEN_SCOPES}
    assert set(GRANTS) == set(Permission)
    assert all(holders and holders <= known for holders in GRANTS.values())


def test_nobody_both_grants_rights_and_reads_the_trail() -> None:
    for role in ROLES:
        mine = accounts.permissions_of(role)
        assert not {"account:change", "audit:view"} <= mine
