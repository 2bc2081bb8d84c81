"""A club in which every column that is sealed holds something."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from sqlalchemy import insert, select

from tests.accounts.sign_ins import present_sign_in
from tests.assistance.desk_on_duty import an_agent, on_shift
from tests.cast import CLUB_ACTOR, member_actor, sun, wu
from tests.events.salons import a_salon
from tests.partners.webhooks.events_sent import ALL_EVENTS
from tests.people.contacts_named import a_contact
from tests.people.feeds.sending_files import LIN_ROW, Group, as_of, resident_number
from tests.small_club import SmallClub, a_small_club
from tests.web.signing_in import an_account
from vipclub import accounts, assistance, bookings, desk, events, messages, partners, people
from vipclub.accounts.sessions import open_session
from vipclub.core import audit_sealing, clock
from vipclub.core.db import Database
from vipclub.people.models import DeliveryRow, SourceRecordVersion

LOGIN, PASSWORD = "lin@home.example", "quiet-harbour-42"
MOBILE, OWN_MOBILE = "+8619900000001", "+8619900000077"
LIN = LIN_ROW | {
    "id_type": "resident_id",
    "id_number": resident_number(),
    "email": "Lin@Home.example",
    "address": "1 Quiet Road",
}
CHEN = {"customer_no": "L2", "full_name": "陈晓东", "birth_date": "1981/01/01", "sex": "M"}


@dataclass(frozen=True, slots=True)
class ClubWithSecrets:
    """Lin is a customer of two companies, and a member's account is hers."""

    db: Database
    club: SmallClub
    group: Group
    lin: str
    account: str


def a_club_with_secrets(db: Database, folder: Path) -> ClubWithSecrets:
    """A file with rows that are good, changed and set aside; an account, an own number, a note, a
    visit with a word for the partner, a search, a webhook with two secrets, an inbox, a letter that
    waits."""
    club = a_small_club(db)
    group = Group(db, folder)
    for code in ("TRUST", "BANK"):
        group.add_company(code, trust_rank=10)
    group.send(LIN, CHEN, to="TRUST", **as_of("2026-10-02"))
    group.send(LIN | {"customer_no": "B1"}, to="BANK", **as_of("2026-10-02"))
    group.send(LIN | {"address": "2 Quiet Road"}, to="TRUST", **as_of("2026-10-03"))
    lin = group.ref_of("TRUST", "L1")
    account = db.run(
        accounts.create_account,
        CLUB_ACTOR,
        login=LOGIN,
        role="member",
        display_name="Lin",
        language="en",
        password=PASSWORD,
        scopes=[("person", lin)],
        person_id=group.person("TRUST", "L1").id,
    )
    db.run(
        people.change_contact_details,
        member_actor(lin),
        member=lin,
        mobile=OWN_MOBILE,
        email="own@home.example",
    )
    _prove_and_change(db, lin, account)
    db.run(desk.add_note, sun(), member=lin, text="Prefers mornings")
    db.run(
        bookings.book,
        CLUB_ACTOR,
        member=club.members[0],
        offering=club.offering,
        slot=club.slots[3],
        note="By wheelchair",
    )
    _register_for_a_salon(db, club.members[0])
    _ask_the_desk(db, lin, club.partner)
    _work_on_a_case(db, lin)
    _open_in_an_emergency(db, lin)
    _refer(db, lin)
    _search(db, account.id)
    hook = db.run(
        partners.webhooks.add_endpoint,
        CLUB_ACTOR,
        partner=club.partner,
        url="https://hook.example/club",
        events=ALL_EVENTS,
    )
    db.run(partners.webhooks.rotate_secret, CLUB_ACTOR, endpoint=hook.endpoint)
    db.run(accounts.ask_reset, login=LOGIN, ip="10.0.0.1")
    _put_inbox_item(db, lin)
    _leave_row_on_its_way(db)
    db.run(audit_sealing.seal)
    return ClubWithSecrets(db, club, group, lin, account.public_ref)


def _register_for_a_salon(db: Database, member: str) -> None:
    """The ticket has its secret, and what the guest eats is nobody's business."""
    guests = [events.Guest("Wei", 40, "No nuts, please")]
    salon = a_salon(db)
    db.run(events.register, CLUB_ACTOR, event=salon, member=member, guests=guests, needs="Ramp")


def _prove_and_change(db: Database, lin: str, account: accounts.AccountRow) -> None:
    """What was proven before is kept beside what isn't yet; a code waits, a number wakes."""
    own = member_actor(lin)
    for kind, value in (("mobile", "+8619900000088"), ("email", "before@home.example")):
        now = {kind: OWN_MOBILE if kind == "mobile" else "own@home.example"}
        db.run(people.change_contact_details, own, member=lin, **{kind: value})
        sent = db.run(people.ask_proof, own, member=lin, kind=kind)
        db.run(people.prove_contact, own, member=lin, kind=kind, typed=sent.digits)
        db.run(people.change_contact_details, own, member=lin, **now)
    keeper = replace(own, account_id=account.id, account_ref=account.public_ref)
    sent = db.run(accounts.ask_own_mobile, keeper, mobile=OWN_MOBILE)
    db.run(accounts.prove_own_mobile, keeper, typed=sent.digits)


