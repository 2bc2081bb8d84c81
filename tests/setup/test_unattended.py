"""A new club where nobody is asked: by options and a file of answers."""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from dotenv import dotenv_values
from sqlalchemy import select

from tests.setup.empty_server import BASE, EmptyServer
from tests.web.signing_in import PASSWORD
from vipclub.app import create_app
from vipclub.core.audit import AuditRow
from vipclub.database import open_database
from vipclub.settings import Settings

NAMES = {"en": "Harbour Circle", "zh-Hans": "海港会", "zh-Hant": "海港會"}


def settings_of(server: EmptyServer, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """Those of the new club, as its own processes read them."""
    for name in ("ENV", "SECRET_KEY", "FIELD_KEYS", "INSTANCE"):
        monkeypatch.delenv(f"VIPCLUB_{name}", raising=False)
    monkeypatch.setenv("VIPCLUB_INSTANCE", server.environment["VIPCLUB_INSTANCE"])
    return Settings.load(_env_file=server.env_file)


def test_a_new_club_comes_up_and_its_administrator_in_by_a_link_that_works_once(
    server: EmptyServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    report = server.report(name=NAMES)
    assert report["companies"] == ["LIFE"]
    assert report["rules"] == ["tier policy", "benefits", "booking rules"]
    assert stat.S_IMODE(server.env_file.stat().st_mode) == 0o600
    link = report["link"]
    assert link.startswith(f"{BASE}/join/")
    settings = settings_of(server, monkeypatch)
    assert settings.production
    app = create_app(settings)
    browser, path = app.test_client(), urlsplit(link).path
    monkeypatch.setitem(app.config, "WTF_CSRF_SSL_STRICT", False)
    page = browser.get(f"{path}?lang=en", base_url=BASE)
    assert "Harbour Circle" in page.text
    assert "colleague" not in page.text
    assert "海港会" in browser.get(f"{path}?lang=zh-Hans", base_url=BASE).text
    assert "海港會" in browser.get(f"{path}?lang=zh-Hant", base_url=BASE).text
    form = {"login": "zhao@club.example", "password": PASSWORD}
    answers = []
    for _again in range(2):
        [token] = re.findall(r'name="csrf_token" [^>]*value="([^"]+)"', page.text)[:1]
        sent = form | {"csrf_token": token}
        answers.append(browser.post(path, data=sent, base_url=BASE).status_code)
    assert answers == [303, 422]
    with app.extensions["vipclub"].db.read() as session:
        by = set(session.scalars(select(AuditRow.actor_ref).where(AuditRow.channel == "cli")))
    assert by == {"system:vipclub setup by Lin Yue"}
    app.extensions["vipclub"].db.dispose()


def test_a_second_run_changes_nothing_and_says_what_is_there(server: EmptyServer) -> None:
    server.report()
    before, counted = server.env_file.read_bytes(), server.counts()
    done = server.set_up()
    assert done.returncode == 0, done.stderr
    assert server.env_file.read_bytes() == before
    assert server.counts() == counted
    for said in ("nothing was added", "the newest", "LIFE", "are there", "already"):
        assert said in done.stdout
    assert "/join/" not in done.stdout


def test_fresh_keys_are_different_each_time_and_said_to_be_kept(server: EmptyServer) -> None:
    done = server.set_up()
    assert "Keep VIPCLUB_SECRET_KEY and VIPCLUB_FIELD_KEYS in another place" in done.stdout
    first = dotenv_values(server.env_file)
    for key in ("VIPCLUB_SECRET_KEY", "VIPCLUB_FIELD_KEYS"):
        assert first[key]
        assert first[key] not in done.stdout
    server.env_file.unlink()
    other = server.folder / "elsewhere.env"
    again = server.set_up("--env-file", str(other))
    assert again.returncode == 1, "fresh keys for a club that is there"
    assert "holds a club already" in again.stderr
    assert not other.exists()


def test_a_file_of_settings_that_is_there_is_kept_and_completed(server: EmptyServer) -> None:
    own = "# by hand\nVIPCLUB_BASE_URL=https://club.example\nOTHER=1"
    server.env_file.write_text(own)
    server.env_file.chmod(0o640)
    report = server.report()
    text = server.env_file.read_text()
    assert text.startswith(own + "\n# Added by vipclub setup on ")
    assert stat.S_IMODE(server.env_file.stat().st_mode) == 0o640
    assert "VIPCLUB_BASE_URL" not in report["added"]
    assert "VIPCLUB_HOTLINE" in report["added"]
    assert dotenv_values(server.env_file)["OTHER"] == "1"


def test_another_answer_to_what_is_known_is_refused(server: EmptyServer) -> None:
    server.env_file.write_text("VIPCLUB_BASE_URL=https://other.example\n")
    done = server.set_up()
    assert done.returncode == 1
    assert "VIPCLUB_BASE_URL stands in .env or the environment with another value" in done.stderr
    assert server.env_file.read_text() == "VIPCLUB_BASE_URL=https://other.example\n"
    assert not server.has_tables()


def test_what_the_environment_says_is_not_written_to_the_file(server: EmptyServer) -> None:
    server.environment["VIPCLUB_MAIL_URL"] = server.mail_url
    report = server.report(mail_url=None)
    assert "VIPCLUB_MAIL_URL" not in report["added"]
    assert "VIPCLUB_MAIL_URL" not in server.env_file.read_text()


def test_no_key_goes_into_a_file_that_anybody_reads(server: EmptyServer) -> None:
    server.env_file.write_text("")
    server.env_file.chmod(0o644)
    done = server.set_up()
    assert done.returncode == 1
    assert "chmod 600" in done.stderr
    assert server.env_file.read_text() == ""


WRONG: list[tuple[dict[str, Any], str]] = [
    ({"hotline": "call us"}, "VIPCLUB_HOTLINE is no phone number, such as 400-000-0000."),
    ({"hotline": None}, "VIPCLUB_HOTLINE is the default, at which nobody answers"),
    ({"hotline_abroad": "+852 0000 0000"}, "VIPCLUB_HOTLINE_ABROAD is the default"),
    ({"time_zone": "Shanghai"}, "VIPCLUB_TIME_ZONE is no IANA time zone, such as Asia/Shanghai."),
    ({"base_url": "http://club.example"}, "VIPCLUB_BASE_URL begins with http://"),
    ({"base_url": None}, "VIPCLUB_BASE_URL is missing: write the club's own address"),
    ({"database_url": "mysql://a/b"}, "names no SQLite or PostgreSQL database"),
    ({"database_url": "postgresql+psycopg://a:b@127.0.0.1:1/c"}, "can't be reached"),
    ({"allow_sqlite": None, "database_url": "sqlite:///x.db"}, "VIPCLUB_DATABASE_URL names SQLite"),
    ({"mail_url": None}, "VIPCLUB_MAIL_URL is missing"),
    ({"mail_url": "smtp://mail.example"}, "doesn't insist on STARTTLS"),
    ({"proxies": 9}, "VIPCLUB_PROXIES is no number from 0 to 5"),
    ({"name": "x" * 61}, "VIPCLUB_NAME must be a name of 60 characters at most, on one line."),
    ({"name": {"fr": "Cercle"}}, "name.fr is no language; en, zh-Hans, zh-Hant are."),
    ({"name": "The ${HOME}"}, "VIPCLUB_NAME has a value that no file of settings can hold"),
    ({"operator": None}, "--operator NAME is needed"),
    ({"operator": "x" * 41}, "The operator's name must be 1 to 40 characters on one line."),
    ({"administrator": {"name": "Zhao", "login": "zhao"}}, "A sign-in name is an e-mail address"),
    ({"administrator": {"name": "Zhao"}}, "--admin-name and --admin-login go together."),
    ({"company": [{"code": "LI FE", "name": "x"}]}, "LI FE is no code of a company"),
    ({"company": [{"code": "LIFE"}]}, "each [[company]] holds a code and a name."),
    ({"standard_policy": "yes"}, "standard_policy is neither true nor false."),
    ({"hotlines": "1"}, "hotlines is no answer; known are name,"),
]


@pytest.mark.only("sqlite")
@pytest.mark.parametrize(("wrong", "sentence"), WRONG)
def test_a_wrong_answer_is_told_in_a_sentence_and_nothing_is_written(
    server: EmptyServer, wrong: dict[str, Any], sentence: str
) -> None:
    done = server.set_up(**wrong)
    assert done.returncode == 1
    assert sentence in done.stderr
    assert "Traceback" not in done.stderr
    assert not server.env_file.exists()
    assert not Path(server.database_url.removeprefix("sqlite:///")).exists()


@pytest.mark.only("sqlite")
def test_all_that_is_wrong_is_told_at_once(server: EmptyServer) -> None:
    done = server.set_up(hotline="x", operator=None, company=[{"code": "-", "name": "x"}])
    assert len(done.stderr.strip().splitlines()) == 3


@pytest.mark.only("postgresql")
def test_a_superusers_database_is_refused(server: EmptyServer, servers: Any) -> None:
    done = server.set_up(database_url=servers.empty("postgresql"))
    assert done.returncode == 1
    assert "a superuser of PostgreSQL" in done.stderr
    assert not server.env_file.exists()


@pytest.mark.only("sqlite")
def test_rules_are_put_in_force_only_when_the_club_says_so(server: EmptyServer) -> None:
    assert server.report(standard_policy=None)["rules"] == []
    assert server.counts()["booking_policy"] == 0
    assert len(server.report()["rules"]) == 3
    assert server.counts()["booking_policy"] > 0


@pytest.mark.only("sqlite")
def test_a_mail_server_that_is_away_is_told_and_may_come_later(server: EmptyServer) -> None:
    done = server.set_up(mail_url="smtps://club:secret@127.0.0.1:1")
    assert done.returncode == 0
    assert "can't be reached" in done.stdout
    assert "secret" not in done.stdout


@pytest.mark.only("sqlite")
def test_what_was_set_up_is_what_check_finds_well(server: EmptyServer) -> None:
    server.report()
    done = server.run("check")
    assert done.returncode == 0, done.stdout


@pytest.mark.only("sqlite")
def test_development_keeps_the_keys_that_it_has(server: EmptyServer) -> None:
    server.environment["VIPCLUB_ENV"] = "development"
    report = server.report()
    assert not {"VIPCLUB_SECRET_KEY", "VIPCLUB_FIELD_KEYS"} & set(report["added"])
    database = open_database(Settings.load(_env_file=server.env_file))
    database.dispose()
