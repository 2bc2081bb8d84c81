"""Answers at once: of one chain one partner is found, whoever comes at the same moment."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import text
from sqlalchemy.exc import IntegrityError

from tests.assistance.askings import Askings, later
from tests.assistance.cases_in_steps import broken
from tests.cast import sun
from tests.small_club import SmallClub, a_small_club
from vipclub import assistance
from vipclub.assistance.dispatch import answering
from vipclub.core.db import Database
from vipclub.core.errors import Refused

pytestmark = pytest.mark.race


@pytest.fixture
def lyon(db: Database) -> Askings:
    club: SmallClub = a_small_club(db)
    return Askings(db, club)


def at_once(acts: list[Callable[[], object]]) -> Counter[str]:
    """Do all at once; what came of them, by the refusal's code."""

    def attempt(act: Callable[[], object]) -> str:
        try:
            act()
        except Refused as refused:
            return refused.code
        return "done"

    with ThreadPoolExecutor(len(acts)) as pool:
        return Counter(pool.map(attempt, acts))


def late_and_asked(lyon: Askings) -> tuple[str, str]:
    """The first was silent and calls the desk, the second is asked now."""
    lyon.ask()
    first = lyon.asked()
    with later(10.1):
        assistance.dispatch.ask_after_silent(lyon.db)
    return first, lyon.asked()


def test_of_two_partners_at_once_one_is_found(lyon: Askings) -> None:
    first, second = late_and_asked(lyon)
    db, clerk = lyon.db, lyon.club.stranger
    outcomes = at_once(
        [
            lambda: db.run(assistance.dispatch.accept_for, sun(), dispatch=first),
            lambda: db.run(assistance.dispatch.accept, clerk, dispatch=second),
        ]
    )
    assert outcomes["done"] == 1, outcomes
    assert set(outcomes) <= {"done", "answered_already", "partner_found_already", "busy"}
    assert lyon.states().count("accepted") == 1
    assert broken(db) == []


def test_the_same_answer_many_times_at_once_counts_once(lyon: Askings) -> None:
    lyon.ask()
    ref, db, clerk = lyon.asked(), lyon.db, lyon.club.he
    outcomes = at_once([lambda: db.run(assistance.dispatch.accept, clerk, dispatch=ref)] * 5)
    assert outcomes["done"] == 1, outcomes
    assert set(outcomes) <= {"done", "answered_already", "busy"}


def test_workers_at_once_ask_the_next_one_once(db: Database) -> None:
    with later(-11):
        lyon = Askings(db, a_small_club(db))
        lyon.ask()
    with ThreadPoolExecutor(4) as pool:
        silent = list(pool.map(lambda _: assistance.dispatch.ask_after_silent(db), range(4)))
    assert sum(silent) == 1
    assert lyon.states() == ["silent", "asked", "listed"]


def test_without_the_question_the_database_s_own_rule_keeps_one(
    lyon: Askings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """And without that rule two are found: it is what decides."""
    first, second = late_and_asked(lyon)
    db, clerk = lyon.db, lyon.club.stranger
    monkeypatch.setattr(answering, "_others", lambda _found: [])
    db.run(assistance.dispatch.accept_for, sun(), dispatch=first)
    with pytest.raises(IntegrityError):
        db.run(assistance.dispatch.accept, clerk, dispatch=second)
    assert lyon.states().count("accepted") == 1
    db.run(lambda session: session.execute(text("DROP INDEX uq_dispatch_chain_accepted")))
    db.run(assistance.dispatch.accept, clerk, dispatch=second)
    assert lyon.states().count("accepted") == 2
