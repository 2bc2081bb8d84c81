"""How long a sign-in is good, and what ends it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from sqlalchemy import select

from tests.accounts.sign_ins import present_sign_in, try_to_sign_in
from tests.cast import CLUB_ACTOR
from tests.people.feeds.sending_files import LIN_ROW, Group, as_of, resident_number
from tests.web.signing_in import PASSWORD, an_account
from vipclub import accounts
from vipclub.accounts import SignedIn
from vipclub.accounts.models import Account, UserSession
from vipclub.core import clock
from vipclub.core.db import Database

MINE = {"id_type": "resident_id", "id_number": resident_number()}


@pytest.mark.parametrize(
    ("role", "idle", "absolute"),
    [
        ("desk", timedelta(minutes=30), timedelta(hours=12)),
        ("member", timedelta(days=30), timedelta(days=90)),
    ],
)
def test_a_sign_in_ends_by_idling_and_by_age(
    db: Database, role: str, idle: timedelta, absolute: timedelta
) -> None:
    an_account(db, role)
    with time_machine.travel(clock.now(), tick=False) as traveller:
        token = try_to_sign_in(db, login=f"{role}@club.example").token
        traveller.shift(idle - timedelta(seconds=1))
        assert present_sign_in(db, token) is not None
        traveller.shift(timedelta(seconds=1))
        assert present_sign_in(db, token) is None, "too long without a request"
        token = try_to_sign_in(db, login=f"{role}@club.example").token
        steps = int(absolute / (idle * 0.9))
        for _ in range(steps):
            traveller.shift(idle * 0.9)
            alive = present_sign_in(db, token)
            assert alive is not None
            db.run(accounts.stamp_session, session_id=alive.session_id)
        traveller.shift(idle * 0.9)
        assert present_sign_in(db, token) is None, "too long in all"


def test_last_seen_is_stamped_once_a_minute(db: Database) -> None:
    an_account(db, "desk")
    with time_machine.travel(clock.now(), tick=False) as traveller:
        signed = try_to_sign_in(db)
        assert not present_sign_in(db, signed.token).stale  # type: ignore[union-attr]
        traveller.shift(61)
        assert present_sign_in(db, signed.token).stale  # type: ignore[union-attr]
        db.run(accounts.stamp_session, session_id=signed.sign_in.session_id)
        assert not present_sign_in(db, signed.token).stale  # type: ignore[union-attr]


def end_it_by(db: Database, what: str, account: Account, signed: SignedIn) -> None:
    ref = account.public_ref
    if what == "sign-out":
        db.run(accounts.sign_out, signed.sign_in.actor, session_id=signed.sign_in.session_id)
    elif what == "disabled":
        db.run(accounts.disable_account, CLUB_ACTOR, account=ref)
    elif what == "role change":
        db.run(accounts.change_role, CLUB_ACTOR, account=ref, role="operations")
    else:
        db.run(
            accounts.change_password,
            signed.sign_in.actor,
            present=PASSWORD,
            new="another quiet harbour",
        )


@pytest.mark.promise("P36")
@pytest.mark.parametrize("what", ["sign-out", "disabled", "role change", "password change"])
def test_a_sign_in_ends_at_once(db: Database, what: str) -> None:
    account = an_account(db, "desk")
    signed = try_to_sign_in(db)
    end_it_by(db, what, account, signed)
    assert present_sign_in(db, signed.token) is None


def test_changing_the_password_keeps_the_present_sign_in_if_asked(db: Database) -> None:
    an_account(db, "desk")
    here, elsewhere = try_to_sign_in(db), try_to_sign_in(db)
    db.run(
        accounts.change_password,
        here.sign_in.actor,
        present=PASSWORD,
        new="another quiet harbour",
        session_id=here.sign_in.session_id,
    )
    assert present_sign_in(db, here.token) is not None
    assert present_sign_in(db, elsewhere.token) is None
    assert try_to_sign_in(db).reason == "wrong"


def test_a_scope_counts_between_its_dates_only(db: Database) -> None:
    from vipclub.accounts.models import AccountScope

    account = an_account(db, "manager", scopes=[("portfolio", "LIFE/0042")])
    now = clock.now()

    def give(session: Any) -> None:
        for ref, start, end in (
            ("LIFE/past", None, now - timedelta(days=1)),
            ("LIFE/coming", now + timedelta(days=1), None),
            ("LIFE/present", now - timedelta(days=1), now + timedelta(days=1)),
        ):
            session.add(
                AccountScope(
                    account_id=account.id, kind="portfolio", ref=ref, valid_from=start, valid_to=end
                )
            )

    db.run(give)
    signed = try_to_sign_in(db, login="manager@club.example")
    assert signed.sign_in.actor.refs("portfolio") == {"LIFE/0042", "LIFE/present"}


@pytest.mark.promise("P36")
@pytest.mark.pain(51)
def test_a_merged_person_is_signed_out_at_once(db: Database, tmp_path: Path) -> None:
    group = Group(db, tmp_path)
    for code in ("LIFE", "BANK"):
        group.add_company(code)
    group.send(LIN_ROW | MINE)
    group.send(
        {"customer_no": "B1", "full_name": "Lin Ruoxi"},
        to="BANK",
        as_of=as_of("2026-01-01")["as_of"],
    )
    logins = {"LIFE/L1": "life@home.example", "BANK/B1": "bank@home.example"}
    for record, login in logins.items():
        person = group.person(*record.split("/"))
        db.run(
            accounts.create_account,
            CLUB_ACTOR,
            login=login,
            role="member",
            display_name="Lin",
            language="en",
            password=PASSWORD,
            scopes=[("person", person.public_ref)],
            person_id=person.id,
        )
        signed = db.run(accounts.sign_in, login=login, password=PASSWORD, ip="", user_agent="")
        assert isinstance(signed, accounts.SignedIn)

    group.send({"customer_no": "B1", "full_name": "Lin Ruoxi"} | MINE, to="BANK")

    assert len(group.persons()) == 1
    with db.read() as session:
        ended = session.scalars(select(UserSession.end_reason).order_by(UserSession.id)).all()
    assert list(ended) == [None, "merged"]
