"""Two customers turn out to be one person: the one who is somebody else now signs in anew."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import select

from tests.people.feeds import CLUB, LIN, Group, on, resident
from vipclub import accounts
from vipclub.accounts.models import UserSession
from vipclub.core.db import Database

PASSWORD = "a quiet harbour in May"
MINE = {"id_type": "resident_id", "id_number": resident()}


def test_a_merged_person_is_signed_out_at_once(db: Database, tmp_path: Path) -> None:
    accounts.settle_passwords(memory_kib=8, passes=1)
    group = Group(db, tmp_path)
    for code in ("LIFE", "BANK"):
        group.company(code)
    group.send(LIN | MINE)
    group.send(
        {"customer_no": "B1", "full_name": "Lin Ruoxi"}, to="BANK", as_of=on("2026-01-01")["as_of"]
    )
    logins = {"LIFE/L1": "life@home.example", "BANK/B1": "bank@home.example"}
    for record, login in logins.items():
        person = group.person(*record.split("/"))
        db.run(
            accounts.create_account,
            CLUB,
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
