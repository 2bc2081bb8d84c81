"""Referrals to companies of the group: with consent alone, answered by the company, never without
an end."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, text

from tests.cast import CLUB_ACTOR, partner_actor, sun, wu
from tests.portfolio.manager_members import PORTFOLIO, give_to_manager, name_member
from tests.small_club import SmallClub, a_small_club
from tests.web.signing_in import an_account
from vipclub import people
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.db import Database
from vipclub.core.errors import Forbidden, IllegalTransition, Malformed, NotFound
from vipclub.core.outbox import OutboxRow
from vipclub.people import Consent, Subsidiary
from vipclub.people.referrals import Referral, ReferralConsentMissing, ReferralOpen, ReferralView

MOBILE = "+8613800138000"
BANKER = replace(wu("BANK/0007"), account_ref="U-bank", name="Bao")


@pytest.fixture
def club(db: Database) -> SmallClub:
    made = a_small_club(db)
    db.run(lambda session: session.add(Subsidiary(code="BANK", name="Bank")))
    give_to_manager(db, made.members[0])
    name_member(db, made.members[0], "林若溪", mobile=MOBILE)
    return made


def refer(db: Database, club: SmallClub, actor: Actor | None = None, **more: Any) -> str:
    given = {"member": club.members[0], "company": "BANK", "subject": "banking", **more}
    return str(db.run(people.referrals.make_referral, actor or sun(), **given))


def seen(db: Database, actor: Actor, member: str | None = None) -> list[ReferralView]:
    if member is not None:
        viewed = db.run(people.record_view, actor, member=member, page="test")
        with db.read() as session:
            return people.referrals.referrals_of(session, actor, member=member, viewed=viewed)
    viewed = db.run(people.referrals.record_referrals_view, actor)
    with db.read() as session:
        return list(people.referrals.referrals(session, actor, viewed=viewed).items)


def letters(db: Database) -> list[tuple[str, int]]:
    with db.read() as session:
        rows = session.scalars(
            select(OutboxRow.payload)
            .where(OutboxRow.subject_kind == "referral")
            .order_by(OutboxRow.id)
        )
        return [(row["template"], row["account"]) for row in rows]


def test_without_consent_nobody_is_referred(db: Database, club: SmallClub) -> None:
    with pytest.raises(ReferralConsentMissing):
        refer(db, club)
    refer(db, club, agreed="phone", words="A savings plan")
    with db.read() as session:
        word = session.scalars(select(Consent).order_by(Consent.id.desc())).first()
        kept = session.execute(select(Referral)).scalar_one()
    assert word is not None
    assert (word.purpose, word.granted, word.source) == (
        "group_sharing",
        True,
        "own word, by phone",
    )
    assert word.note == kept.wording == "2026-11"
    with pytest.raises(ReferralOpen):
        refer(db, club)
    assert refer(db, club, subject="trust"), "the consent on record counts"


def test_who_may_refer_whom(db: Database, club: SmallClub) -> None:
    assert refer(db, club, wu(PORTFOLIO), agreed="counter")
    with pytest.raises(NotFound):
        refer(db, club, wu(PORTFOLIO), member=club.members[1], agreed="phone")
    for nobody in (club.lin, partner_actor(club.partner)):
        with pytest.raises(Forbidden):
            refer(db, club, nobody, agreed="phone")
        with pytest.raises(Forbidden):
            db.run(people.referrals.record_referrals_view, nobody)
    with pytest.raises(NotFound):
        refer(db, club, company="NONE", agreed="phone")
    for wrong in ({"subject": "gossip"}, {"agreed": "pigeon"}):
        with pytest.raises(Malformed):
            refer(db, club, **{"agreed": "phone", **wrong})


def test_the_company_accepts_and_says_how_it_ended(db: Database, club: SmallClub) -> None:
    account = an_account(db, "manager", scopes=[("portfolio", "BANK/0007")])
    maker = an_account(db, "desk")
    ref = refer(db, club, replace(sun(), account_ref=maker.public_ref), agreed="phone")
    assert letters(db) == [("referral-made", account.id)]
    with pytest.raises(NotFound):
        db.run(people.referrals.accept_referral, wu("TRUST/1"), referral=ref)
    with pytest.raises(NotFound):
        db.run(people.referrals.accept_referral, wu(PORTFOLIO), referral=ref)
    with pytest.raises(IllegalTransition):
        db.run(people.referrals.finish_referral, BANKER, referral=ref, result="won")
    db.run(people.referrals.accept_referral, BANKER, referral=ref)
    with pytest.raises(IllegalTransition):
        db.run(people.referrals.accept_referral, BANKER, referral=ref)
    db.run(people.referrals.finish_referral, BANKER, referral=ref, result="won", words="A deposit")
    (found,) = seen(db, sun(), club.members[0])
    assert (found.state, found.outcome, found.handler_name) == ("won", "A deposit", "Bao")
    assert letters(db)[-1] == ("referral-ended", maker.id)


def say(db: Database, member: str, *, granted: bool) -> None:
    """The person's word on sharing in the group, as a company passes it on."""

    def write(session: Any) -> None:
        person = people.find_person(session, CLUB_ACTOR, member)
        session.add(
            Consent(
                person_id=person.id,
                purpose="group_sharing",
                granted=granted,
                source="the subsidiary",
                at=clock.now(),
            )
        )

    db.run(write)


