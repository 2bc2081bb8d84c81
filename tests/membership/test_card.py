"""The card's code: signed, short-lived, checked offline."""

from __future__ import annotations

import base64
from datetime import UTC, datetime, timedelta

import pytest
from click.testing import CliRunner

from vipclub import membership
from vipclub.core.db import Database
from vipclub.membership.card import new_card_no, parse_card_no
from vipclub.membership.cli import membership as commands

NOON = datetime(2026, 12, 3, 4, 0, tzinfo=UTC)


def test_a_fresh_code_says_whose_card_it_is(db: Database) -> None:
    number = new_card_no()
    with db.read() as session:
        code = membership.card_code(session, number, at=NOON)
        assert membership.verify_card(session, code.text, at=NOON) == number
        assert membership.verify_card(session, f" {code.text}\r\n", at=code.expires_at) == number
    assert code.expires_at == NOON + timedelta(minutes=10)


def test_a_reader_without_a_line_needs_the_public_key_only(db: Database) -> None:
    number = new_card_no()
    with db.read() as session:
        code = membership.card_code(session, number, at=NOON)
        (key,) = membership.card_public_keys(session)
    assert len(key) == 32
    assert membership.check_card_code(code.text, at=NOON, public_key=key) == number


@pytest.mark.promise("P7")
def test_a_photograph_is_worth_nothing_after_some_minutes(db: Database) -> None:
    with db.read() as session:
        code = membership.card_code(session, new_card_no(), at=NOON)
        with pytest.raises(membership.CardOutdated):
            membership.verify_card(session, code.text, at=NOON + timedelta(minutes=12))


@pytest.mark.promise("P7")
def test_a_forged_code_is_no_code_of_ours(db: Database) -> None:
    number, other = new_card_no(), new_card_no()
    with db.read() as session:
        text = membership.card_code(session, number, at=NOON).text
        later = membership.card_code(session, number, at=NOON + timedelta(days=1)).text
        head, _, signature = text.rpartition(":")
        forged = [
            text.replace(number, other),
            later.rpartition(":")[0] + ":" + signature,
            head + ":" + "A" * 103,
            text.lower(),
            text + "A",
            number,
            "",
            "VIP1:" + "9" * 5000,
        ]
        for wrong in forged:
            with pytest.raises(membership.CardUnreadable):
                membership.verify_card(session, wrong, at=NOON)


def test_the_number_in_it_is_one_of_ours() -> None:
    assert parse_card_no(new_card_no()) is not None


def test_a_partner_is_given_the_public_key_by_a_command(db: Database) -> None:
    number = new_card_no()
    printed = CliRunner().invoke(commands, ["card-key"], obj=db, catch_exceptions=False).stdout
    with db.read() as session:
        code = membership.card_code(session, number, at=NOON)
    key = base64.b64decode(printed)
    assert membership.check_card_code(code.text, at=NOON, public_key=key) == number
