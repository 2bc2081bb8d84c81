"""Rating everybody: first tiers, upgrades at once, renewals, and runs that stop half way."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta

import pytest
from sqlalchemy import func, select, update

from tests.cast import CLUB_ACTOR
from tests.membership.inserted_persons import (
    insert_record,
    person_id_of,
    persons_under_policy,
    set_value_of_records,
    source_record,
    subsidiary_ids,
)
from tests.membership.ratings import BLACK, DAY, GOLD, PLATINUM, rate, summary
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden
from vipclub.membership import rate_everyone, tier_explanation
from vipclub.membership.models import Membership, Rating, RatingRun
from vipclub.membership.rating import begin_run, cards_of, rate_chunk
from vipclub.membership.refusals import NoTierPolicy, RatingUnderWay
from vipclub.people import Person


def test_whoever_reaches_the_standard_is_invited_and_the_rest_only_counted(db: Database) -> None:
    lin, chen = persons_under_policy(db, [source_record(value=GOLD)], [source_record(value=10)])
    assert rate(db) == {"below": 1, "first": 1}
    found = summary(db, lin)
    assert found
    assert (found.tier, found.status) == ("gold", "invited")
    assert (found.valid_from, found.valid_to) == (date(2026, 7, 2), date(2027, 7, 1))
    assert summary(db, chen) is None


@pytest.mark.promise("P19")
def test_rating_the_same_day_again_changes_nothing(db: Database) -> None:
    persons_under_policy(db, [source_record(value=GOLD)], [source_record(value=PLATINUM)])
    rate(db)
    assert rate(db) == {"same": 2}
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Membership)) == 2
        assert session.scalar(select(func.count()).select_from(Rating)) == 2


def test_records_of_several_subsidiaries_are_one_persons(db: Database) -> None:
    (lin,) = persons_under_policy(
        db, [source_record("LIFE", value=300_000), source_record("BANK", value=250_000)]
    )
    rate(db)
    found = summary(db, lin)
    assert found
    assert found.tier == "gold"


def test_a_removed_record_counts_no_more(db: Database) -> None:
    (lin,) = persons_under_policy(db, [source_record(value=GOLD)])

    def remove(session: object) -> None:
        from vipclub.people import SourceRecord

        session.execute(update(SourceRecord).values(deleted_at=clock.now()))  # type: ignore[attr-defined]

    db.run(remove)
    assert rate(db) == {"below": 1}
    assert summary(db, lin) is None


def test_an_upgrade_takes_force_at_the_rating_and_the_last_day_stays(db: Database) -> None:
    (lin,) = persons_under_policy(db, [source_record(value=GOLD)])
    rate(db)
    db.run(set_value_of_records, lin, BLACK)
    assert rate(db, date(2026, 10, 1)) == {"upgrade": 1}
    found = summary(db, lin, date(2026, 10, 1))
    assert found
    assert (found.tier, found.valid_from) == ("black", date(2026, 7, 2))
    assert found.valid_to == date(2027, 7, 1)


@pytest.mark.promise("P20")
def test_a_downgrade_waits_for_the_end_of_the_membership_year(db: Database) -> None:
    (lin,) = persons_under_policy(db, [source_record(value=PLATINUM)])
    rate(db)
    db.run(set_value_of_records, lin, GOLD)
    assert rate(db, date(2026, 10, 1)) == {"kept": 1}
    last = date(2027, 7, 1)
    assert rate(db, last) == {"downgrade": 1}
    today, tomorrow = summary(db, lin, last), summary(db, lin, last + timedelta(days=1))
    assert today
    assert tomorrow
    assert (today.tier, tomorrow.tier) == ("platinum", "gold")
    assert today.card == tomorrow.card
    assert rate(db, last + timedelta(days=1)) == {"same": 1}


def test_who_meets_nothing_when_the_year_is_over_lapses(db: Database) -> None:
    (lin,) = persons_under_policy(db, [source_record(value=GOLD)])
    rate(db)
    db.run(set_value_of_records, lin, 1)
    assert rate(db, date(2027, 7, 1)) == {"kept": 1}
    assert rate(db, date(2027, 7, 2)) == {"lapse": 1}
    found = summary(db, lin, date(2027, 7, 2))
    assert found
    assert found.status == "lapsed"


@pytest.mark.promise("P18")
@pytest.mark.pain(51)
def test_two_persons_who_turn_out_to_be_one_keep_the_older_membership(db: Database) -> None:
    lin, twin = persons_under_policy(
        db, [source_record(value=GOLD)], [source_record("BANK", value=1)]
    )
    rate(db)
    db.run(set_value_of_records, twin, GOLD)
    rate(db, date(2026, 8, 1))
    lin_id, twin_id = person_id_of(db, lin), person_id_of(db, twin)
    db.run(
        lambda session: session.execute(
            update(Person).where(Person.id == lin_id).values(survivor_id=twin_id)
        )
    )
    assert rate(db, date(2026, 9, 1)) == {"merged": 1}
    for ref in (lin, twin):
        found = summary(db, ref, date(2026, 9, 1))
        assert found
        assert (found.status, found.valid_from) == ("invited", date(2026, 7, 2))


def test_only_the_cards_of_those_whose_terms_open_are_read(db: Database) -> None:
    """Holders of one chunk may stand far apart: who was merged is known by the eldest's number."""
    everybody = persons_under_policy(db, *[[source_record(value=GOLD)] for _ in range(3)])
    rate(db)
    lin, between, chen = (person_id_of(db, ref) for ref in everybody)
    with db.read() as session:
        cards = cards_of(session, [lin, chen])
    assert set(cards) == {lin, chen}, f"and not {between}"


