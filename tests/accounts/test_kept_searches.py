"""What somebody searched for is kept sealed, for an hour, for the sign-in that searched."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from sqlalchemy import func, select

from jobs import forget_searches
from tests.accounts.sign_ins import present_sign_in, try_to_sign_in
from tests.statements import statements
from tests.web.signing_in import an_account
from vipclub import accounts
from vipclub.accounts import SearchEnded, SignIn
from vipclub.accounts.models import KeptSearch
from vipclub.core import clock
from vipclub.core.db import Database
from vipclub.core.errors import NotFound
from vipclub.settings import Settings

WORDS = "林若溪 +86 138 0013 8000"


def signed_in(db: Database, role: str = "desk") -> SignIn:
    found = present_sign_in(db, try_to_sign_in(db, login=f"{role}@club.example").token)
    assert found is not None
    return found


@pytest.fixture
def desk(db: Database) -> SignIn:
    an_account(db, "desk")
    return signed_in(db)


def keep(db: Database, sign_in: SignIn, words: str = WORDS) -> str:
    return db.run(accounts.keep_search, sign_in.actor, session_id=sign_in.session_id, words=words)


def words_of(db: Database, sign_in: SignIn, key: str) -> str:
    with db.read() as session, statements(at_most=1):
        return accounts.kept_words(session, session_id=sign_in.session_id, key=key)


def rows(db: Database) -> int:
    with db.read() as session:
        return session.scalar(select(func.count()).select_from(KeptSearch)) or 0


def test_the_words_are_found_again_by_their_key_and_lie_sealed(db: Database, desk: SignIn) -> None:
    key = keep(db, desk)
    assert words_of(db, desk, key) == WORDS
    with db.read() as session:
        sealed = session.scalar(select(KeptSearch.words)) or b""
    assert "林若溪".encode() not in sealed
    assert b"13800138000" not in sealed


def test_another_sign_in_finds_nothing_by_the_key(db: Database, desk: SignIn) -> None:
    key, again = keep(db, desk), signed_in(db)
    for sign_in, told in ((again, key), (desk, "x" * 22), (desk, "short"), (desk, "")):
        with pytest.raises(SearchEnded):
            words_of(db, sign_in, told)


def test_nobody_keeps_a_search_for_another_s_sign_in(db: Database, desk: SignIn) -> None:
    an_account(db, "manager")
    manager = signed_in(db, "manager")
    with pytest.raises(NotFound):
        db.run(accounts.keep_search, manager.actor, session_id=desk.session_id, words=WORDS)
    assert rows(db) == 0


def test_it_ends_after_an_hour_and_a_job_removes_it(db: Database, desk: SignIn) -> None:
    with time_machine.travel(clock.now(), tick=False) as traveller:
        key = keep(db, desk)
        traveller.shift(timedelta(minutes=59))
        assert words_of(db, desk, key) == WORDS
        assert forget_searches.JOB.run(db, Settings.load()) == {"searches": 0}
        traveller.shift(timedelta(minutes=1))
        with pytest.raises(SearchEnded):
            words_of(db, desk, key)
        assert forget_searches.JOB.run(db, Settings.load()) == {"searches": 1}
    assert rows(db) == 0


@pytest.mark.parametrize("way", ["by its owner", "from another device", "by its name"])
def test_it_ends_with_the_sign_in(db: Database, desk: SignIn, way: str) -> None:
    other = signed_in(db)
    keep(db, desk)
    kept = keep(db, other)
    if way == "by its owner":
        db.run(accounts.sign_out, desk.actor, session_id=desk.session_id)
    elif way == "from another device":
        db.run(accounts.end_other_sign_ins, other.actor, session_id=other.session_id)
    else:
        with db.read() as session:
            names = {one.session_id: one.name for one in accounts.own_sign_ins(session, desk.actor)}
        db.run(accounts.end_sign_in, desk.actor, name=names[desk.session_id])
    assert rows(db) == 1
    assert words_of(db, other, kept) == WORDS
