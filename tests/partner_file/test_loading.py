"""One file brings the club to what it says, as a whole; the same file again changes nothing."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

import pytest
import time_machine
from sqlalchemy import func, select, text

from tests.cast import CLUB_ACTOR, gao
from tests.partner_file.documents import GOOD, bent
from tests.small_club import ANY_NAME, SmallClub, a_small_club
from vipclub import accounts, bookings, partners, settlement
from vipclub.core import clock
from vipclub.core.audit import AuditRow
from vipclub.core.db import Base, Database
from vipclub.core.errors import Forbidden
from vipclub.core.i18n import format_date
from vipclub.partner_file.exporting import as_toml
from vipclub.partner_file.loading import ClubMoved, FileNotAccepted, Loaded, load, preview
from vipclub.partners import Hours
from vipclub.settlement import OfferingTerms, PartnerTerms, Price, partner_terms

A_PRICE = "offering jingan-check: another price "


def brought(db: Database, content: bytes, **options: Any) -> Loaded:
    done: Loaded = db.run(load, CLUB_ACTOR, content=content, **options)
    return done


def shown(db: Database, content: bytes) -> Loaded:
    with db.read() as session:
        return preview(session, CLUB_ACTOR, content=content)


def says(loaded: Loaded) -> list[str]:
    return [step.says for step in loaded.steps]


def terms_of(db: Database) -> list[PartnerTerms]:
    with db.read() as session:
        return partner_terms(session, CLUB_ACTOR)


def the_offering(db: Database) -> OfferingTerms:
    (partner,) = terms_of(db)
    return partner.sites[0].offerings[0]


def all_rows(db: Database) -> dict[str, list[Any]]:
    """Every row of every table."""
    with db.read() as session:
        return {
            name: [
                tuple(row) for row in session.execute(select(table).order_by(*table.primary_key))
            ]
            for name, table in Base.metadata.tables.items()
        }


def audit_rows(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(AuditRow)) or 0


def test_a_file_opens_a_partner_that_can_be_booked_and_paid(club: Database) -> None:
    done = brought(club, GOOD.encode())
    (partner,) = terms_of(club)
    (site,) = partner.sites
    (offering,) = site.offerings
    assert (partner.key, site.key, offering.key) == ("yunlan", "yunlan-jingan", "jingan-check")
    assert partner.name.hant == "雲嵐"
    assert (site.city_code, site.time_zone, site.region) == ("310000", "Asia/Shanghai", "CN")
    assert (offering.minutes, offering.department, offering.on_holidays) == (60, "checks", True)
    assert offering.price == Price(168_000, "CNY", 50, 30)
    assert offering.policy == "jingcheng-hospital"
    assert Hours(1, time(14), time(16), 30, 1) in offering.hours
    assert len(offering.hours) == 9
    with club.read() as session:
        times = session.scalars(select(partners.Slot.local_day)).all()
        ((place, invited),) = done.links
        known = accounts.account_view(session, CLUB_ACTOR, invited.account)
    assert len(set(times)) == partners.OPENED_AHEAD
    assert place == "staff[1]"
    assert invited.secret
    assert [scope.ref for scope in known.scopes] == [partner.ref]


def test_the_same_file_twice_changes_nothing(club: Database) -> None:
    brought(club, GOOD.encode())
    before = all_rows(club)
    again = brought(club, GOOD.encode())
    assert (again.steps, again.links) == ((), ())
    assert all_rows(club) == before


def test_what_would_change_is_shown_and_not_written(club: Database) -> None:
    before = all_rows(club)
    first = shown(club, GOOD.encode())
    assert says(first)[:3] == [
        "new, “Yunlan”",
        "site yunlan-jingan: new, “Jing’an”, Asia/Shanghai",
        "offering jingan-check: new, “Check”, health-check, 60 minutes",
    ]
    assert {step.of for step in first.steps} == {"yunlan", ""}
    assert all_rows(club) == before


def test_each_thing_that_differs_is_changed_and_said_with_before_and_after(club: Database) -> None:
    brought(club, GOOD.encode())
    rows = audit_rows(club)
    content = (
        GOOD.replace('en = "Yunlan"', 'en = "Yun Lan"')
        .replace('en = "88 Yunlan Road"', 'en = "90 Yunlan Road"')
        .replace("minutes = 60", "minutes = 30")
        .replace("amount = 168000", "amount = 178000")
        .replace('"jingcheng-hospital"', '"nantang-hospital"')
        .replace('department = "checks"', "offered = false")
    )
    done = brought(club, content.encode())
    tomorrow = clock.today("Asia/Shanghai") + timedelta(days=1)
    assert says(done) == [
        "name (en) “Yunlan” → “Yun Lan”",
        "site yunlan-jingan: address (en) “88 Yunlan Road” → “90 Yunlan Road”",
        "offering jingan-check: minutes 60 → 30",
        f"{A_PRICE}178000 CNY in minor units, 50 % missed, 30 % late, from {tomorrow}",
        "offering jingan-check: booking policy nantang-hospital",
        "offering jingan-check: closed; appointments that stand are kept",
    ]
    offering = the_offering(club)
    assert (offering.minutes, offering.active, offering.policy) == (30, False, "nantang-hospital")
    assert offering.department == "checks"
    assert offering.price == Price(168_000, "CNY", 50, 30)
    assert offering.price_on(tomorrow) == Price(178_000, "CNY", 50, 30)
    assert audit_rows(club) == rows + 6
    assert not brought(club, content.encode()).steps


def test_what_the_file_leaves_out_is_left_alone_and_said(club: Database) -> None:
    brought(club, GOOD.encode())
    other = club.run(partners.create_partner, CLUB_ACTOR, name=ANY_NAME, key="other")
    smaller = GOOD.replace('policy = "jingcheng-hospital"\n', "").replace("department", "# ")
    before = all_rows(club)
    done = brought(club, smaller.encode())
    assert done.left == (
        "offering jingan-check: its booking policy jingcheng-hospital",
        "partner other, “In-depth check”",
    )
    assert not done.steps
    assert all_rows(club) == before
    assert other in {partner.ref for partner in terms_of(club)}


def test_changed_hours_hold_from_tomorrow_and_name_whose_appointments_they_hit(
    db: Database,
) -> None:
    small = a_small_club(db, members=1)
    appointment, start = booked(db, small)
    content = file_of(db, small, hours_until="11:00")
    tomorrow = clock.today("Asia/Shanghai") + timedelta(days=1)
    (line,) = says(shown(db, content))
    assert line.startswith(f"offering {small.offering}: hours from {tomorrow}, ")
    assert (
        f"another time is offered to appointments {appointment} on {start:%Y-%m-%d %H:%M}" in line
    )
    brought(db, content)
    with db.read() as session:
        assert bookings.list_closures(session, small.he)
        assert bookings.appointment(session, small.lin, appointment).status != "cancelled"
    assert not brought(db, content).steps


def test_changed_hours_hold_from_the_day_that_is_named(db: Database) -> None:
    small = a_small_club(db, members=1)
    first = clock.club_today() + timedelta(days=20)
    content = file_of(db, small, hours_until="11:00", more=f"hours_from = {first}")
    (line,) = says(brought(db, content))
    assert line.startswith(f"offering {small.offering}: hours from {first}, ")
    offering = next(
        one
        for partner in terms_of(db)
        for site in partner.sites
        for one in site.offerings
        if one.ref == small.offering
    )
    assert len({row.closes for row in offering.hours_on(first - timedelta(days=1))}) == 1
    assert {row.closes for row in offering.hours_on(first)} == {time(11)}
    assert not brought(db, content).steps


def booked(db: Database, small: SmallClub) -> tuple[str, datetime]:
    """Lin's appointment at 11:00, which a day until 11:00 doesn't have."""
    with db.read() as session:
        slots = partners.capacity_by_slot(
            session,
            small.he,
            first=clock.club_today() + timedelta(days=6),
            last=clock.club_today() + timedelta(days=8),
            offering=small.offering,
        ).items
    slot = next(slot for slot in slots if slot.start.hour == 11)
    made = db.run(
        bookings.book,
        small.lin,
        member=small.members[0],
        offering=small.offering,
        slot=slot.slot,
    )
    return str(made.appointment), slot.start


def file_of(db: Database, small: SmallClub, *, hours_until: str, more: str = "") -> bytes:
    """The small club's partner, by references, with other hours."""
    with db.read() as session:
        site = partners.find_offering(session, CLUB_ACTOR, small.offering).site
    name = '{ zh-Hans = "深度体检", zh-Hant = "深度身體檢查", en = "In-depth check" }'
    return f"""
[[partner]]
ref = "{small.partner}"
name = {name}
[[partner.site]]
ref = "{site}"
name = {name}
address = {name}
city_code = "310000"
[[partner.site.offering]]
ref = "{small.offering}"
service = "health-check"
name = {name}
minutes = 60
{more}
hours = [
  {{ days = {list(range(1, 8))}, from = "09:00", to = "{hours_until}", every = 60, capacity = 2 }},
]
""".encode()


