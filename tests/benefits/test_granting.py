"""What the tiers give: at the invitation, after a move, and when the year turns."""

from __future__ import annotations

import doctest
from datetime import date

import pytest
from sqlalchemy import func, select

from tests.benefits.rated_members import (
    BELOW,
    BLACK,
    DIAMOND,
    GOLD,
    PLATINUM,
    RATING_DAY,
    account_id_of,
    entitlement_of,
    granted_held_used,
    rate_and_grant,
    rated_members,
    react_by_granting_alone,
)
from tests.cast import CLUB_ACTOR
from tests.membership.inserted_persons import person_id_of, set_value_of_records
from vipclub.benefits import (
    benefits,
    consume,
    cost,
    drifting,
    entitlements_of,
    expire_years,
    grant_next_year,
    granting,
    hold,
    load_catalogue,
    regrant_everyone,
    release,
)
from vipclub.benefits.catalogue_document import SHIPPED
from vipclub.benefits.models import EntitlementAccount, LedgerEntry
from vipclub.benefits.refusals import CatalogueNotAccepted
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, NotFound
from vipclub.membership import decline_invitation

VISIT = ("appointment", "A-1")


def post(db: Database, act: object, account: int, **more: object) -> None:
    db.run(act, account_id=account, subject=VISIT, actor=CLUB_ACTOR, at=clock.now(), **more)  # type: ignore[arg-type]


def nothing_drifts(db: Database) -> bool:
    with db.read() as session:
        return drifting(session) == []


@pytest.mark.parametrize("module", [cost, granting])
def test_the_worked_examples_hold(module: object) -> None:
    assert doctest.testmod(module).failed == 0  # type: ignore[arg-type]


def test_a_new_member_has_all_benefits_of_the_tier_for_the_calendar_year(db: Database) -> None:
    lin, stranger = rated_members(db, GOLD, BELOW)
    with db.read() as session:
        found = entitlements_of(session, CLUB_ACTOR, member=lin, year=2026)
        assert entitlements_of(session, CLUB_ACTOR, member=stranger, year=2026) == []
    assert [(e.benefit, e.remaining) for e in found] == [
        ("health-check", 1),
        ("health-seminar", 2),
        ("wealth-salon", 2),
        ("wealth-advice", 2),
        ("green-channel", 1),
        ("emergency-domestic", 0),
        ("emergency-overseas", 0),
    ]
    assert found[0].to_json() == {
        "benefit": "health-check",
        "year": 2026,
        "unit": "times",
        "granted": 1,
        "held": 0,
        "used": 0,
        "remaining": 1,
    }


def test_entitlements_are_shown_to_those_who_may_see_them_only(db: Database) -> None:
    lin, chen = rated_members(db, GOLD, GOLD)
    may = frozenset({"entitlement:view"})
    herself = Actor("member", permissions=may, scopes=frozenset({("person", lin)}))
    with db.read() as session:
        assert entitlements_of(session, herself, member=lin)
        with pytest.raises(NotFound):
            entitlements_of(session, herself, member=chen)
        with pytest.raises(Forbidden):
            entitlements_of(session, Actor.anonymous(), member=lin)


@pytest.mark.promise("P11")
def test_an_upgrade_tops_the_year_up_to_the_new_tier(db: Database) -> None:
    (lin,) = rated_members(db, GOLD)
    account = account_id_of(db, lin)
    post(db, hold, account)
    db.run(set_value_of_records, lin, BLACK)
    assert rate_and_grant(db, date(2026, 8, 1)) == {"upgrade": 1}
    assert granted_held_used(db, account) == (4, 1, 0)
    rate_and_grant(db, date(2026, 8, 1))
    assert granted_held_used(db, account) == (4, 1, 0)
    assert nothing_drifts(db)


@pytest.mark.promise("P11", "P20")
def test_a_move_down_lowers_the_year_and_never_below_what_is_held_or_used(db: Database) -> None:
    lin, chen = rated_members(db, BLACK, BLACK, day=date(2026, 3, 1))
    rate_and_grant(db, date(2027, 1, 5))
    grant_next_year(db, today=date(2026, 12, 1))
    used, free = account_id_of(db, lin, year=2027), account_id_of(db, chen, year=2027)
    for _ in range(3):
        post(db, hold, used)
    post(db, consume, used)
    for ref in (lin, chen):
        db.run(set_value_of_records, ref, GOLD)
    rate_and_grant(db, date(2027, 3, 1))  # the last day: black until midnight
    assert granted_held_used(db, free) == (4, 0, 0)
    rate_and_grant(db, date(2027, 3, 2))
    assert granted_held_used(db, free) == (1, 0, 0)
    assert granted_held_used(db, used) == (3, 2, 1)
    post(db, release, used)
    regrant_everyone(db, today=date(2027, 3, 3))
    assert granted_held_used(db, used) == (2, 1, 1)
    assert nothing_drifts(db)


@pytest.mark.promise("P11", "P20")
def test_a_lapse_ends_what_is_left_and_a_return_gives_no_second_time(db: Database) -> None:
    (lin,) = rated_members(db, DIAMOND, day=date(2026, 3, 1))
    grant_next_year(db, today=date(2026, 12, 1))
    account = account_id_of(db, lin, year=2027)
    post(db, hold, account)
    post(db, consume, account)
    db.run(set_value_of_records, lin, BELOW)
    assert rate_and_grant(db, date(2027, 3, 2)) == {"lapse": 1}
    assert granted_held_used(db, account) == (1, 0, 1)
    db.run(set_value_of_records, lin, GOLD)
    assert rate_and_grant(db, date(2027, 5, 1)) == {"return": 1}
    assert granted_held_used(db, account) == (1, 0, 1)
    db.run(set_value_of_records, lin, DIAMOND)
    rate_and_grant(db, date(2027, 5, 3))
    assert granted_held_used(db, account) == (2, 0, 1)
    assert nothing_drifts(db)