def _ask_the_desk(db: Database, lin: str, partner: str) -> None:
    made = db.run(
        assistance.open_case,
        CLUB_ACTOR,
        kind="enquiry",
        what="May I bring my mother?",
        caller="Lin",
        phone="13900139000",
        place="Shanghai",
    )
    db.run(assistance.add_note, CLUB_ACTOR, case=made.case, text="Call in the morning")
    db.run(
        desk.ask_callback,
        CLUB_ACTOR,
        phone="13900139000",
        caller="Lin",
        words="About her mother",
    )
    db.run(messages.write_to_manager, member_actor(lin), member=lin, text="May we talk?")
    cover = db.run(
        assistance.dispatch.add_cover,
        CLUB_ACTOR,
        partner=partner,
        kind="hospital",
        phone="021",
        minutes=9,
    )
    asked = db.run(
        assistance.dispatch.ask_partners,
        CLUB_ACTOR,
        case=made.case,
        kind="hospital",
        covers=[cover],
        area="Shanghai",
        note="She is afraid",
    )
    db.run(assistance.dispatch.accept_for, CLUB_ACTOR, dispatch=asked, text="On our way")
    db.run(
        assistance.add_task,
        CLUB_ACTOR,
        case=made.case,
        what="Call Lin",
        due=clock.now() + timedelta(days=1),
    )


def _work_on_a_case(db: Database, lin: str) -> None:
    """An agent leaves a draft, and Lin says how it was."""
    made = db.run(assistance.open_case, CLUB_ACTOR, kind="enquiry", member=lin)
    agent = an_account(db, "desk")
    actor = replace(sun(), account_id=agent.id, account_ref=agent.public_ref)
    db.run(assistance.keep_draft, actor, case=made.case, box="note", text="She sounds worried")
    db.run(assistance.resolve, CLUB_ACTOR, case=made.case, text="Settled")
    db.run(assistance.rate_case, member_actor(lin), case=made.case, score=4, text="Kind words")


def _open_in_an_emergency(db: Database, lin: str) -> None:
    """A contact of hers, and numbers that were shown and reviewed."""
    a_contact(db, member_actor(lin), lin)
    agent, leader = an_agent(db, "ping"), an_agent(db, "mei")
    on_shift(db, leader, leads=True)
    viewed = db.run(people.record_view, agent, member=lin, page="test")
    shown = db.run(
        desk.reveal,
        agent,
        member=lin,
        purpose="call",
        viewed=viewed,
        emergency="She was found unconscious",
    )
    db.run(desk.review, leader, access=str(shown.access), justified=True, text="It was urgent")


def _refer(db: Database, lin: str) -> None:
    ref = db.run(
        people.referrals.make_referral,
        sun(),
        member=lin,
        company="BANK",
        subject="banking",
        words="A savings plan",
        agreed="phone",
    )
    manager = replace(wu("BANK/1"), name="Wu")
    db.run(people.referrals.finish_referral, manager, referral=ref, result="lost", words="Not now")


def _search(db: Database, account_id: int) -> None:
    """By who is signed in for a while, and tried no sign-in lately."""
    made = db.run(lambda session: open_session(session, account_id, "10.0.0.1", "test"))
    clerk = present_sign_in(db, made)
    assert clerk is not None
    db.run(accounts.keep_search, clerk.actor, session_id=clerk.session_id, words="林若溪")


def _put_inbox_item(db: Database, lin: str) -> None:
    """As the sending of a letter leaves it."""
    now, ref = clock.now(), "E-AAAAA-AAAAA-A"
    row = {
        "public_ref": ref,
        "template": "welcome",
        "channel": "mail",
        "language": "en",
        "subject_kind": "person",
        "subject_ref": lin,
        "subject_version": 0,
        "state": "sent",
        "queued_at": now,
        "finished_at": now,
        "attempts": 1,
        "told": db.cipher.seal("message.told", ref, "{}"),
    }
    with db.engine.begin() as connection:
        connection.execute(insert(messages.Message), row)


def _leave_row_on_its_way(db: Database) -> None:
    """A staged row, as a load that was killed leaves it."""
    version = SourceRecordVersion
    with db.engine.begin() as connection:
        first = connection.execute(
            select(version.delivery_id, version.content_hash, version.content).order_by(version.id)
        ).first()
        assert first is not None
        row = {**first._asdict(), "line": 2, "op": "U", "customer_no": "L1"}
        connection.execute(insert(DeliveryRow), row)
