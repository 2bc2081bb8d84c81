"""A partner that wants to be told, its clerk, and its system."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.cast import TEXT, partner_actor
from tests.partners.webhooks.events_sent import CLUB
from tests.partners.webhooks.receiver import Receiver
from vipclub import partners
from vipclub.core.actor import Actor
from vipclub.core.db import Database


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with Receiver() as opened:
        yield opened


@pytest.fixture
def partner(db: Database) -> str:
    ref: str = db.run(partners.create_partner, CLUB, name=TEXT)
    return ref


@pytest.fixture
def clerk(partner: str) -> Actor:
    return partner_actor(partner)