def test_a_declined_invitation_ends_its_benefits(db: Database) -> None:
    (lin,) = rated_members(db, GOLD)
    db.run(decline_invitation, CLUB_ACTOR, member=lin, today=RATING_DAY)
    found = entitlement_of(db, lin)
    assert found
    assert found.remaining == 0


def test_benefits_are_those_of_the_calendar_year(db: Database) -> None:
    """The club's FAQ: 2009's benefits from 2009-07-02 to 2009-12-31, 2010's until 2010-07-01."""
    (lin,) = rated_members(db, GOLD)
    assert entitlement_of(db, lin, year=2027) is None
    assert grant_next_year(db, today=date(2026, 11, 16)) == 0
    assert grant_next_year(db, today=date(2026, 11, 17)) == 7
    assert grant_next_year(db, today=date(2026, 11, 18)) == 0
    found = entitlement_of(db, lin, year=2027)
    assert found
    assert found.remaining == 1


def test_next_years_accounts_are_for_those_whose_term_reaches_it(db: Database) -> None:
    (lin,) = rated_members(db, GOLD, day=date(2025, 12, 1))
    assert grant_next_year(db, today=date(2026, 11, 20)) == 0
    rate_and_grant(db, date(2026, 12, 1))
    assert entitlement_of(db, lin, year=2027)


@pytest.mark.promise("P11")
def test_a_renewal_inside_a_year_continues_the_same_account(db: Database) -> None:
    (lin,) = rated_members(db, GOLD, day=date(2026, 3, 1))
    grant_next_year(db, today=date(2026, 12, 1))
    account = account_id_of(db, lin, year=2027)
    post(db, hold, account)
    assert rate_and_grant(db, date(2027, 3, 1)) == {"renewal": 1}
    rate_and_grant(db, date(2027, 3, 2))
    assert account_id_of(db, lin, year=2027) == account
    assert granted_held_used(db, account) == (1, 1, 0)


@pytest.mark.promise("P11")
@pytest.mark.pain(44)
def test_the_years_end_ends_what_is_left_and_keeps_what_is_held(db: Database) -> None:
    lin, chen = rated_members(db, DIAMOND, PLATINUM)
    account = account_id_of(db, lin)
    post(db, hold, account)
    assert expire_years(db, today=date(2026, 12, 31)) == 0
    assert expire_years(db, today=date(2027, 1, 1), chunk=3) == 10
    assert granted_held_used(db, account) == (1, 1, 0)
    assert granted_held_used(db, account_id_of(db, chen)) == (0, 0, 0)
    post(db, release, account)
    assert expire_years(db, today=date(2027, 1, 2)) == 1
    assert granted_held_used(db, account) == (0, 0, 0)
    assert nothing_drifts(db)


def test_the_catalogue_is_loaded_once_and_a_change_reaches_the_accounts(db: Database) -> None:
    (lin,) = rated_members(db, GOLD)
    with db.read() as session:
        before = session.scalar(select(func.count()).select_from(LedgerEntry))
        assert len(benefits(session)) == 7
    assert db.run(load_catalogue, CLUB_ACTOR) == 7
    text = (SHIPPED / "2026.toml").read_text(encoding="utf-8")
    more = text.replace(
        "quantity = { gold = 1, platinum = 1,", "quantity = { gold = 3, platinum = 3,"
    )
    db.run(load_catalogue, CLUB_ACTOR, text=more)
    react_by_granting_alone(db)
    regrant_everyone(db, today=RATING_DAY)
    found = entitlement_of(db, lin)
    assert found
    assert found.granted == 3
    with db.read() as session:
        assert session.scalar(select(func.count()).select_from(LedgerEntry)) == (before or 0) + 1


def test_a_catalogue_with_mistakes_is_refused_with_a_sentence_each(db: Database) -> None:
    text = (SHIPPED / "2026.toml").read_text(encoding="utf-8")
    wrong = text.replace('unit = "people"', 'unit = "heads"').replace('"健康体检"', '" "')
    with pytest.raises(CatalogueNotAccepted) as caught:
        db.run(load_catalogue, CLUB_ACTOR, text=wrong)
    problems = caught.value.data["problems"]
    assert "wealth-salon: “unit” must be one of" in problems
    assert "health-check: “name” must be filled" in problems


@pytest.mark.promise("P18")
def test_accounts_stay_with_the_person_under_whom_the_membership_runs(db: Database) -> None:
    from sqlalchemy import update

    from vipclub.people import Person

    lin, twin = rated_members(db, GOLD, GOLD)
    lin_id, twin_id = person_id_of(db, lin), person_id_of(db, twin)
    account = account_id_of(db, lin)
    db.run(
        lambda session: session.execute(
            update(Person).where(Person.id == lin_id).values(survivor_id=twin_id)
        )
    )
    assert rate_and_grant(db, date(2026, 9, 1)) == {"merged": 1}
    found = entitlement_of(db, twin)
    assert found
    assert (found.granted, found.remaining) == (1, 1)  # the unused rest of one of them has ended
    with db.read() as session:
        held_by = session.scalar(
            select(EntitlementAccount.person_id).where(EntitlementAccount.id == account)
        )
    assert held_by == lin_id
    assert nothing_drifts(db)
