"""Partners are asked one after another, each with a clock: the next by itself when one is silent or
declines, and one alone accepts."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sqlalchemy import select, text

from tests.assistance.askings import Askings, later
from tests.assistance.cases_in_steps import broken, opened, seen, whats
from tests.assistance.desk_on_duty import an_agent, on_shift
from tests.cast import CLUB_ACTOR, member_actor, sun
from tests.partners.webhooks.events_sent import add_endpoint, deliver_webhooks
from tests.partners.webhooks.receiver import Receiver
from tests.small_club import SmallClub, a_small_club
from tests.statements import statements
from vipclub import assistance
from vipclub.assistance.dispatch import asking
from vipclub.assistance.dispatch.letters import still_asked, still_nobody
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, IllegalTransition, Malformed, NotFound
from vipclub.core.outbox import OutboxRow
from vipclub.partners import webhooks


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def lyon(db: Database, club: SmallClub) -> Askings:
    return Askings(db, club)


def partner_clock(lyon: Askings) -> list[tuple[bool, bool]]:
    line = seen(lyon.db, lyon.case).line
    return [
        (one.done is not None, one.due is not None)
        for one in line.clocks
        if one.clock == "partner_found"
    ]


def test_the_first_is_asked_at_once_and_told_nobody_s_name(lyon: Askings) -> None:
    lyon.ask(area="Lyon", note="Speaks no French")
    assert lyon.states() == ["asked", "listed", "listed"]
    (letter,) = lyon.letters()
    assert letter["template"] == "dispatch-asked"
    assert set(letter["data"]) == {"ref", "kind", "severity", "country", "answer_by"}
    with lyon.db.read() as session:
        (item,) = assistance.dispatch.requests_of_partner(session, lyon.club.he).items
        assert assistance.dispatch.requests_of_partner(session, lyon.club.stranger).items == []
    assert (item.kind, item.country, item.area, item.contact) == ("assistance", "FR", "Lyon", None)
    assert (item.answer_by - item.asked_at).total_seconds() == 600
    view = seen(lyon.db, lyon.case)
    assert whats(view)[-1] == "partner_asked"
    assert view.entries[-1].partner is not None
    assert broken(lyon.db) == []


def test_whoever_is_silent_is_followed_by_the_next(lyon: Askings) -> None:
    lyon.ask()
    assert assistance.dispatch.ask_after_silent(lyon.db) == 0
    with later(10.1):
        assert assistance.dispatch.ask_after_silent(lyon.db) == 1
        assert assistance.dispatch.ask_after_silent(lyon.db) == 0
        assert lyon.states() == ["silent", "asked", "listed"]
    with later(21.2):
        assert assistance.dispatch.ask_after_silent(lyon.db) == 1
        assert lyon.states() == ["silent", "silent", "asked"]
    assert [one["template"] for one in lyon.letters()] == ["dispatch-asked"] * 3
    assert whats(seen(lyon.db, lyon.case))[-4:] == [
        "partner_silent",
        "partner_asked",
        "partner_silent",
        "partner_asked",
    ]


def test_when_nobody_is_left_owner_and_leader_are_told(lyon: Askings, db: Database) -> None:
    ping, lead = an_agent(db, "ping"), an_agent(db, "lead")
    on_shift(db, ping)
    on_shift(db, lead, leads=True)
    assistance.keep_owners(db)
    lyon.ask(lyon.covers[0])
    with later(11):
        assistance.dispatch.ask_after_silent(db)
    told = [one for one in lyon.letters() if one["template"] == "partner-none"]
    assert {one["account"] for one in told} == {ping.account_id, lead.account_id}
    assert whats(seen(db, lyon.case))[-2:] == ["partner_silent", "partners_all_asked"]
    assert partner_clock(lyon) == [(False, True)], "the promise of a partner runs on"


def test_declining_asks_the_next_at_once(lyon: Askings) -> None:
    lyon.ask()
    db, he = lyon.db, lyon.club.he
    first = lyon.asked()
    for reason, words in (("soon", ""), ("other", " ")):
        with pytest.raises(assistance.dispatch.ReasonNotAccepted):
            db.run(assistance.dispatch.decline, he, dispatch=first, reason=reason, text=words)
    db.run(assistance.dispatch.decline, he, dispatch=first, reason="other", text="On strike")
    assert lyon.states() == ["declined", "asked", "listed"]
    assert (lyon.all()[0].said, lyon.all()[0].way) == ("On strike", "door")
    with pytest.raises(assistance.dispatch.AnsweredAlready):
        db.run(assistance.dispatch.accept, he, dispatch=first)


def test_who_accepts_is_told_whom_it_is_about(lyon: Askings) -> None:
    lyon.ask(note="Speaks no French")
    db, he, ref = lyon.db, lyon.club.he, lyon.asked()
    for hours in (-1, 100):
        with pytest.raises(assistance.dispatch.ArrivalNotAccepted):
            db.run(assistance.dispatch.accept, he, dispatch=ref, minutes=hours * 60)
    made = db.run(assistance.dispatch.accept, he, dispatch=ref, minutes=45, text="Dr Petit comes")
    assert made.status == "accepted"
    assert lyon.states() == ["accepted", "listed", "listed"]
    with db.read() as session:
        unseen = assistance.dispatch.request_to_partner(session, he, dispatch=ref)
    assert unseen.contact is None, "not before the trail has the row"
    viewed = db.run(assistance.dispatch.record_request_view, he, dispatch=ref, page="test")
    with db.read() as session, statements(at_most=2):
        told = assistance.dispatch.request_to_partner(
            session, he, dispatch=ref, viewed=viewed
        ).contact
    assert told is not None
    assert (told.phone, told.place, told.note) == (
        "+33612345678",
        "Hotel Mercure, room 4",
        "Speaks no French",
    )
    assert told.name
    assert "Chest" not in repr([told.name, told.place, told.note])
    assert partner_clock(lyon) == [(True, True)]
    assert whats(seen(db, lyon.case))[-1] == "partner_found"
    with db.read() as session:
        trail = session.scalars(select(AuditRow.action)).all()
    assert {"dispatch.view", "case.partner_accepted"} <= set(trail)
    assert broken(db) == []


def test_an_answer_after_the_end_is_refused_in_a_sentence(lyon: Askings) -> None:
    """Whether or not the job has come by since."""
    lyon.ask()
    ref = lyon.asked()
    with later(10.1):
        for _ in range(2):
            with pytest.raises(assistance.dispatch.AnswerTooLate):
                lyon.db.run(assistance.dispatch.accept, lyon.club.he, dispatch=ref)
            with pytest.raises(assistance.dispatch.AnswerTooLate):
                lyon.db.run(
                    assistance.dispatch.decline, lyon.club.he, dispatch=ref, reason="no_capacity"
                )
            assistance.dispatch.ask_after_silent(lyon.db)


def test_another_partner_finds_nothing(lyon: Askings) -> None:
    lyon.ask()
    ref, stranger = lyon.asked(), lyon.club.stranger
    with pytest.raises(NotFound):
        lyon.db.run(assistance.dispatch.accept, stranger, dispatch=ref)
    with pytest.raises(NotFound):
        lyon.db.run(assistance.dispatch.record_request_view, stranger, dispatch=ref, page="test")
    with lyon.db.read() as session, pytest.raises(NotFound):
        assistance.dispatch.request_to_partner(session, stranger, dispatch=ref)
    waits = lyon.rows()[1].public_ref
    with pytest.raises(NotFound):
        lyon.db.run(assistance.dispatch.accept, stranger, dispatch=waits)
    for nobody in (member_actor(lyon.club.members[0]), sun()):
        with pytest.raises(Forbidden):
            lyon.db.run(assistance.dispatch.accept, nobody, dispatch=ref)


def test_the_desk_answers_for_who_called_and_the_next_is_asked_no_more(lyon: Askings) -> None:
    lyon.ask()
    first = lyon.asked()
    with later(10.1):
        assistance.dispatch.ask_after_silent(lyon.db)
        second = lyon.asked()
        lyon.db.run(assistance.dispatch.accept_for, sun(), dispatch=first, minutes=30)
        assert lyon.states() == ["accepted", "withdrawn", "listed"]
        with pytest.raises(assistance.dispatch.AnsweredAlready):
            lyon.db.run(assistance.dispatch.accept, lyon.club.stranger, dispatch=second)
    assert broken(lyon.db) == []


def test_who_falls_out_is_followed_by_the_next_and_the_promise_runs_again(lyon: Askings) -> None:
    lyon.ask()
    ref = lyon.asked()
    lyon.db.run(assistance.dispatch.accept_for, sun(), dispatch=ref)
    lyon.db.run(assistance.dispatch.lose, sun(), dispatch=ref, text="Their car broke down")
    assert lyon.states() == ["lost", "asked", "listed"]
    assert partner_clock(lyon) == [(False, True)]
    assert broken(lyon.db) == []


@pytest.mark.parametrize("end", ["resolve", "merge", "withdraw"])
def test_nobody_is_asked_for_what_is_over(lyon: Askings, end: str) -> None:
    db = lyon.db
    chain = lyon.ask()
    if end == "merge":
        other = opened(db, member=lyon.club.members[0])
        db.run(assistance.merge, CLUB_ACTOR, case=lyon.case, into=other.case)
    elif end == "resolve":
        db.run(assistance.resolve, CLUB_ACTOR, case=lyon.case, text="Home again")
    else:
        db.run(assistance.dispatch.withdraw_partners, sun(), case=lyon.case, chain=chain)
        with pytest.raises(assistance.dispatch.AnsweredAlready):
            db.run(assistance.dispatch.withdraw_partners, sun(), case=lyon.case, chain=chain)
    assert [row.state for row in lyon.rows()] == ["withdrawn"] * 3
    with pytest.raises(assistance.dispatch.AnsweredAlready):
        db.run(assistance.dispatch.accept, lyon.club.he, dispatch=lyon.rows()[0].public_ref)
    with later(11):
        assert assistance.dispatch.ask_after_silent(db) == 0
    assert broken(db) == []


def test_who_has_accepted_comes_for_the_case_that_goes_on(lyon: Askings) -> None:
    db = lyon.db
    lyon.ask()
    db.run(assistance.dispatch.accept, lyon.club.he, dispatch=lyon.asked())
    other = opened(db, member=lyon.club.members[0])
    db.run(assistance.merge, CLUB_ACTOR, case=lyon.case, into=other.case)
    lyon.case = other.case
    assert [row.state for row in lyon.rows()] == ["accepted", "withdrawn", "withdrawn"]
    assert lyon.states() == ["accepted"]
    assert partner_clock(lyon) == [(True, True)]
    db.run(assistance.resolve, CLUB_ACTOR, case=other.case, text="Home again")
    assert lyon.states() == ["done"]
    assert broken(db) == []


def test_a_member_reads_that_somebody_is_asked(lyon: Askings) -> None:
    lyon.ask()
    hers = seen(lyon.db, lyon.case, lyon.club.lin)
    assert whats(hers) == ["opened", "partner_asked"]
    assert hers.entries[-1].reason == "assistance"


def test_a_chain_needs_partners_that_do_it_each_once(lyon: Askings, db: Database) -> None:
    first, again = lyon.covers[0], lyon.cover(lyon.club.partner, country=None)
    hospital = lyon.cover(lyon.third, kind="hospital")
    db.run(assistance.dispatch.end_cover, CLUB_ACTOR, partner=lyon.third, cover=lyon.covers[2])
    for chosen in ([], [first, first], [first, again], [hospital], [lyon.covers[2]]):
        with pytest.raises(assistance.dispatch.ChainNotAccepted):
            db.run(
                assistance.dispatch.ask_partners,
                sun(),
                case=lyon.case,
                kind="assistance",
                covers=chosen,
            )
    with pytest.raises(Malformed):
        lyon.ask(first, kind="pizza")
    db.run(assistance.resolve, CLUB_ACTOR, case=lyon.case, text="Home again")
    with pytest.raises(IllegalTransition):
        lyon.ask(first)
    assert lyon.rows() == []


def test_candidates_are_who_covers_the_country_the_fastest_first(lyon: Askings) -> None:
    everywhere = lyon.cover(lyon.club.partner, country=None, minutes=1)
    lyon.cover(lyon.third, country="JP", minutes=2)
    with lyon.db.read() as session, statements(at_most=3):
        found = assistance.dispatch.candidates(session, sun(), kind="assistance", country="FR")
        assert [one.ref for one in found] == lyon.covers
        found = assistance.dispatch.candidates(session, sun(), kind="assistance", country="TH")
        assert [one.ref for one in found] == [everywhere]
        assert (
            len(assistance.dispatch.candidates(session, sun(), kind="assistance", country=None))
            == 3
        )
    for wrong in (
        {"email": "", "phone": ""},
        {"email": "nobody at all"},
        {"minutes": 0},
        {"minutes": 2000},
    ):
        with pytest.raises(assistance.dispatch.CoverNotAccepted):
            lyon.cover(lyon.third, **{"country": "IT", **wrong})
    with pytest.raises(assistance.dispatch.CoverThereAlready):
        lyon.cover(lyon.third)
    with pytest.raises(Forbidden):
        lyon.db.run(assistance.dispatch.end_cover, sun(), partner=lyon.third, cover=everywhere)


def events(db: Database) -> list[tuple[str, dict[str, Any]]]:
    with db.read() as session:
        rows = session.scalars(
            select(OutboxRow.payload).where(OutboxRow.kind == webhooks.TOLD).order_by(OutboxRow.id)
        )
        bodies = [json.loads(row["body"]) for row in rows]
    return [(body["type"], body["data"]) for body in bodies]


def test_a_partner_s_system_is_told_where_it_listens(lyon: Askings) -> None:
    lyon.db.run(
        webhooks.add_endpoint,
        lyon.club.he,
        partner=lyon.club.partner,
        url="https://partner.example/club",
        events=list(assistance.WEBHOOK_EVENTS),
    )
    chain = lyon.ask(area="Lyon")
    lyon.db.run(assistance.dispatch.withdraw_partners, sun(), case=lyon.case, chain=chain)
    told = events(lyon.db)
    assert [name for name, _ in told] == ["dispatch.asked", "dispatch.withdrawn"]
    assert set(told[0][1]) == {
        "dispatch",
        "kind",
        "status",
        "severity",
        "country",
        "asked_at",
        "answer_by",
    }
    lyon.ask(lyon.covers[1])
    assert len(events(lyon.db)) == 2, "the other partner has no system"


def test_the_event_arrives_signed_at_the_partner_s_system(lyon: Askings) -> None:
    with Receiver() as receiver:
        made = add_endpoint(lyon.db, lyon.club.partner, receiver, list(assistance.WEBHOOK_EVENTS))
        chain = lyon.ask(area="Lyon")
        lyon.db.run(assistance.dispatch.withdraw_partners, sun(), case=lyon.case, chain=chain)
        deliver_webhooks(lyon.db)
        deliver_webhooks(lyon.db)
    assert [call.content["type"] for call in receiver.calls] == [
        "dispatch.asked",
        "dispatch.withdrawn",
    ]
    assert all(call.signed_by(made.secret) for call in receiver.calls)
    assert receiver.calls[0].content["data"]["dispatch"] == lyon.rows()[0].public_ref
    assert "Lyon" not in repr([call.body for call in receiver.calls])


def test_words_lie_sealed(lyon: Askings) -> None:
    lyon.ask(area="Lyon, third quarter", note="Heart, eleven stents")
    lyon.db.run(
        assistance.dispatch.decline,
        lyon.club.he,
        dispatch=lyon.asked(),
        reason="other",
        text="Too ill",
    )
    with lyon.db.read() as session:
        rows = session.execute(text("SELECT area, note, said FROM dispatch")).all()
        payloads = repr(session.scalars(select(OutboxRow.payload)).all())
    lie = repr([tuple(bytes(one) if one is not None else one for one in row) for row in rows])
    for word in ("third quarter", "stents", "Too ill"):
        assert word not in lie
        assert word not in payloads


def test_what_dies_between_two_steps_is_done_by_the_next_run(
    lyon: Askings, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed after the silent one was marked: nothing of it stays, and the next run does it
    once."""
    lyon.ask()

    def die(*_args: object, **_values: object) -> None:
        raise KeyboardInterrupt

    with later(10.1):
        monkeypatch.setattr(asking, "go_on", die)
        with pytest.raises(KeyboardInterrupt):
            assistance.dispatch.ask_after_silent(lyon.db)
        monkeypatch.undo()
        assert lyon.states() == ["asked", "listed", "listed"]
        assert assistance.dispatch.ask_after_silent(lyon.db) == 1
        assert assistance.dispatch.ask_after_silent(lyon.db) == 0
    assert lyon.states() == ["silent", "asked", "listed"]
    assert [one["template"] for one in lyon.letters()] == ["dispatch-asked"] * 2


def test_the_letter_tells_of_nothing_that_is_over(lyon: Askings) -> None:
    lyon.ask()
    ref = lyon.asked()
    with lyon.db.read() as session:
        assert still_asked(session, ref, 0)
        assert not still_nobody(session, lyon.case, lyon.rows()[0].id)
        with later(10.1):
            assert not still_asked(session, ref, 0)
