"""VIPCLUB_SECRET_KEY is changed and nobody is signed out; or it is lost, and everybody is."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from click.testing import CliRunner
from flask import Flask
from flask.testing import FlaskClient
from pydantic import SecretStr

from tests.databases import TEST_KEYS
from tests.keys.changing import KEEPER, settings_with
from tests.terminal import environment_of, vipclub
from tests.web.signing_in import PASSWORD, an_account, csrf_token, signed_in
from vipclub.app import create_app
from vipclub.core.db import Database
from vipclub.core.key_checks import check_value
from vipclub.core.key_register import registered
from vipclub.keys import record_keys
from vipclub.keys.cli import keys
from vipclub.keys.rotating import KeyRefused, put_in_force, retire, take_the_secret
from vipclub.settings import Settings

OLD = "an-old-secret-for-tests-0123456789-abcdef"
NEW = "a-new-secret-of-the-tests-9876543210-fedcba"


def settings_of(db: Database, folder: Path, *secrets: str) -> Settings:
    with_secret = {"secret_key": SecretStr(",".join(secrets))}
    return settings_with(db, TEST_KEYS, folder).model_copy(update=with_secret)


Serve = Callable[[Settings], Flask]


@pytest.fixture
def served(db: Database) -> Iterator[Serve]:
    """The club as one process of it serves it, with these settings."""
    begun = []

    def serve(settings: Settings) -> Flask:
        begun.append(Database(db.url, keys=TEST_KEYS))
        return create_app(settings, database=begun[-1])

    yield serve
    for database in begun:
        database.dispose()


def knows(app: Flask, browser: FlaskClient) -> bool:
    """Whether a process of the club takes a browser, with its cookies, for signed in."""
    cookie = browser.get_cookie("vip")
    assert cookie is not None
    other = app.test_client()
    other.set_cookie("vip", cookie.value)
    return bool(other.get("/desk/").status_code == 200)


@pytest.fixture
def rolled(db: Database, tmp_path: Path, served: Serve) -> tuple[Flask, Flask]:
    """One process as it was started before, one that holds the new secret too."""
    before = settings_of(db, tmp_path, OLD)
    record_keys(db, before)
    old = served(before)
    both = settings_of(db, tmp_path, NEW, OLD)
    record_keys(db, both)
    return old, served(both)


def test_a_rolling_restart_signs_with_the_old_until_the_new_is_in_force(
    db: Database, tmp_path: Path, rolled: tuple[Flask, Flask], served: Serve
) -> None:
    old, restarted = rolled
    an_account(db, "desk")
    early = signed_in(restarted, "desk")
    assert knows(old, early)
    assert knows(restarted, early)
    waiting = restarted.test_client()
    token = csrf_token(waiting)  # a form that stays open meanwhile
    both = settings_of(db, tmp_path, NEW, OLD)
    assert db.run(put_in_force, KEEPER, both, kind="secret") == 2
    restarted.extensions["vipclub"].db.learn_keys(at_once=True)
    form = {"login": "desk@club.example", "password": PASSWORD, "csrf_token": token}
    assert waiting.post("/sign-in", data=form).status_code == 303
    assert knows(restarted, early)
    only_new = served(settings_of(db, tmp_path, NEW))
    later = signed_in(restarted, "desk")
    assert knows(only_new, later)
    assert knows(restarted, later)
    assert not knows(only_new, early)


def test_the_old_secret_is_given_up_when_its_cookies_have_ended(
    db: Database, tmp_path: Path, rolled: tuple[Flask, Flask], served: Serve
) -> None:
    an_account(db, "desk")
    early = signed_in(rolled[1], "desk")
    both = settings_of(db, tmp_path, NEW, OLD)
    db.run(put_in_force, KEEPER, both, kind="secret")
    with pytest.raises(KeyRefused, match="may have signed cookies that are good until"):
        db.run(retire, KEEPER, kind="secret", number=1)
    assert knows(served(both), early)
    db.run(retire, KEEPER, kind="secret", number=1, end_sign_ins=True)
    assert not knows(served(both), early)


def test_a_lost_secret_is_replaced_by_command(db: Database, url: str, tmp_path: Path) -> None:
    own = environment_of(url, tmp_path)
    assert vipclub(own, "db", "upgrade").returncode == 0
    other = own | {"VIPCLUB_SECRET_KEY": NEW}
    words = ("jobs", "run", "forget-old")
    assert vipclub(other, *words).returncode == 1
    lost = ("keys", "rotate", "--kind", "secret", "--lost", "--operator", "Lin Yue")
    done = vipclub(other, *lost)
    assert done.returncode == 0, done.stderr
    assert "Everybody signs in again" in done.stdout
    assert vipclub(other, *words).returncode == 0
    assert vipclub(own, *words).returncode == 1


def test_a_new_secret_that_is_held_takes_the_place_of_a_lost_one(
    db: Database, tmp_path: Path
) -> None:
    record_keys(db, settings_of(db, tmp_path, OLD))
    record_keys(db, settings_of(db, tmp_path, NEW, OLD))
    alone = settings_of(db, tmp_path, NEW)
    assert db.run(take_the_secret, KEEPER, alone) == 2
    db.learn_keys(at_once=True)
    assert db.cipher.in_force.secret == check_value(NEW.encode())
    assert db.cipher.in_force.retired == {("secret", check_value(OLD.encode()))}


def test_the_same_secret_written_twice_is_one_and_in_force(db: Database, tmp_path: Path) -> None:
    twice = settings_of(db, tmp_path, OLD, OLD)
    assert twice.secrets == [OLD]
    record_keys(db, twice)
    with db.read() as session:
        (key,) = [one for one in registered(session) if one.kind == "secret"]
    assert (key.number, key.state) == (1, "in force")


def test_a_secret_that_was_given_up_does_not_come_back(db: Database, tmp_path: Path) -> None:
    record_keys(db, settings_of(db, tmp_path, OLD))
    db.run(take_the_secret, KEEPER, settings_of(db, tmp_path, NEW))
    with pytest.raises(KeyRefused, match="was retired: write a new one"):
        db.run(take_the_secret, KEEPER, settings_of(db, tmp_path, OLD))


@pytest.mark.parametrize("command", [("rotate",), ("retire", "--number", "1")])
@pytest.mark.parametrize("name", ["", " \u3000 ", "x" * 41])
def test_whoever_changes_a_key_says_who(command: tuple[str, ...], name: str) -> None:
    done = CliRunner().invoke(keys, [*command, "--kind", "index", "--operator", name])
    assert done.exit_code == 2
    assert "1 to 40 characters" in done.output
