"""The red button takes whatever is sent to it, and asks in nobody's name but the form's."""

from __future__ import annotations

import io
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.assistance.cases_in_steps import seen
from tests.cast import CLUB_ACTOR
from tests.small_club import SmallClub, a_small_club
from tests.web.signing_in import a_client
from vipclub import assistance
from vipclub.app import create_app
from vipclub.core.db import Database

ASK = "/help/ask"
PLAIN = "application/x-www-form-urlencoded"
TAP = "0123456789abcdef"
MEGABYTE = 1024 * 1024


@pytest.fixture
def club(db: Database) -> SmallClub:
    return a_small_club(db)


@pytest.fixture
def stranger(db: Database, club: SmallClub) -> FlaskClient:
    return create_app(database=db).test_client()


def asked(db: Database, browser: FlaskClient, path: str = ASK, **sent: Any) -> assistance.CaseView:
    """The one case that a request makes."""
    made = browser.post(path, **sent)
    assert made.status_code == 303, made.status
    assert browser.get(made.headers["Location"]).status_code == 200
    with db.read() as session:
        (line,) = assistance.find_cases(session, CLUB_ACTOR).items
    return seen(db, line.ref)


def test_bad_characters_are_taken_out(db: Database, stranger: FlaskClient) -> None:
    body = b"phone=%2B336123\x0045678&place=Ly%00on%FF&what=He%EF%BF%BDp%0Ame"
    case = asked(db, stranger, f"{ASK}?x=%FF%00", data=body, content_type=PLAIN)
    assert (case.phone, case.place, case.what) == ("+33612345678", "Lyon?", "He?p\nme")


def test_words_in_another_encoding_leave_what_can_be_read(
    db: Database, stranger: FlaskClient
) -> None:
    body = b"phone=13800138000&what=" + "救命 SOS".encode("gbk")
    case = asked(db, stranger, data=body, content_type=PLAIN)
    assert case.phone == "+8613800138000"
    assert case.what.endswith("SOS")


@pytest.mark.parametrize("size", [3 * MEGABYTE, 17 * MEGABYTE])
def test_of_a_large_form_the_beginning_counts(
    db: Database, stranger: FlaskClient, size: int
) -> None:
    body = b"phone=%2B33612345678&place=Lyon&what=" + b"z" * size
    case = asked(db, stranger, data=body, content_type=PLAIN)
    assert (case.phone, case.place) == ("+33612345678", "Lyon")
    assert case.what == "z" * 4000


@pytest.mark.parametrize("fields", [2000, 15_000])
def test_of_a_form_in_parts_all_that_is_ours_counts(
    db: Database, stranger: FlaskClient, fields: int
) -> None:
    form = {f"f{number}": "x" for number in range(fields)}
    case = asked(
        db,
        stranger,
        data={"phone": "+33612345678", "where": "abroad", **form, "photo": _photo()},
        content_type="multipart/form-data",
    )
    assert (case.phone, case.line.kind) == ("+33612345678", "emergency_overseas")


def _photo() -> tuple[io.BytesIO, str]:
    return io.BytesIO(b"\xff\xd8" * MEGABYTE), "photo.jpg"


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        (b'--b\r\nContent-Disposition: form-data; name="phone"\r\n\r\n+33612345678', "b"),
        (
            b'--b\r\nContent-Disposition: form-data; name="phone"\r\n\r\n+33612345678\r\n--b\r\n',
            "b",
        ),
        (b"phone=%2B33612345678", ""),
    ],
)
def test_of_what_breaks_off_the_beginning_counts(
    db: Database, stranger: FlaskClient, body: bytes, kind: str
) -> None:
    content = f"multipart/form-data; boundary={kind}" if kind else "text/plain"
    assert asked(db, stranger, data=body, content_type=content).phone == "+33612345678"


@pytest.mark.parametrize(
    ("body", "content"),
    [
        (b"", ""),
        (b'{"phone": "1"}', "application/json"),
        (b"\x00\xff" * 5000, "application/octet-stream"),
        (b"--b\r\nnonsense\r\n\r\nx\r\n--b--", "multipart/form-data; boundary=b"),
        (b"x", "multipart/form-data"),
        (b"a&" * MEGABYTE, PLAIN),
    ],
)
def test_what_is_no_form_is_a_request_for_help(
    db: Database, stranger: FlaskClient, body: bytes, content: str
) -> None:
    assert asked(db, stranger, data=body, content_type=content).what == ""


class DroppedLine(io.BytesIO):
    """A line that drops after its first words."""

    def read(self, size: int | None = -1, /) -> bytes:
        words = super().read(size)
        if not words:
            raise ConnectionResetError
        return words


def test_of_a_line_that_drops_what_came_counts(db: Database, stranger: FlaskClient) -> None:
    case = asked(
        db,
        stranger,
        input_stream=DroppedLine(b"phone=13800138000&what=Hel"),
        content_length=5000,
        content_type=PLAIN,
    )
    assert (case.phone, case.what) == ("+8613800138000", "Hel")


def test_another_site_s_page_asks_in_nobody_s_name(db: Database, club: SmallClub) -> None:
    lin = a_client(db, "member", ("person", club.members[0]))
    made = lin.post(
        f"{ASK}?lang=en", data={"quick": "ill"}, headers={"Sec-Fetch-Site": "cross-site"}
    )
    assert made.status_code == 303
    assert "Set-Cookie" not in made.headers, "nobody is signed out by it"
    with db.read() as session:
        (line,) = assistance.find_cases(session, CLUB_ACTOR).items
    assert (line.member, line.unverified) == (None, True)
    assert lin.get("/cases").status_code == 200
    refused = lin.post("/cases/new", data={}, headers={"Sec-Fetch-Site": "cross-site"})
    assert refused.status_code == 403, "no other address takes it"


def test_a_key_that_is_none_is_the_same_key_again(db: Database, stranger: FlaskClient) -> None:
    form = {"tap": "'; DROP TABLE", "phone": "13800138000"}
    first = asked(db, stranger, data=form)
    assert asked(db, stranger, data=form).line.ref == first.line.ref


def test_who_is_gone_asks_as_nobody_known(db: Database, club: SmallClub) -> None:
    lin = a_client(db, "member", ("person", club.members[0]))
    page = lin.get("/help").text
    who = page.split('name="who" value="')[1].split('"')[0]
    damaged = {"tap": TAP, "who": who[:-3], "phone": "13800138000"}
    assert asked(db, create_app(database=db).test_client(), data=damaged).line.unverified
