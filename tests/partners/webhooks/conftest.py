"""A partner that wants to be told, its clerk, and its system."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cast import CLUB_ACTOR, partner_actor
from tests.partners.webhooks.receiver import Receiver
from tests.small_club import ANY_NAME
from vipclub import partners
from vipclub.core.actor import Actor
from vipclub.core.db import Database


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened


@pytest.fixture
def partner(db: Database) -> str:
    ref: str = db.run(partners.create_partner, CLUB_ACTOR, name=ANY_NAME)
    return ref


@pytest.fixture
def clerk(partner: str) -> Actor:
    return partner_actor(partner)