@pytest.mark.promise("P19")
@pytest.mark.pain(41)
def test_a_rating_explains_itself(db: Database) -> None:
    (lin,) = persons_under_policy(db, [source_record(value=GOLD)])
    rate(db)
    with db.read() as session:
        why = tier_explanation(session, CLUB_ACTOR, member=lin)
    assert why
    assert (why.tier, why.next_tier, why.policy) == ("gold", "platinum", "2026.1")
    assert why.met == [{"measure": "value", "have": 60_000_000, "at_least": 50_000_000}]


def test_a_run_that_stopped_goes_on_where_it_was(db: Database) -> None:
    persons_under_policy(db, *[[source_record(value=GOLD)] for _ in range(5)])
    ticket = db.run(begin_run, CLUB_ACTOR, as_of=DAY, holder="one")
    assert db.run(rate_chunk, CLUB_ACTOR, ticket=ticket, size=2) == 2
    with pytest.raises(RatingUnderWay):
        rate_everyone(db, CLUB_ACTOR, as_of=DAY)
    past = clock.now() - timedelta(hours=1)
    db.run(lambda session: session.execute(update(RatingRun).values(leased_until=past)))
    report = rate_everyone(db, CLUB_ACTOR, as_of=DAY, chunk=2)
    assert (report.persons, report.movements) == (5, {"first": 5})
    with pytest.raises(RatingUnderWay):
        db.run(rate_chunk, CLUB_ACTOR, ticket=ticket)


def test_an_unfinished_run_of_another_day_is_ended_first(db: Database) -> None:
    persons_under_policy(db, [source_record(value=GOLD)], [source_record(value=GOLD)])
    ticket = db.run(begin_run, CLUB_ACTOR, as_of=DAY, holder="one")
    db.run(rate_chunk, CLUB_ACTOR, ticket=ticket, size=1)
    past = clock.now() - timedelta(hours=1)
    db.run(lambda session: session.execute(update(RatingRun).values(leased_until=past)))
    assert rate(db, DAY + timedelta(days=1)) == {"same": 2}


def test_a_new_record_is_found_by_the_next_rating(db: Database) -> None:
    (lin,) = persons_under_policy(db, [source_record("LIFE", value=300_000)])
    assert rate(db) == {"below": 1}
    person = person_id_of(db, lin)

    def more(session: object) -> None:
        bank = subsidiary_ids(session, "BANK")["BANK"]  # type: ignore[arg-type]
        row = {n: v for n, v in source_record("BANK", value=300_000).items() if n != "subsidiary"}
        insert_record(session, person, bank, row)  # type: ignore[arg-type]

    db.run(more)
    assert rate(db, date(2026, 7, 2)) == {"first": 1}


def test_without_a_policy_and_without_the_right_nobody_is_rated(db: Database) -> None:
    with pytest.raises(NoTierPolicy):
        rate_everyone(db, CLUB_ACTOR, as_of=DAY)
    with pytest.raises(Forbidden):
        rate_everyone(db, Actor.anonymous(), as_of=DAY)


@pytest.mark.race
def test_of_two_ratings_at_once_one_waits_its_turn(db: Database) -> None:
    persons_under_policy(db, *[[source_record(value=GOLD)] for _ in range(30)])

    def attempt(_number: int) -> str:
        try:
            return str(rate_everyone(db, CLUB_ACTOR, as_of=DAY, chunk=3).movements)
        except RatingUnderWay:
            return "under way"

    with ThreadPoolExecutor(3) as pool:
        outcomes = set(pool.map(attempt, range(3)))
    assert str({"first": 30}) in outcomes
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(Membership)) == 30
