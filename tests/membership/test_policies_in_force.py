"""Which version of the tier policy counts on a day."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import CLUB_ACTOR
from tests.membership.inserted_persons import persons_under_policy, source_record
from tests.membership.ratings import DAY, GOLD, rate, summary
from vipclub.core.db import Database
from vipclub.membership import load_policy, policy_in_force, rate_everyone
from vipclub.membership.policy_document import shipped
from vipclub.membership.refusals import PolicyNotAccepted, PolicyVersionTaken


def test_a_loaded_policy_is_never_changed(db: Database) -> None:
    persons_under_policy(db)
    assert db.run(load_policy, CLUB_ACTOR) == "2026.1"
    changed = shipped("2026").replace("at_least = 500_000", "at_least = 1")
    with pytest.raises(PolicyVersionTaken):
        db.run(load_policy, CLUB_ACTOR, text=changed)
    with pytest.raises(PolicyNotAccepted):
        db.run(load_policy, CLUB_ACTOR, text="version = 1")


def test_a_new_policy_applies_from_its_day(db: Database) -> None:
    (lin,) = persons_under_policy(db, [source_record(value=GOLD)])
    stricter = (
        shipped("2026")
        .replace('"2026.1"', '"2026.2"')
        .replace("2026-01-01", "2026-09-01")
        .replace("at_least = 500_000", "at_least = 700_000")
    )
    db.run(load_policy, CLUB_ACTOR, text=stricter)
    with db.read() as session:
        shown = [policy_in_force(session, day) for day in (DAY, date(2026, 9, 1))]
    assert [p.version for p in shown if p] == ["2026.1", "2026.2"]
    assert rate(db, date(2026, 8, 31)) == {"first": 1}
    assert rate_everyone(db, CLUB_ACTOR, as_of=date(2026, 9, 1)).policy == "2026.2"
    found = summary(db, lin, date(2026, 9, 1))
    assert found
    assert found.tier == "gold"  # the running year protects
