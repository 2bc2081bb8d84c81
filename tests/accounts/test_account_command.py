"""`vipclub account`: an installed club's first administrator, and accounts in an emergency."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import time_machine
from click.testing import CliRunner, Result
from flask import Flask
from sqlalchemy import select
from structlog.testing import capture_logs

from tests.cast import CLUB_ACTOR
from tests.membership.inserted_persons import insert_persons, source_record
from tests.terminal import environment_of, vipclub
from tests.web.signing_in import PASSWORD, an_account, csrf_token, sign_in
from vipclub import accounts, partners
from vipclub.accounts.cli import account
from vipclub.accounts.models import Account, StaffInvitation
from vipclub.accounts.refusals import (
    AccountUnknown,
    HasAccount,
    LoginUnreadable,
    PortfolioUnreadable,
)
from vipclub.app import create_app
from vipclub.cli import LazyDatabase
from vipclub.core import clock
from vipclub.core.audit import AuditRow
from vipclub.core.db import Database
from vipclub.core.errors import MalformedRef, NotFound
from vipclub.core.types import Localized, new_ref
from vipclub.people import Person

BY_LIN = ("--operator", "Lin Yue")
BASE = "https://club.example"
CLINIC = Localized(hans="静安", hant="靜安", en="Jing'an")
ZHAO = ("--login", "zhao@club.example", "--name", "Zhao Min")
Call = Callable[..., Result]


@pytest.fixture
def call(url: str, db: Database, monkeypatch: pytest.MonkeyPatch) -> Iterator[Call]:
    """One command of the group, by an operator who says the name."""
    monkeypatch.setenv("VIPCLUB_DATABASE_URL", url)
    monkeypatch.setenv("VIPCLUB_BASE_URL", f"{BASE}/")
    club = LazyDatabase()

    def run(*typed: str) -> Result:
        with capture_logs():  # a command's log is not on stdout (`vipclub.logs`)
            return CliRunner().invoke(account, [*typed, *BY_LIN], obj=club)

    yield run
    club.dispose()  # type: ignore[operator]


def done(result: Result) -> str:
    assert result.exception is None, result.output
    return result.stdout


def link_in(said: str) -> str:
    """The path of the link that was printed."""
    [link] = re.findall(r"https?://\S+", said)
    assert link.startswith(f"{BASE}/")
    return urlsplit(link).path


def open_by(app: Flask, path: str, login: str, password: str = PASSWORD) -> Any:
    """What the page behind a link answers to a sign-in name and a new password."""
    browser = app.test_client()
    form = {"login": login, "password": password, "csrf_token": csrf_token(browser, path)}
    return browser.post(f"{path}?lang=en", data=form)


def trail(db: Database) -> list[AuditRow]:
    with db.read() as session:
        rows = select(AuditRow).where(AuditRow.action != "key.record")  # of its first start
        return list(session.scalars(rows.order_by(AuditRow.id)))


def test_an_empty_club_gets_its_first_administrator_by_the_printed_link(
    db: Database, call: Call
) -> None:
    said = done(call("create", "--role", "admin", *ZHAO, "--language", "en"))
    app, path = create_app(database=db), link_in(said)
    assert "works once, for 14 days, together with the sign-in name" in said
    assert sign_in(app.test_client(), "zhao@club.example").status_code != 303, "no password yet"
    assert open_by(app, path, "zhou@club.example").status_code == 422, "not her sign-in name"
    assert open_by(app, path, "zhao@club.example", "zhao").status_code == 422, "a weak password"
    assert open_by(app, path, "zhao@club.example").status_code == 303
    browser = app.test_client()
    assert sign_in(browser, "zhao@club.example").status_code == 303
    page = browser.get("/admin/people?lang=en")
    assert (page.status_code, "Zhao Min" in page.text) == (200, True)
    assert open_by(app, path, "zhao@club.example").status_code == 422, "the link worked once"


def test_each_act_is_on_record_with_the_operator_s_name(db: Database, call: Call) -> None:
    ref = json.loads(done(call("create", "--role", "admin", *ZHAO, "--json")))["for"]
    done(call("invite", ref))
    done(call("list"))
    done(call("disable", ref, "--reason", "lost  her phone"))
    done(call("enable", "Zhao@club.example", "--reason", "found it"))
    rows = trail(db)
    assert [(row.action, row.subject_ref, row.reason) for row in rows] == [
        ("account.create", ref, None),
        ("account.invite", ref, None),
        ("account.list", "*", None),
        ("account.disable", ref, "lost her phone"),
        ("account.enable", ref, "found it"),
    ]
    assert {(row.actor_kind, row.actor_ref, row.channel) for row in rows} == {
        ("system", "system:vipclub account by Lin Yue", "cli")
    }
    everything = "".join(f"{row.before}{row.after}" for row in rows)
    assert "zhao" not in everything.casefold()


@pytest.mark.parametrize("words", [("create", "--role", "admin", *ZHAO), ("list",)])
def test_nothing_is_done_without_the_operator_s_name(
    db: Database, call: Call, words: tuple[str, ...]
) -> None:
    for operator in ((), ("--operator", " "), ("--operator", "x" * 41)):
        refused = CliRunner().invoke(account, [*words, *operator])
        assert (refused.exit_code, "--operator" in refused.output) == (2, True)
    assert trail(db) == []


@pytest.mark.parametrize(
    ("role", "option", "kind"), [("partner", "--partner", "P"), ("manager", "--portfolio", "")]
)
def test_an_account_sees_the_affairs_that_it_was_made_for(
    db: Database, call: Call, role: str, option: str, kind: str
) -> None:
    whose = db.run(partners.create_partner, CLUB_ACTOR, name=CLINIC) if kind else "LIFE/0042"
    said = done(call("create", "--role", role, *ZHAO, option, whose.lower() if kind else whose))
    assert open_by(create_app(database=db), link_in(said), "zhao@club.example").status_code == 303
    signed = db.run(accounts.sign_in, login="zhao@club.example", password=PASSWORD, ip="10.0.0.1")
    assert signed.sign_in.actor.scopes == {(option.removeprefix("--"), whose)}


def test_a_member_is_invited_and_opens_the_account_with_the_date_of_birth(
    db: Database, call: Call
) -> None:
    [member] = db.run(insert_persons, [source_record()])
    said = done(call("create", "--role", "member", "--person", member))
    assert said.startswith(f"{member}: ")
    assert "together with the date of birth" in said
    page = create_app(database=db).test_client().get(link_in(said))
    assert (page.status_code, 'name="birth_date' in page.text) == (200, True)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (("--role", "king", *ZHAO), "'king' is not one of 'member', 'manager'"),
        (("--role", "desk", "--login", "a@b.example"), "--login NAME and --name are needed"),
        (("--role", "desk", "--name", "Zhao"), "--login NAME and --name are needed"),
        (("--role", "desk", *ZHAO[:3], " "), "Please say it in 1 to 120 characters."),
        (("--role", "partner", *ZHAO), "--partner is needed for --role partner."),
        (("--role", "manager", *ZHAO), "--portfolio is needed for --role manager."),
        (("--role", "member"), "--person is needed for --role member."),
        (("--role", "admin", *ZHAO, "--partner", "P-1"), "--partner doesn't go with --role admin."),
        (
            ("--role", "partner", *ZHAO, "--portfolio", "LIFE/1"),
            "--portfolio doesn't go with --role partner.",
        ),
        (
            ("--role", "member", "--person", "M-1", *ZHAO),
            "A member says the sign-in name when opening the account.",
        ),
    ],
)
def test_what_does_not_go_together_is_wrong_usage(
    db: Database, call: Call, words: tuple[str, ...], sentence: str
) -> None:
    refused = call("create", *words)
    assert (refused.exit_code, sentence in refused.output) == (2, True), refused.output
    assert trail(db) == []


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        (("create", "--role", "desk", "--login", "zhao", "--name", "Zhao"), LoginUnreadable),
        (
            ("create", "--role", "desk", "--login", "taken@club.example", "--name", "Z"),
            accounts.LoginTaken,
        ),
        (("create", "--role", "partner", *ZHAO, "--partner", "P-12345-67890-B"), MalformedRef),
        (("create", "--role", "partner", *ZHAO, "--partner", new_ref("M")), MalformedRef),
        (
            ("create", "--role", "partner", *ZHAO, "--partner", new_ref("P")),
            partners.PartnerUnknown,
        ),
        (("create", "--role", "manager", *ZHAO, "--portfolio", "life 42"), PortfolioUnreadable),
        (("create", "--role", "member", "--person", new_ref("M")), NotFound),
        (("disable", new_ref("U"), "--reason", "x"), AccountUnknown),
        (("disable", "nobody@club.example", "--reason", "x"), AccountUnknown),
        (("enable", "U-12345-67890-A", "--reason", "x"), MalformedRef),
        (("invite", "u-boat"), MalformedRef),
        (("invite", "u@nowhere.example"), AccountUnknown),
        (("enable", "zhao", "--reason", "x"), LoginUnreadable),
    ],
)
def test_what_the_club_refuses_leaves_nothing(
    db: Database, call: Call, words: tuple[str, ...], refusal: type[Exception]
) -> None:
    an_account(db, "auditor", login="taken@club.example")
    before = len(trail(db))
    assert isinstance(call(*words).exception, refusal)
    assert len(trail(db)) == before


def test_a_member_with_an_account_is_not_invited_again(db: Database, call: Call) -> None:
    [member] = db.run(insert_persons, [source_record()])
    with db.read() as session:
        person = session.scalar(select(Person.id).where(Person.public_ref == member))
    new = {"login": "lin@home.example", "role": "member", "display_name": "Lin", "language": "en"}
    db.run(accounts.create_account, CLUB_ACTOR, **new, person_id=person)
    refused = call("create", "--role", "member", "--person", member)
    assert isinstance(refused.exception, HasAccount)


def test_disabled_is_out_at_once_and_enabled_comes_in_again(db: Database, call: Call) -> None:
    ref = an_account(db, "desk").public_ref
    app = create_app(database=db)
    browser = app.test_client()
    assert sign_in(browser, "desk@club.example").status_code == 303
    assert browser.get("/desk/").status_code == 200
    assert done(call("disable", ref.lower(), "--reason", "left")) == f"{ref} is disabled.\n"
    assert browser.get("/desk/").status_code == 303
    assert sign_in(app.test_client(), "desk@club.example").status_code != 303
    again = call("disable", "desk@club.example", "--reason", "left")
    assert done(again) == f"{ref} is disabled already: nothing was changed.\n"
    assert [row.action for row in trail(db)].count("account.disable") == 1
    back = done(call("enable", "desk@club.example", "--reason", "is back", "--json"))
    assert json.loads(back) == {"account": ref, "state": "active", "changed": True}
    assert sign_in(app.test_client(), "desk@club.example").status_code == 303


@pytest.mark.parametrize("command", ["disable", "enable"])
def test_a_state_is_changed_for_a_reason(db: Database, call: Call, command: str) -> None:
    an_account(db, "desk")
    for reason in ((), ("--reason", ""), ("--reason", "x" * 301)):
        assert call(command, "desk@club.example", *reason).exit_code == 2


def test_the_list_says_how_each_account_stands_and_no_secret(db: Database, call: Call) -> None:
    desk = an_account(db, "desk").public_ref
    db.run(accounts.sign_in, login="desk@club.example", password=PASSWORD, ip="10.0.0.1")
    said = done(call("create", "--role", "admin", *ZHAO))
    admin, secret = said[:15], link_in(said).rsplit("/", 1)[1]
    listed, as_json = done(call("list")), done(call("list", "--json"))
    with db.read() as session:
        hashes = [*session.scalars(select(StaffInvitation.token_hash))]
        hashes += [*session.scalars(select(Account.login_index))]
        words = [*session.scalars(select(Account.password_hash)), secret, "zhao", "Zhao", "desk@"]
    for out in (listed, as_json):
        assert [word for word in words if word and word in out] == []
        assert [each for each in hashes if each and each.hex() in out] == []
    first, second = json.loads(as_json)
    assert first.keys() == {
        *("ref", "role", "state", "last_seen_at", "has_password", "invited_until")
    }
    assert (first["ref"], first["role"], first["last_seen_at"]) == (admin, "admin", None)
    assert (first["has_password"], first["invited_until"] is not None) == (False, True)
    assert (second["ref"], second["has_password"], second["invited_until"]) == (desk, True, None)
    assert re.fullmatch(
        rf"{admin}  admin      active    never seen              invited until \S+ \S+Z\n"
        rf"{desk}  desk       active    seen \S+ \S+Z\n",
        listed,
    )
    assert done(call("list", "--role", "desk")).startswith(desk)
    assert done(call("list", "--state", "disabled")) == ""


def test_a_link_that_ran_out_is_made_anew(db: Database, call: Call) -> None:
    first = link_in(done(call("create", "--role", "admin", *ZHAO)))
    app = create_app(database=db)
    with time_machine.travel(clock.now() + timedelta(days=15)):
        assert "no password, no open invitation" in done(call("list"))
        second = link_in(done(call("invite", "zhao@club.example")))
        assert open_by(app, first, "zhao@club.example").status_code == 422
        assert open_by(app, second, "zhao@club.example").status_code == 303
        refused = call("invite", "zhao@club.example")
        assert (refused.exit_code, "has a password already" in refused.output) == (1, True)


@pytest.mark.slow
def test_a_terminal_reads_a_refusal_as_one_line(url: str, db: Database, tmp_path: Path) -> None:
    environment = environment_of(url, tmp_path)
    made = vipclub(environment, "account", "create", "--role", "admin", *ZHAO, *BY_LIN)
    assert (made.returncode, made.stdout.count("\n"), made.stderr) == (0, 2, "")
    taken = vipclub(environment, "account", "create", "--role", "desk", *ZHAO, *BY_LIN)
    assert (taken.returncode, taken.stdout) == (1, "")
    assert taken.stderr == "This sign-in name is already in use.\n"
    unknown = vipclub(environment, "account", "disable", new_ref("U"), "--reason", "x", *BY_LIN)
    assert unknown.stderr == "No account has this reference or sign-in name.\n"
