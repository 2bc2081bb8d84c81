"""A simulation is the rating of the day, with nothing changed."""

from __future__ import annotations

from datetime import date

import pytest

from tests.cast import CLUB_ACTOR
from tests.membership.inserted_persons import (
    persons_under_policy,
    set_value_of_records,
    source_record,
)
from tests.membership.ratings import BLACK, DAY, GOLD, PLATINUM, rate
from vipclub.core.db import Database
from vipclub.membership import rate_everyone, read_policy, simulate
from vipclub.membership.policy_document import shipped


@pytest.mark.promise("P19")
def test_a_simulation_equals_the_real_run_of_the_same_day(db: Database) -> None:
    refs = persons_under_policy(
        db, *[[source_record(value=v)] for v in (10, GOLD, PLATINUM, BLACK)]
    )
    rate(db)
    for ref, value in zip(refs, (GOLD, BLACK, 1, 1), strict=True):
        db.run(set_value_of_records, ref, value)
    for day in (date(2026, 9, 1), date(2027, 7, 1), date(2027, 7, 2)):
        with db.read() as session:
            told = simulate(session, read_policy(shipped("2026")), day)
        report = rate_everyone(db, CLUB_ACTOR, as_of=day)
        assert told.movements == report.movements
        assert told.tiers_after() == report.tiers


def test_a_simulation_lists_those_who_move(db: Database) -> None:
    (lin,) = persons_under_policy(db, [source_record(value=GOLD)])
    with db.read() as session:
        told = simulate(session, read_policy(shipped("2026")), DAY).to_json()
    assert told["matrix"] == {"none": {"gold": 1}}
    assert told["examples"] == {"none>gold": [lin]}
