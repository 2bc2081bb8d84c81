"""`vipclub verify`: what must be true of a whole club, and that each check bites."""

from __future__ import annotations

import json

import pytest
from click.testing import CliRunner, Result
from sqlalchemy import event, text

from tests.broken_clubs import BREAKS, break_club
from tests.season import a_season
from tests.settlement.club_with_visits import ClubWithVisits
from vipclub.core.db import Database
from vipclub.core.invariants import Broken, Span, in_parts, verify
from vipclub.people import Person
from vipclub.verify_command import verify as command
from vipclub.wiring import INVARIANTS


@pytest.fixture
def season(db: Database) -> ClubWithVisits:
    """A club in which every check has something to look at."""
    return a_season(db)


def broken(db: Database) -> dict[str, int]:
    """The checks that say no, and how many each counts."""
    return {found.invariant.name: found.count for found in verify(db, INVARIANTS) if found.count}


def call(db: Database, *words: str) -> Result:
    return CliRunner().invoke(command, words, obj=db)


def test_a_club_in_which_all_is_true_has_something_for_each_check(season: ClubWithVisits) -> None:
    looked = {found.invariant.name: found for found in verify(season.db, INVARIANTS)}
    assert {name: found.broken for name, found in looked.items() if found.count} == {}
    assert [name for name, found in looked.items() if not found.rows] == [
        "sign-ins",
        "members' accounts",
    ]


def test_each_check_has_its_break() -> None:
    assert sorted(BREAKS) == sorted(invariant.name for invariant in INVARIANTS)


@pytest.mark.parametrize("name", BREAKS)
def test_each_check_bites(season: ClubWithVisits, name: str) -> None:
    break_club(season.db, name)
    assert name in broken(season.db)


def test_the_command_says_a_line_a_check(season: ClubWithVisits) -> None:
    done = call(season.db)
    assert done.exit_code == 0
    lines = done.output.splitlines()
    assert len(lines) == len(INVARIANTS)
    assert lines[0].startswith("one survivor ")
    assert all(" 0 broken " in line for line in lines)
    assert call(season.db, "seats", "units").output.count("\n") == 2
    assert call(season.db, "no such check").exit_code == 2


def test_the_command_fails_and_names_what_is_broken(season: ClubWithVisits) -> None:
    break_club(season.db, "seats")
    with season.db.read() as session:
        ref = session.execute(text("SELECT public_ref FROM slot ORDER BY id LIMIT 1")).scalar_one()
    said = call(season.db, "seats")
    assert said.exit_code == 1
    assert f"  time {ref}: 1 seats taken, 0 claimed" in said.output
    told = json.loads(call(season.db, "seats", "--json").output.splitlines()[0])
    assert told["whole"] is False
    (check,) = told["checks"]
    assert (check["name"], check["broken"]) == ("seats", 1)
    assert check["first"] == [{"ref": f"time {ref}", "problem": "1 seats taken, 0 claimed"}]


def test_the_checks_are_explained_without_a_database() -> None:
    said = CliRunner().invoke(command, ["--list"])
    assert said.exit_code == 0
    assert "audit trail" in said.output


def test_a_table_is_walked_in_parts_that_miss_nothing(season: ClubWithVisits) -> None:
    seen: list[int] = []

    def remember(_session: object, span: Span) -> list[Broken]:
        seen.extend(range(span.low + 1, span.high + 1))
        return [Broken("person", "looked at")]

    walked = in_parts("persons", "All of them.", over=Person.id, broken=remember, size=3)
    (found,) = verify(season.db, [walked])
    with season.db.read() as session:
        ids = list(session.execute(text("SELECT id FROM person ORDER BY id")).scalars())
    assert found.rows == len(ids)
    assert set(ids) <= set(seen)
    assert found.count == -(-len(ids) // 3)


@pytest.mark.only("postgresql")
def test_all_checks_see_one_moment_and_can_write_nothing(season: ClubWithVisits) -> None:
    db, looks = season.db, iter(verify(season.db, INVARIANTS))
    next(looks)
    with db.engine.begin() as connection:
        connection.execute(text(BREAKS["seats"]))
    assert [found.invariant.name for found in looks if found.count] == []
    assert set(broken(db)) == {"seats"}


@pytest.mark.only("postgresql")
def test_nobody_waits_for_the_checks(season: ClubWithVisits) -> None:
    """They hold the lock that every reader holds, and no other."""
    held: set[str] = set()

    def look(connection: object, *_rest: object) -> None:
        with season.db.engine.connect() as other:
            modes = text(
                "SELECT DISTINCT mode FROM pg_locks JOIN pg_stat_activity USING (pid)"
                " WHERE relation IS NOT NULL AND backend_type = 'client backend'"
                " AND datname = current_database()"
            )
            held.update(other.execute(modes).scalars())

    engine = season.db._read_engine
    event.listen(engine, "after_cursor_execute", look)
    try:
        assert broken(season.db) == {}
    finally:
        event.remove(engine, "after_cursor_execute", look)
    assert held == {"AccessShareLock"}
