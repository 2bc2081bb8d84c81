"""A manager's members: searched, filtered, counted, page by page; never anybody else's."""

from __future__ import annotations

import base64
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update

from tests.cast import CLUB_ACTOR, wu
from tests.portfolio.manager_members import PORTFOLIO, give_to_manager, name_member
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from vipclub import bookings, portfolio
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.errors import Malformed
from vipclub.membership import Membership
from vipclub.people import Person
from vipclub.portfolio import Filters, Portfolio
from vipclub.portfolio.members import SORTS

NAMES = ("林若溪", "Chan Siu Man", "王芳", "赵宁")


@pytest.fixture
def club(db: Database) -> SmallClub:
    made = a_small_club(db, members=4)
    for ref, name in zip(made.members, NAMES, strict=True):
        name_member(db, ref, name, mobile=f"+861390000000{made.members.index(ref)}", city="310000")
    give_to_manager(db, *made.members[:3])
    return made


def mine(db: Database, filters: Filters = Filters(), **more: Any) -> Portfolio:  # noqa: B008
    now = clock.now()
    today = clock.club_today()
    with db.read() as session, statements(at_most=5):
        return portfolio.own_members(
            session, wu(PORTFOLIO), filters=filters, now=now, today=today, **more
        )


def refs(found: Portfolio) -> set[str]:
    return {member.ref for member in found.members}


def test_only_the_own_members_are_listed_and_counted(db: Database, club: SmallClub) -> None:
    found = mine(db)
    assert refs(found) == set(club.members[:3])
    assert found.count == 3
    assert found.counts["gold"] == 3
    stranger = replace(Filters(), search=club.members[3])
    assert mine(db, stranger).count == 0
    assert mine(db, replace(Filters(), search=NAMES[3])).count == 0
    assert mine(db, replace(Filters(), search="13900000003")).count == 0


def test_a_search_takes_a_name_in_any_script_a_reference_and_a_number(
    db: Database, club: SmallClub
) -> None:
    lin, chan, wang, _ = club.members
    for said, who in (
        ("林若溪", lin),
        ("若溪", lin),
        ("siu chan", chan),
        (wang, wang),
        ("139 0000/0001", chan),
    ):
        assert refs(mine(db, replace(Filters(), search=said))) == {who}, said


def test_filters_narrow_the_list_and_the_count(db: Database, club: SmallClub) -> None:
    lin, chan, wang, _ = club.members
    db.run(bookings.book, CLUB_ACTOR, member=lin, offering=club.offering, slot=club.slots[0])
    end_soon(db, chan)
    assert refs(mine(db, replace(Filters(), coming="yes"))) == {lin}
    assert refs(mine(db, replace(Filters(), coming="no"))) == {chan, wang}
    assert refs(mine(db, replace(Filters(), unused="health-check"))) == {chan, wang}
    assert refs(mine(db, replace(Filters(), left="wealth-salon"))) <= {lin, chan, wang}
    assert refs(mine(db, replace(Filters(), ending=True))) == {chan}
    assert mine(db, replace(Filters(), tier="black")).count == 0
    assert mine(db, replace(Filters(), tier="gold", city="310000")).count == 3
    assert mine(db, replace(Filters(), city="440300")).count == 0
    assert mine(db, replace(Filters(), subsidiary="LIFE")).count == 3
    assert mine(db, replace(Filters(), subsidiary="BANK")).count == 0
    assert mine(db, replace(Filters(), invited=True)).count == 3
    assert mine(db, replace(Filters(), upgraded=True)).count == 0


def end_soon(db: Database, ref: str) -> None:
    """The member's term ends in ten days."""

    def change(session: Any) -> None:
        ids = select(Person.id).where(Person.public_ref == ref)
        day = clock.club_today() + timedelta(days=10)
        session.execute(
            update(Membership).where(Membership.person_id.in_(ids)).values(last_day=day)
        )

    db.run(change)


@pytest.mark.parametrize("backwards", [False, True])
@pytest.mark.parametrize("sort", SORTS)
def test_pages_show_each_member_once_in_every_order(
    db: Database, club: SmallClub, sort: str, backwards: bool
) -> None:
    lin, chan, wang, _ = club.members
    db.run(bookings.book, CLUB_ACTOR, member=lin, offering=club.offering, slot=club.slots[0])
    end_soon(db, chan)
    seen, after = [], None
    while True:
        page = mine(db, sort=sort, backwards=backwards, after=after, limit=1)
        seen += [member.ref for member in page.members]
        assert page.count == 3
        if page.next is None:
            break
        after = page.next
    assert sorted(seen) == sorted(club.members[:3])
    whole = mine(db, sort=sort, backwards=backwards)
    assert seen == [member.ref for member in whole.members], "page by page as at once"
    first = {"name": (chan, wang), "ends": (chan, None), "next": (lin, lin), "tier": (None, None)}
    begins = first[sort][backwards]
    assert begins is None or seen[0] == begins
    with pytest.raises(Malformed):
        mine(db, after="nonsense")


@pytest.mark.parametrize("sort", ["name", "tier", "ends", "next"])
def test_a_cursor_of_another_order_or_beyond_any_row_is_refused(
    db: Database, club: SmallClub, sort: str
) -> None:
    cursors = [mine(db, sort=other, limit=1).next for other in SORTS if other != sort]
    wild = ['["", 1, 1e999]', '["", null, 1]', f'["", "a", {10**30}]', '["m", "2026-01-01", 1]']
    cursors += [base64.urlsafe_b64encode(text.encode()).decode() for text in wild]
    for cursor in cursors:
        with pytest.raises(Malformed):
            mine(db, sort=sort, after=cursor)


def test_the_list_shows_the_next_visit_and_what_is_left(db: Database, club: SmallClub) -> None:
    lin = club.members[0]
    db.run(bookings.book, CLUB_ACTOR, member=lin, offering=club.offering, slot=club.slots[0])
    member = next(m for m in mine(db).members if m.ref == lin)
    assert member.next_service is not None
    assert member.next_service.en == "Health check"
    left = {each.benefit: each.remaining for each in member.left}
    assert left["health-check"] == 0
