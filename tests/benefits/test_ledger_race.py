"""Many at once for the last unit: one gets it, and without the guards more would."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import event, text, true
from sqlalchemy.exc import IntegrityError

from tests.benefits.rated_members import BLACK, account_id_of, granted_held_used, rated_members
from tests.cast import CLUB_ACTOR
from vipclub.benefits import NoEntitlement, drifting, hold, ledger
from vipclub.core import clock
from vipclub.core.db import Database

pytestmark = pytest.mark.race
ATTEMPTS, UNITS = 40, 4


def everybody_holds(db: Database, account: int) -> dict[str, int]:
    """Forty attempts by five at once."""

    def attempt(number: int) -> str:
        try:
            db.run(
                hold,
                account_id=account,
                subject=("appointment", f"A-{number}"),
                actor=CLUB_ACTOR,
                at=clock.now(),
            )
        except NoEntitlement:
            return "refused"
        except IntegrityError:
            return "stopped"
        return "held"

    with ThreadPoolExecutor(5) as pool:
        outcomes = list(pool.map(attempt, range(ATTEMPTS)))
    return {word: outcomes.count(word) for word in sorted(set(outcomes))}


def without_guard(monkeypatch: pytest.MonkeyPatch) -> None:
    """The same UPDATE, whatever is left."""
    monkeypatch.setitem(ledger._CHANGES, "enough", ledger._guarded(true()))


def without_checks(db: Database) -> None:
    """Take the database's own rule away."""
    if db.dialect == "sqlite":
        db.engine.dispose()

        @event.listens_for(db.engine, "connect")
        def ignore(connection: object, _record: object) -> None:
            connection.execute("PRAGMA ignore_check_constraints=ON")  # type: ignore[attr-defined]
    else:
        name = "ck_entitlement_account_remaining_not_negative"
        drop = text(f"ALTER TABLE entitlement_account DROP CONSTRAINT {name}")
        db.run(lambda session: session.execute(drop))


@pytest.mark.promise("P8")
@pytest.mark.pain(39)
def test_the_last_unit_is_held_once(db: Database) -> None:
    (lin,) = rated_members(db, BLACK)
    account = account_id_of(db, lin)
    assert everybody_holds(db, account) == {"held": UNITS, "refused": ATTEMPTS - UNITS}
    assert granted_held_used(db, account) == (UNITS, UNITS, 0)
    with db.read() as session:
        assert drifting(session) == []


@pytest.mark.promise("P8")
def test_without_the_guard_the_databases_own_rule_stops_the_rest(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lin,) = rated_members(db, BLACK)
    account = account_id_of(db, lin)
    without_guard(monkeypatch)
    assert everybody_holds(db, account) == {"held": UNITS, "stopped": ATTEMPTS - UNITS}


@pytest.mark.promise("P8")
def test_it_bites_without_guard_and_rule_more_is_held_than_was_given(
    db: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lin,) = rated_members(db, BLACK)
    account = account_id_of(db, lin)
    without_guard(monkeypatch)
    without_checks(db)
    assert everybody_holds(db, account) == {"held": ATTEMPTS}
    assert granted_held_used(db, account) == (UNITS, ATTEMPTS, 0)