def test_what_stands_is_exported_and_loads_to_no_change(club: Database) -> None:
    own = '{ name = "own", confirmation = "instant", opens = { days = 14, at = "06:30" }, '
    own += "closes = { hours = 0 }, cancel_until = { hours = 1.5 }, who = { cities = [] } }"
    content = GOOD.replace('"jingcheng-hospital"', own).replace(
        'en = "Check"', 'en = "A \\"b\\"\\\\"'
    )
    brought(club, content.encode())
    keyless = club.run(partners.create_partner, CLUB_ACTOR, name=ANY_NAME)
    before = all_rows(club)
    exported = as_toml(terms_of(club))
    assert f'ref = "{keyless}"' in exported
    assert "何敏" not in exported
    done = brought(club, exported.encode())
    assert (done.steps, done.left) == ((), ())
    assert all_rows(club) == before
    club.run(partners.close_offering, CLUB_ACTOR, offering=the_first(club).ref)
    assert not brought(club, as_toml(terms_of(club)).encode()).steps


def the_first(db: Database) -> OfferingTerms:
    return terms_of(db)[0].sites[0].offerings[0]


def test_a_partner_without_a_key_gets_one_from_the_file(club: Database) -> None:
    ref = club.run(partners.create_partner, CLUB_ACTOR, name=ANY_NAME)
    content = f'[[partner]]\nref = "{ref}"\nkey = "deep"\n'
    content += 'name = { zh-Hans = "深度体检", zh-Hant = "深度身體檢查", en = "In-depth check" }\n'
    assert says(brought(club, content.encode())) == [f"partner {ref}: key deep"]
    assert not brought(club, content.replace(f'ref = "{ref}"\n', "").encode()).steps
    with pytest.raises(FileNotAccepted, match="it has the key deep, which never changes"):
        brought(club, content.replace('"deep"', '"deeper"').encode())


