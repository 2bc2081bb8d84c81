"""Tokens of the API: for whom, and how long."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import select

from tests.accounts.sign_ins import actor_of_bearer
from tests.cast import CLUB_ACTOR
from vipclub import accounts
from vipclub.accounts.models import ApiToken
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.types import new_ref


def test_a_token_opens_until_it_is_revoked_or_its_days_are_over(db: Database) -> None:
    partner = new_ref("P")
    ref, secret = db.run(accounts.create_token, CLUB_ACTOR, scope="partner", partner_ref=partner)
    actor = actor_of_bearer(db, secret)
    assert actor is not None
    assert (actor.kind, actor.channel, actor.owner) == ("partner", "api", ref)
    assert actor.scopes == {("partner", partner)}
    with db.read() as session:
        row = session.execute(select(ApiToken)).scalar_one()
        assert secret not in repr(row.__dict__)
        assert row.last_used_at is not None
    with time_machine.travel(clock.now() + timedelta(days=366)):
        assert actor_of_bearer(db, secret) is None
    db.run(accounts.revoke_token, CLUB_ACTOR, token=ref.lower())
    assert actor_of_bearer(db, secret) is None
    db.run(accounts.revoke_token, CLUB_ACTOR, token=ref)
    with pytest.raises(NotFound):
        db.run(accounts.revoke_token, CLUB_ACTOR, token=new_ref("T"))


@pytest.mark.parametrize("bearer", ["", "vip_", "vip_00000000_" + "a" * 32, "x" * 5000, "\x00é"])
def test_no_other_text_opens(db: Database, bearer: str) -> None:
    assert actor_of_bearer(db, bearer) is None


def test_a_token_s_scope_says_for_whom_it_is(db: Database) -> None:
    for wrong in (
        {"scope": "member"},
        {"scope": "channel", "member_ref": new_ref("M")},
        {"scope": "partner", "partner_ref": new_ref("M")},
        {"scope": "everything"},
        {"scope": "channel", "days": 0},
    ):
        with pytest.raises(Malformed):
            db.run(accounts.create_token, CLUB_ACTOR, **wrong)
