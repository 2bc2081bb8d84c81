"""A club in which something of everything has happened: visits that were charged, one that was
taken back, a statement, a request, an offer, a hold, a closed day with somebody on its list, a
relative, and an emergency contact."""

from __future__ import annotations

from datetime import timedelta

from tests.cast import CLUB_ACTOR
from tests.events.salons import a_salon, register
from tests.kept_clubs import KeptClubs
from tests.people.contacts_named import a_contact
from tests.settlement.club_with_visits import ClubWithVisits, a_club_with_visits
from tests.small_club import SmallClub
from vipclub import assistance, bookings, desk, events, people
from vipclub.core import audit_sealing, clock
from vipclub.core.db import Database

_kept = KeptClubs()


def a_season(db: Database) -> ClubWithVisits:
    """Built once a process."""
    club: SmallClub | None = _kept.bring(db, "season")
    if club is not None:
        return ClubWithVisits(db, club)
    made = _build(db)
    _kept.keep(db, "season", made.club)
    return made


def _build(db: Database) -> ClubWithVisits:
    made = a_club_with_visits(db, members=4)
    made.price()
    for who in (0, 1):
        made.visited(who, who)
    undone = made.visited(2, who=2)
    made.step(bookings.undo, undone, made.start(2) + timedelta(hours=3))
    made.issue(made.day().replace(day=1), days_later=70)
    book(made, 12, who=0)
    offered = book(made, 15, who=1)
    db.run(bookings.propose, made.club.he, appointment=offered, slot=made.club.slots[18])
    made.confirmed(21, who=2)
    db.run(bookings.close_day, made.club.he, offering=made.club.offering, day=made.day(21))
    db.run(bookings.hold_seat, made.club.lin, member=made.club.members[0], slot=made.club.slots[24])
    lin = made.club.members[0]
    db.run(people.add_relative, CLUB_ACTOR, member=lin, name="林小宝", relation="child")
    case = db.run(assistance.open_case, CLUB_ACTOR, kind="enquiry", member=lin).case
    ask_two_partners(made, case)
    asked = db.run(assistance.open_case, CLUB_ACTOR, kind="enquiry", member=lin)
    tomorrow = clock.now() + timedelta(days=1)
    db.run(assistance.add_task, CLUB_ACTOR, case=asked.case, what="Call back", due=tomorrow)
    a_contact(db, made.club.lin, lin, may_be_told="state")
    book_by_ticket(made, 27, who=3)
    fill_a_salon(made)
    planned = db.run(desk.ask_callback, CLUB_ACTOR, member=lin, phone="13900139000")
    db.run(desk.not_reached, CLUB_ACTOR, callback=planned.callback)
    db.run(audit_sealing.seal)
    return made


def fill_a_salon(season: ClubWithVisits) -> None:
    """Three seats: a member with a guest, another with an offer; who needs two waits."""
    db, salon = season.db, a_salon(season.db, seats=3)
    seated = [
        register(db, CLUB_ACTOR, salon, season.club.members[who], guests)
        for who, guests in ((0, 1), (1, 0), (2, 1), (3, 0))
    ]
    db.run(events.cancel, CLUB_ACTOR, registration=seated[1].registration)


def ask_two_partners(season: ClubWithVisits, case: str) -> None:
    """The small club's own and another one, one after the other."""
    covers = [
        season.db.run(
            assistance.dispatch.add_cover,
            CLUB_ACTOR,
            partner=partner,
            kind="hospital",
            phone="021",
            minutes=9,
        )
        for partner in (season.club.partner, season.club.other_partner)
    ]
    season.db.run(
        assistance.dispatch.ask_partners,
        CLUB_ACTOR,
        case=case,
        kind="hospital",
        covers=covers,
        area="里昂",
    )


def book_by_ticket(season: ClubWithVisits, slot: int, who: int) -> None:
    """A request by a booking ticket, which it uses."""
    club = season.club
    given = season.db.run(
        bookings.give_ticket,
        CLUB_ACTOR,
        member=club.members[who],
        service="health-check",
        until=clock.now() + timedelta(days=3),
    )
    season.db.run(
        bookings.book,
        CLUB_ACTOR,
        member=club.members[who],
        offering=club.offering,
        slot=club.slots[slot],
        ticket=given.ticket,
    )


def book(season: ClubWithVisits, slot: int, who: int) -> str:
    """A request for a time."""
    club = season.club
    made = season.db.run(
        bookings.book,
        CLUB_ACTOR,
        member=club.members[who],
        offering=club.offering,
        slot=club.slots[slot],
    )
    return str(made.appointment)