def test_a_consent_that_is_gone_takes_the_person_from_the_company_at_once(
    db: Database, club: SmallClub
) -> None:
    member = club.members[0]
    first, second = refer(db, club, agreed="phone"), refer(db, club, subject="trust")
    other = refer(db, club, member=club.members[1], agreed="phone")
    for ref in (first, other):
        db.run(people.referrals.accept_referral, BANKER, referral=ref)
    db.run(people.referrals.finish_referral, BANKER, referral=first, result="won")
    db.run(people.referrals.accept_referral, BANKER, referral=second)
    assert {one.mobile for one in seen(db, BANKER) if one.ref == second} == {MOBILE}
    say(db, member, granted=False)
    assert [one.ref for one in seen(db, BANKER)] == [other], "whatever has come of them"
    with db.read() as session:
        trail = session.execute(
            text("SELECT after FROM audit WHERE action = 'referrals.view' ORDER BY id DESC")
        ).scalars()
        assert second not in str(trail.first()), "no number is shown whole"
    for act, more in (
        (people.referrals.accept_referral, {}),
        (people.referrals.finish_referral, {"result": "won"}),
    ):
        with pytest.raises(NotFound):
            db.run(act, BANKER, referral=second, **more)
    assert {one.ref for one in seen(db, sun())} == {first, second, other}, "the club knows it still"
    say(db, member, granted=True)
    assert len(seen(db, BANKER)) == 3


def test_a_referral_ends_with_the_consent_and_both_sides_hear_that(
    db: Database, club: SmallClub
) -> None:
    maker, banker = an_account(db, "desk"), an_account(db, "manager")
    actor = replace(sun(), account_ref=maker.public_ref)
    handler = replace(BANKER, account_ref=banker.public_ref)
    ref = refer(db, club, actor, agreed="phone")
    db.run(people.referrals.accept_referral, handler, referral=ref)
    kept = refer(db, club, actor, member=club.members[1], agreed="phone")
    assert people.referrals.end_referrals(db) == 0
    say(db, club.members[0], granted=False)
    assert people.referrals.end_referrals(db) == 1
    assert people.referrals.end_referrals(db) == 0
    states = {one.ref: one.state for one in seen(db, sun())}
    assert states == {ref: "withdrawn", kept: "made"}
    ended = [account for template, account in letters(db) if template == "referral-ended"]
    assert sorted(ended) == sorted([maker.id, banker.id])
    say(db, club.members[0], granted=True)
    assert refer(db, club, actor), "a new one may be made by a new word"


def test_without_an_answer_it_ends_by_itself(db: Database, club: SmallClub) -> None:
    maker = an_account(db, "desk")
    actor = replace(sun(), account_ref=maker.public_ref)
    refer(db, club, actor, agreed="phone")
    accepted = refer(db, club, actor, subject="trust")
    db.run(people.referrals.accept_referral, BANKER, referral=accepted)
    assert people.referrals.end_referrals(db) == 0
    with clock.replaying(clock.now() + timedelta(days=14, minutes=1)):
        assert people.referrals.end_referrals(db) == 1
    with clock.replaying(clock.now() + timedelta(days=60, minutes=1)):
        assert people.referrals.end_referrals(db) == 1
        assert people.referrals.end_referrals(db) == 0
    assert {one.state for one in seen(db, sun())} == {"unanswered"}
    assert letters(db)[-2:] == [("referral-ended", maker.id)] * 2


def test_lists_show_whom_one_may_see_and_the_number_to_the_handler(
    db: Database, club: SmallClub
) -> None:
    ref = refer(db, club, agreed="phone")
    assert [one.ref for one in seen(db, wu(PORTFOLIO))] == [ref], "of one's own member"
    assert [one.ref for one in seen(db, BANKER)] == [ref], "to one's own company"
    assert seen(db, wu("TRUST/1")) == []
    assert seen(db, BANKER)[0].steps == ("accept", "finish", "withdraw")
    assert seen(db, wu(PORTFOLIO))[0].steps == ("withdraw",)
    db.run(people.referrals.accept_referral, BANKER, referral=ref)
    assert seen(db, BANKER)[0].mobile == MOBILE
    for other in (sun(), wu(PORTFOLIO)):
        assert MOBILE not in seen(db, other)[0].mobile
    with db.read() as session:
        told = session.execute(
            text("SELECT after FROM audit WHERE action = 'referrals.view' ORDER BY id")
        ).all()
    assert [ref in str(row[0]) for row in told][-3:] == [True, False, False]
    db.run(people.referrals.withdraw_referral, wu(PORTFOLIO), referral=ref)
    assert seen(db, sun())[0].state == "withdrawn"
