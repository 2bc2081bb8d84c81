"""Passwords are cheap here."""

from __future__ import annotations

import pytest

from vipclub import accounts


@pytest.fixture(autouse=True)
def cheap_passwords() -> None:
    accounts.settle_passwords(memory_kib=8, passes=1)