def test_the_clock_of_an_opened_site_and_the_service_never_change(club: Database) -> None:
    brought(club, GOOD.encode())
    for content, told in (
        (
            bent('"Asia/Shanghai"', '"Asia/Hong_Kong"'),
            r"time_zone: can't change: times were opened",
        ),
        (bent('"health-check"', '"green-channel"'), r"service: can't change: it is health-check"),
        (bent("minutes = 60", "minutes = 200"), r"no visit of 200 minutes fits in"),
        (
            bent(" }\nhours", f", from = {today()} }}\nhours").replace(b"168000", b"1"),
            "another price",
        ),
    ):
        with pytest.raises(FileNotAccepted, match=told):
            brought(club, content)


def today() -> date:
    return clock.today("Asia/Shanghai")


def test_what_was_agreed_to_is_done_or_nothing(club: Database) -> None:
    agreed = shown(club, GOOD.encode())
    club.run(partners.create_partner, CLUB_ACTOR, name=ANY_NAME, key="yunlan")
    before = all_rows(club)
    with pytest.raises(ClubMoved):
        brought(club, GOOD.encode(), shown=agreed)
    assert all_rows(club) == before


def test_only_the_administrator_loads_a_file(club: Database) -> None:
    with pytest.raises(Forbidden):
        club.run(load, gao(), content=GOOD.encode())


def test_a_refusal_in_the_middle_leaves_nothing(club: Database) -> None:
    """The database itself says no to the very last step."""
    before = all_rows(club)
    with club.engine.begin() as connection:
        connection.execute(text("ALTER TABLE staff_invitation RENAME TO gone"))
    with pytest.raises(Exception, match="staff_invitation"):
        brought(club, GOOD.encode())
    with club.engine.begin() as connection:
        connection.execute(text("ALTER TABLE gone RENAME TO staff_invitation"))
    assert all_rows(club) == before


def test_the_price_and_the_lines_of_money_are_those_of_the_contract(club: Database) -> None:
    content = bent("late = 30 }", "late = 30, from = 2026-01-01 }")
    brought(club, content)
    assert the_offering(club).prices == (
        settlement.PriceFrom(date(2026, 1, 1), Price(168_000, "CNY", 50, 30)),
    )


def test_a_price_from_a_day_that_was_charged_otherwise_is_refused_at_its_place(
    club: Database,
) -> None:
    """As the page refuses it: visits of that day have their price."""
    brought(club, GOOD.encode())
    with time_machine.travel(clock.now() + timedelta(days=10)):
        day = clock.club_today() - timedelta(days=3)
        content = bent("168000", f"178000, from = {day}")
        before = all_rows(club)
        with pytest.raises(FileNotAccepted) as refused:
            brought(club, content)
        (fault,) = refused.value.faults
        assert fault.place == "partner[1].site[1].offering[1].price.from"
        assert fault.line is not None
        assert fault.says == (
            f"On {format_date('en', day)} a price was in force, and visits were charged with it. "
            "A new price begins today or later."
        )
        assert all_rows(club) == before
        brought(club, bent("168000", f"178000, from = {clock.club_today()}"))
