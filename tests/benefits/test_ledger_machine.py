"""Any sequence of changes leaves no account below zero, and each account the sum of its entries."""

from __future__ import annotations

import tempfile
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from sqlalchemy import select

from tests.benefits.rated_members import BLACK, GOLD, account_id_of, rated_members
from tests.cast import CLUB_ACTOR
from vipclub import benefits
from vipclub.benefits import LedgerConflict, NoEntitlement
from vipclub.benefits.models import EntitlementAccount
from vipclub.core import clock
from vipclub.core.crypto import FieldKeys
from vipclub.core.db import Base, Database
from vipclub.parts import import_models

pytestmark = [pytest.mark.slow, pytest.mark.promise("P8", "P11")]

VISIT = ("appointment", "A-1")
CODES = ("health-check", "emergency-overseas")


class Ledger(RuleBasedStateMachine):
    """Accounts of two members beside a model that counts in plain numbers."""

    @initialize()
    def open_accounts(self) -> None:
        import_models()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "club.db"
        self.db = Database(f"sqlite:///{path}", keys=FieldKeys.generate())
        Base.metadata.create_all(self.db.engine)
        refs = rated_members(self.db, GOLD, BLACK)
        self.accounts = [account_id_of(self.db, ref, code) for ref in refs for code in CODES]
        opened = ([1, 0, 0], [0, 0, 0], [4, 0, 0], [0, 0, 0])
        self.model = dict(zip(self.accounts, map(list, opened), strict=True))
        self.unlimited = {self.accounts[1], self.accounts[3]}

    def _post(self, act: object, place: int, **more: object) -> bool:
        account = self.accounts[place % len(self.accounts)]
        try:
            self.db.run(
                act,  # type: ignore[arg-type]
                account_id=account,
                subject=VISIT,
                actor=CLUB_ACTOR,
                at=clock.now(),
                **more,
            )
        except (NoEntitlement, LedgerConflict):
            return False
        return True

    def _expect(self, place: int, done: bool, may: bool, *difference: int) -> None:
        assert done is may
        if done:
            figures = self.model[self.accounts[place % len(self.accounts)]]
            figures[:] = [x + d for x, d in zip(figures, difference, strict=True)]

    def _state(self, place: int) -> tuple[bool, int, int, int]:
        account = self.accounts[place % len(self.accounts)]
        return (account in self.unlimited, *self.model[account])  # type: ignore[return-value]

    @rule(place=st.integers(0, 3), quantity=st.integers(1, 3))
    def hold(self, place: int, quantity: int) -> None:
        free, granted, held, used = self._state(place)
        done = self._post(benefits.hold, place, quantity=quantity)
        may = free or granted - held - used >= quantity
        self._expect(place, done, may, quantity if free else 0, quantity, 0)

    @rule(place=st.integers(0, 3), quantity=st.integers(1, 3))
    def release(self, place: int, quantity: int) -> None:
        free, _granted, held, _used = self._state(place)
        done = self._post(benefits.release, place, quantity=quantity)
        self._expect(place, done, held >= quantity, -quantity if free else 0, -quantity, 0)

    @rule(place=st.integers(0, 3), quantity=st.integers(1, 3))
    def consume(self, place: int, quantity: int) -> None:
        _free, _granted, held, _used = self._state(place)
        done = self._post(benefits.consume, place, quantity=quantity)
        self._expect(place, done, held >= quantity, 0, -quantity, quantity)

    @rule(place=st.integers(0, 3), quantity=st.integers(1, 3), to_held=st.booleans())
    def reverse(self, place: int, quantity: int, to_held: bool) -> None:
        free, _granted, _held, used = self._state(place)
        done = self._post(benefits.reverse, place, quantity=quantity, to_held=to_held)
        granted = -quantity if free and not to_held else 0
        self._expect(place, done, used >= quantity, granted, quantity if to_held else 0, -quantity)

    @rule(place=st.integers(0, 3), by=st.integers(-3, 3).filter(bool))
    def adjust(self, place: int, by: int) -> None:
        free, granted, held, used = self._state(place)
        done = self._post(benefits.adjust, place, by=by, reason="test")
        self._expect(place, done, not free and granted + by - held - used >= 0, by, 0, 0)

    @rule(place=st.integers(0, 3), quantity=st.integers(1, 3))
    def expire(self, place: int, quantity: int) -> None:
        free, granted, held, used = self._state(place)
        done = self._post(benefits.expire, place, quantity=quantity)
        may = not free and granted - held - used >= quantity
        self._expect(place, done, may, -quantity, 0, 0)

    @invariant()
    def accounts_say_what_the_model_says_and_equal_their_entries(self) -> None:
        if not hasattr(self, "db"):
            return
        a = EntitlementAccount
        with self.db.read() as session:
            rows = session.execute(select(a.id, a.granted, a.held, a.used)).all()
            assert benefits.drifting(session) == []
        for account, *figures in rows:
            granted, held, used = figures
            assert min(held, used, granted - held - used) >= 0
            if account in self.model:
                assert figures == self.model[account]

    def teardown(self) -> None:
        if hasattr(self, "db"):
            self.db.dispose()
            self.folder.cleanup()


TestLedger = Ledger.TestCase
TestLedger.settings = settings(
    max_examples=15,
    stateful_step_count=25,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
