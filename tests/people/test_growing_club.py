"""What a chunk costs doesn't grow with the club: no statement of loading, linking, rating or
granting reads a table of people whole."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import text

from tests.cast import CLUB_ACTOR, member_actor
from tests.people.feeds.sending_files import Group, as_of
from tests.plans import Plan, plans
from vipclub import benefits, bookings, membership, people
from vipclub.core.db import Database

LARGE = ("person", "source_record", "source_record_version", "consent", "delivery_row")
LARGE += ("name_spelling", "family_tie")
LARGE += ("membership", "membership_card", "rating", "entitlement_account", "ledger_entry")
ONCE = re.compile(r"^SELECT source_record\.id \s*FROM source_record ")
"""Read once by a linking of everybody: the ids alone, in their order."""
COUNTED = re.compile(r"^SELECT count\(\*\)")
"""Whether a full file lets too many go: counted once a file."""


def read_whole(found: list[Plan]) -> list[Plan]:
    """The statements of chunks that read a large table whole; an alias counts as its table."""
    named = re.compile(rf"^({'|'.join(LARGE)})(_\d+)?$")
    return [
        plan
        for plan in found
        if any(named.match(table) for table in plan.read_whole)
        and not ONCE.match(plan.statement)
        and not COUNTED.match(plan.statement)
    ]


def gathered(found: list[Plan]) -> list[Plan]:
    """The statements that may gather all that lies beyond a chunk's beginning, to sort it."""
    return [plan for plan in found if re.search(r"Bitmap Heap Scan on (?!pg_)", plan.told)]


def seem_large(db: Database) -> None:
    """Have PostgreSQL believe that each page of these tables holds thousands of rows."""
    if db.dialect == "postgresql":
        with db.engine.begin() as connection:
            connection.execute(
                text(
                    "UPDATE pg_class SET relpages = 1, reltuples = 200000 WHERE relkind = 'r'"
                    " AND relname = ANY(:large)"
                ),
                {"large": list(LARGE)},
            )


@pytest.fixture
def grown(group: Group, tmp_path: Path) -> Group:
    """Some people of two companies, half of them with both."""
    people.generate_feed(tmp_path, people=60, seed=3)
    for code in ("LIFE", "BANK"):
        people.load_delivery(
            group.db,
            CLUB_ACTOR,
            path=tmp_path / f"{code}.csv",
            subsidiary=code,
            **as_of("2026-01-01"),
        )
    seem_large(group.db)
    return group


def test_a_chunk_of_a_file_reads_no_table_whole(grown: Group, tmp_path: Path) -> None:
    lines = (tmp_path / "LIFE.csv").read_text().splitlines()
    changed = [line.replace(",Y", ",N") for line in lines[: len(lines) * 4 // 5]]
    path = grown.write_file("\n".join([*changed, ""]))
    with plans() as found:
        report = grown.send_path(path, kind="full", **as_of("2026-01-02"))
    assert report.loaded
    assert report.gone
    assert len(found) > 20
    assert read_whole(found) == []


def test_a_chunk_of_linking_reads_no_table_whole(grown: Group) -> None:
    with plans() as found:
        people.link_records(grown.db, CLUB_ACTOR)
    assert len(found) >= 3
    assert read_whole(found) == []
    assert gathered(found) == []


def test_a_chunk_of_a_rating_and_of_its_benefits_reads_no_table_whole(grown: Group) -> None:
    db, day = grown.db, date(2026, 5, 1)
    db.run(membership.load_policy, CLUB_ACTOR)
    db.run(benefits.load_catalogue, CLUB_ACTOR)
    db.run(bookings.load_policies, CLUB_ACTOR)
    with plans() as found:
        first = membership.rate_everyone(db, CLUB_ACTOR, as_of=day)
        seem_large(db)
        membership.rate_everyone(db, CLUB_ACTOR, as_of=day)
        benefits.regrant_everyone(db, today=day)
    assert first.movements["first"]
    assert len(found) > 30
    assert read_whole(found) == []
    assert gathered(found) == []


def customers(group: Group) -> list[tuple[str, str, str]]:
    """Every record with its person's reference."""
    with group.db.read() as session:
        return list(people.export_rows(session, CLUB_ACTOR))


def test_no_way_of_finding_somebody_reads_a_table_whole(grown: Group) -> None:
    db, (_, _, ref) = grown.db, next(iter(customers(grown)))
    me = member_actor(ref)
    db.run(people.add_relative, me, member=ref, name="王小宝", relation="child")
    db.run(people.change_contact_details, me, member=ref, mobile="+8619900000003")
    seem_large(db)
    for name, born, city in (
        ("王伟", None, None),
        ("王伟", 1980, "310000"),
        ("wang", None, None),
        ("wang wei", 1980, None),
        ("ww", None, "310000"),
    ):
        meant = people.by_name(name, born=born, city=city)
        assert meant is not None
        with db.read() as session, plans() as found:
            session.execute(meant.persons())
        assert found
        assert read_whole(found) == [], name
    with db.read() as session:
        for meant in (
            people.by_phone_end(session, "0003"),
            people.by_phone(session, "19900000003"),
            people.by_email(session, "c3@mail.example"),
        ):
            assert meant is not None
            with plans() as found:
                session.execute(meant.persons())
            assert found
            assert read_whole(found) == []


@pytest.mark.only("postgresql")
def test_the_check_bites_where_a_chunk_is_not_told_to_look_rows_up(
    grown: Group, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vipclub.people.neighbours.by_index", lambda _session: None)
    with plans() as found:
        people.link_records(grown.db, CLUB_ACTOR)
    assert read_whole(found)
