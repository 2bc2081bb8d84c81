"""Another time over the API: offered, accepted, chosen, declined with a reason; one rule for every
door."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.bookings.invariants import broken_invariants
from tests.bookings.table_rows import seats_taken, units_held_and_used
from tests.bookings.visit_times import at_the_visit, start_of
from tests.cast import CLUB_ACTOR, sun
from tests.small_club import SmallClub, a_small_club
from vipclub import bookings
from vipclub.app import create_app
from vipclub.bookings import TooLateToMove
from vipclub.core import clock
from vipclub.core.db import Database

Ask = Callable[..., Any]


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db, members=4, capacity=1)


@pytest.fixture
def ask(db: Database) -> Ask:
    client: FlaskClient = create_app(database=db).test_client()

    def call(token: str, method: str, path: str, body: Any = None, key: str | None = None) -> Any:
        headers = {"Authorization": f"Bearer {token}"}
        if key:
            headers["Idempotency-Key"] = key
        return client.open(f"/api/v1{path}", method=method, json=body, headers=headers)

    return call


def request(club: SmallClub, ask: Ask, member: int = 0, slot: int = 0) -> str:
    """A request of a member that waits for the partner; gives its path."""
    body = {
        "member": club.members[member],
        "offering": club.offering,
        "slot": club.slots[slot],
    }
    made = ask(club.channel, "POST", "/appointments", body)
    assert made.status_code == 201, made.json
    return f"/appointments/{made.json['appointment']}"


def test_a_partner_offers_another_time_and_the_member_accepts_it(
    club: SmallClub, ask: Ask, db: Database
) -> None:
    place = request(club, ask)
    offer = {"slot": club.slots[2], "kind": "equipment", "reason": "the scanner is out"}
    offered = ask(club.partner_token, "POST", f"{place}/propose", offer, key="p")
    assert (offered.status_code, offered.json["status"]) == (200, "proposed")
    assert offered.json["slot"] == club.slots[0]
    assert offered.json["proposed_slot"] == club.slots[2]
    assert datetime.fromisoformat(offered.json["proposed_start"]) == start_of(db, club.slots[2])
    assert offered.json["answer_kind"] == "equipment"
    assert ask(club.member_token, "GET", place).json == offered.json
    assert (seats_taken(db, club.slots[0]), seats_taken(db, club.slots[2])) == (1, 1)
    again = ask(club.partner_token, "POST", f"{place}/propose", offer, key="p")
    assert again.json == offered.json
    accepted = ask(club.member_token, "POST", f"{place}/accept", key="a")
    assert (accepted.status_code, accepted.json["status"]) == (200, "booked")
    assert accepted.json["slot"] == club.slots[2]
    assert accepted.json["proposed_slot"] is None
    assert ask(club.member_token, "POST", f"{place}/accept", key="a").json == accepted.json
    assert (seats_taken(db, club.slots[0]), seats_taken(db, club.slots[2])) == (0, 1)
    assert accepted.json["version"] == offered.json["version"] + 1


@pytest.mark.promise("P10")
def test_an_appointment_is_moved_once_however_often_it_is_asked(
    club: SmallClub, ask: Ask, db: Database
) -> None:
    place = request(club, ask)
    body = {"slot": club.slots[3], "reason": "a meeting"}
    moved = ask(club.channel, "POST", f"{place}/reschedule", body, key="m")
    assert (moved.status_code, moved.json["slot"]) == (200, club.slots[3])
    assert moved.json["promised_by"]
    for _ in range(3):
        assert ask(club.channel, "POST", f"{place}/reschedule", body, key="m").json == moved.json
    assert (seats_taken(db, club.slots[0]), seats_taken(db, club.slots[3])) == (0, 1)
    assert units_held_and_used(db, club.members[0]) == (1, 0)
    same = ask(club.channel, "POST", f"{place}/reschedule", body)
    assert (same.status_code, same.json["code"]) == (422, "same_time")
    assert broken_invariants(db) == []


def test_a_time_that_is_gone_leaves_the_old_one(club: SmallClub, ask: Ask, db: Database) -> None:
    request(club, ask, member=1, slot=1)
    place = request(club, ask)
    full = ask(club.channel, "POST", f"{place}/reschedule", {"slot": club.slots[1]})
    assert (full.status_code, full.json["code"]) == (409, "slot_full")
    assert full.json["next_free"]
    assert ask(club.channel, "GET", place).json["slot"] == club.slots[0]
    assert broken_invariants(db) == []


def test_a_partner_says_why_it_declines(club: SmallClub, ask: Ask) -> None:
    place = request(club, ask)
    odd = ask(club.partner_token, "POST", f"{place}/decline", {"kind": "weather"})
    assert (odd.status_code, odd.json["code"]) == (422, "unknown_reason")
    declined = ask(
        club.partner_token, "POST", f"{place}/decline", {"kind": "closed", "reason": "a move"}
    )
    assert (declined.json["status"], declined.json["answer_kind"]) == ("cancelled", "closed")
    older = request(club, ask)
    plain = ask(club.partner_token, "POST", f"{older}/decline", {"reason": "as before"})
    assert (plain.status_code, plain.json["answer_kind"]) == (200, "other")


def test_nobody_takes_a_step_that_is_another_s(club: SmallClub, ask: Ask) -> None:
    place = request(club, ask)
    body = {"slot": club.slots[2]}
    assert ask(club.member_token, "POST", f"{place}/propose", body).status_code == 403
    assert ask(club.partner_token, "POST", f"{place}/reschedule", body).status_code == 403
    assert ask(club.partner_token, "POST", f"{place}/accept").status_code == 403
    assert ask(club.other_token, "POST", f"{place}/propose", body).status_code == 404
    theirs = request(club, ask, member=1, slot=5)
    assert ask(club.member_token, "POST", f"{theirs}/reschedule", body).status_code == 404
    early = ask(club.member_token, "POST", f"{place}/accept")
    assert (early.status_code, early.json["code"]) == (409, "illegal_transition")
    assert early.json["possible"] == ["booked", "cancelled"]  # states
    assert early.json["steps"] == ["reschedule", "cancel"]  # what the member may do now


def test_checked_in_is_understood_as_arrived(club: SmallClub, ask: Ask, db: Database) -> None:
    place = request(club, ask)
    with at_the_visit(db, club.slots[0]):
        for step in ("confirm", "arrive"):
            assert ask(club.partner_token, "POST", f"{place}/{step}").status_code == 200
    for status, found in (("checked-in", 1), ("arrived,checked-in", 1), ("booked", 0)):
        listed = ask(club.partner_token, "GET", f"/partner/appointments?status={status}").json
        assert len(listed["items"]) == found, status
    own = f"/members/{club.members[0]}/appointments?status=checked-in"
    assert ask(club.member_token, "GET", own).json["items"][0]["status"] == "arrived"
    unknown = ask(club.partner_token, "GET", "/partner/appointments?status=checked")
    assert (unknown.status_code, unknown.json["code"]) == (400, "malformed")


@pytest.mark.promise("P2")
@pytest.mark.pain(2)
def test_a_pending_request_holds_its_seat(club: SmallClub, ask: Ask) -> None:
    first = request(club, ask)
    second = {
        "member": club.members[1],
        "offering": club.offering,
        "slot": club.slots[0],
    }
    refused = ask(club.channel, "POST", "/appointments", second)
    assert (refused.status_code, refused.json["code"]) == (409, "slot_full")
    assert ask(club.partner_token, "POST", f"{first}/confirm").status_code == 200


@pytest.mark.pain(4)
def test_a_booking_consumes_the_hold_that_it_names(club: SmallClub, ask: Ask, db: Database) -> None:
    held = db.run(
        bookings.hold_seat,
        club.lin,
        member=club.members[0],
        slot=club.slots[0],
    )
    body = {"offering": club.offering, "slot": club.slots[0]}
    for hold in (None, held.hold):  # another member, without the hold and with somebody else's
        stolen = {**body, "member": club.members[1], **({"hold": hold} if hold else {})}
        assert ask(club.channel, "POST", "/appointments", stolen).status_code == 409
    elsewhere = {**body, "member": club.members[0], "slot": club.slots[1], "hold": held.hold}
    assert ask(club.channel, "POST", "/appointments", elsewhere).json["code"] == "hold_expired"
    own = {**body, "member": club.members[0], "hold": held.hold}
    assert ask(club.channel, "POST", "/appointments", own, key="h").status_code == 201
    assert ask(club.channel, "POST", "/appointments", own).status_code in {409, 422}
    assert (seats_taken(db, club.slots[0]), units_held_and_used(db, club.members[0])) == (
        1,
        (1, 0),
    )


def deadline_of(db: Database, place: str) -> datetime:
    """Until when it may be cancelled free of cost, and moved."""
    with db.read() as session:
        found = bookings.appointment(session, CLUB_ACTOR, place.rsplit("/", 1)[1])
    moment = found.site_clock.deadline(found.policy.cancel_until, found.start)
    assert moment is not None
    return moment


@pytest.mark.pain(5)
def test_one_deadline_for_page_old_link_api_and_phone(
    club: SmallClub, ask: Ask, db: Database
) -> None:
    """The same minute ends it at every door: the page's offer, a member's own system, a channel's,
    and the service desk on the phone."""
    places = [request(club, ask, member=n, slot=n) for n in range(3)]
    for place in places:
        assert ask(club.partner_token, "POST", f"{place}/confirm").status_code == 200
    end = min(deadline_of(db, place) for place in places)
    assert len({deadline_of(db, place) for place in places}) == 1

    def by_phone(place: str) -> str | None:
        """The code of what the service desk is refused for."""
        ref, slot = place.rsplit("/", 1)[1], club.slots[-3]
        try:
            db.run(bookings.reschedule, sun(), appointment=ref, slot=slot)
        except TooLateToMove as refused:
            return refused.code
        return None

    def doors() -> dict[str, bool]:
        """Which doors let the time be changed, each with a time of its own."""
        now, found = clock.now(), {}
        own, theirs, desk = places
        with db.read() as session:
            view = bookings.appointment(session, CLUB_ACTOR, own.rsplit("/", 1)[1])
            found["page"] = view.cancels_free(now)
        body = {"slot": club.slots[-1]}
        link = ask(club.member_token, "POST", f"{own}/reschedule", body)
        channel = ask(club.channel, "POST", f"{theirs}/reschedule", {"slot": club.slots[-2]})
        for name, answer in (("link", link), ("channel", channel)):
            found[name] = answer.status_code == 200
            if not found[name]:
                assert answer.json["code"] == "too_late_to_move"
                assert datetime.fromisoformat(answer.json["until"]) == end
        found["phone"] = by_phone(desk) is None
        return found

    with clock.replaying(end + timedelta(minutes=1)):
        assert set(doors().values()) == {False}
    with clock.replaying(end - timedelta(minutes=1)):
        assert set(doors().values()) == {True}
