"""Mail: nothing that a person typed becomes a header, and a real server takes it."""

from __future__ import annotations

import socket
import threading
import time
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult

from tests.messages.composed_letters import START
from tests.messages.mail_server import MailServer, free_port
from vipclub.core.outbox import DOING_SECONDS, LEASE_SECONDS
from vipclub.messages.channels.mail import (
    Folder,
    MailContent,
    Refusal,
    Smtp,
    build,
    post_for,
    usable_address,
)
from vipclub.messages.channels.mail.posting import TOTAL_SECONDS

FOLDER = Path("unused")


def a_mail(
    to_name: str = "陳大文", subject: str = "您的預約已確認", to: str = "chan@example.org"
) -> EmailMessage:
    content = MailContent(subject, "Text\n", "<p>HTML</p>", "zh-Hant", ("REQUEST", b"BEGIN:X\r\n"))
    return build(
        content,
        to_name=to_name,
        to_address=to,
        from_name="VIP 俱樂部",
        from_address="no-reply@club.example",
        message_ref="E-12345-67890-A",
        at=START,
    )


def smtp(server: MailServer, **given: object) -> Smtp:
    return Smtp("127.0.0.1", server.port, "no-reply@club.example", **given)  # type: ignore[arg-type]


EVIL = [
    "Chan\r\nBcc: everybody@example.org",
    "Chan\nBcc: everybody@example.org",
    "Chan\rX-Evil: 1",
    "Chan\u2028Bcc: everybody@example.org",
    'Chan" <everybody@example.org>, "',
    "Chan\x00\x0b\x0cBcc: everybody@example.org",
    "=?utf-8?q?Chan=0d=0aBcc:_everybody=40example.org?=",
]


@pytest.mark.promise("P24")
@pytest.mark.parametrize("evil", EVIL)
def test_no_name_and_no_subject_becomes_a_header(evil: str) -> None:
    sent = a_mail(to_name=evil, subject=evil).as_bytes()
    read = message_from_bytes(sent, policy=default)
    assert read["Bcc"] is None
    assert read["X-Evil"] is None
    assert len(read["To"].addresses) == 1  # type: ignore[union-attr]
    assert read["To"].addresses[0].addr_spec == "chan@example.org"  # type: ignore[union-attr]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "chan",
        "chan@localhost",
        "a@b.org, c@d.org",
        "a@b.org\r\nBcc: c@d.org",
        "Chan <a@b.org>",
        "a@b.org;c@d.org",
        "a b@c.org",
        "x" * 260 + "@b.org",
    ],
)
def test_what_is_not_one_plain_mailbox_is_not_written_to(address: str) -> None:
    assert usable_address(address) is None
    with pytest.raises(ValueError, match="usable"):
        a_mail(to=address)


def test_a_mail_has_text_html_calendar_and_a_stable_id() -> None:
    mail = a_mail()
    assert mail["Message-ID"] == "<E-12345-67890-A@club.example>"
    assert mail.as_bytes() != b""
    kinds = [part.get_content_type() for part in mail.walk() if not part.is_multipart()]
    assert kinds == ["text/plain", "text/html", "text/calendar", "application/ics"]
    assert mail["From"].addresses[0].display_name == "VIP 俱樂部"


def test_a_real_server_takes_it(mail_server: MailServer) -> None:
    smtp(mail_server).send(a_mail())
    (taken,) = mail_server.mails
    assert taken["Subject"] == "您的預約已確認"
    assert taken["To"].addresses[0].display_name == "陳大文"  # type: ignore[union-attr]
    assert mail_server.recipients == ["chan@example.org"]


@pytest.mark.parametrize("answer", ["550 no such mailbox", "553 no"])
def test_a_recipient_refused_for_good_is_no_reason_to_try_again(
    mail_server: MailServer, answer: str
) -> None:
    mail_server.answer_recipient = answer
    with pytest.raises(Refusal):
        smtp(mail_server).send(a_mail())


def test_a_busy_server_is_tried_again(mail_server: MailServer) -> None:
    mail_server.answer_recipient = "450 later"
    with pytest.raises(ConnectionError):
        smtp(mail_server).send(a_mail())
    mail_server.answer_recipient, mail_server.answer = "250 OK", "451 later"
    with pytest.raises(ConnectionError):
        smtp(mail_server).send(a_mail())
    mail_server.answer = "554 no"
    with pytest.raises(Refusal):
        smtp(mail_server).send(a_mail())


def test_a_server_that_is_not_there_is_tried_again(mail_allowed: None) -> None:
    with pytest.raises(OSError):
        Smtp("127.0.0.1", free_port(), "no-reply@club.example").send(a_mail())


@pytest.mark.promise("P21")
def test_one_send_can_not_outlast_a_third_of_the_claim() -> None:
    assert LEASE_SECONDS > 3 * DOING_SECONDS > 3 * TOTAL_SECONDS


@pytest.mark.slow
def test_a_server_that_dribbles_is_cut_off_in_time(mail_allowed: None) -> None:
    """Each answer comes before the step's timeout; only the whole takes too long."""
    listener = socket.create_server(("127.0.0.1", 0))

    def dribble() -> None:
        connection, _ = listener.accept()
        with connection:
            try:
                while True:
                    connection.sendall(b"220-slow\r\n")
                    time.sleep(0.05)
            except OSError:
                pass

    thread = threading.Thread(target=dribble, daemon=True)
    thread.start()
    post = Smtp("127.0.0.1", listener.getsockname()[1], "a@b.org", total_seconds=0.5)
    started = time.monotonic()
    with pytest.raises((OSError, Exception)):
        post.send(a_mail())
    assert time.monotonic() - started < 3
    listener.close()
    thread.join(timeout=3)


def test_a_password_is_sent_to_no_other_machine_without_tls(mail_server: MailServer) -> None:
    seen: list[object] = []

    def authenticate(
        _server: object, _session: object, _envelope: object, _how: str, data: object
    ) -> AuthResult:
        seen.append(data)
        return AuthResult(success=True)

    port = free_port()
    controller = Controller(
        MailServer(),
        hostname="127.0.0.1",
        port=port,
        authenticator=authenticate,
        auth_require_tls=False,
    )
    controller.start()
    try:
        post = post_for(f"smtp://club:p%40ss@127.0.0.1:{port}", folder=FOLDER, host="club.example")
        post.send(a_mail())
        assert [(d.login, d.password) for d in seen] == [(b"club", b"p@ss")]  # type: ignore[attr-defined]
        elsewhere = Smtp("127.0.0.2", port, "a@b.org", user="club", password="x")
        with pytest.raises(OSError):
            elsewhere.send(a_mail())
        assert len(seen) == 1
    finally:
        controller.stop()


def test_the_address_of_the_server_is_read_from_one_setting() -> None:
    post = post_for(
        "smtps://u:p@mail.example?from=vip@club.example", folder=FOLDER, host="127.0.0.1"
    )
    assert post == Smtp("mail.example", 465, "vip@club.example", "u", "p", tls=True)
    assert "p" not in repr(post).replace("port", "").split("password")[0][-1:]
    insisting = post_for("smtp://mail.example?starttls=1", folder=FOLDER, host="club.example")
    assert insisting == Smtp("mail.example", 25, "no-reply@club.example", starttls=True)
    with pytest.raises(ValueError, match="VIPCLUB_MAIL_URL"):
        post_for("http://mail.example", folder=FOLDER, host="club.example")


def test_without_a_server_mails_are_files_and_a_repetition_is_the_same_file(tmp_path: Path) -> None:
    post = post_for("", folder=tmp_path / "mail", host="127.0.0.1")
    assert isinstance(post, Folder)
    assert post.sender == "no-reply@vipclub.example"
    post.send(a_mail())
    post.send(a_mail())
    (file,) = (tmp_path / "mail").iterdir()
    assert file.name == "E-12345-67890-A.eml"
    read = message_from_bytes(file.read_bytes(), policy=default)
    assert read["Subject"] == "您的預約已確認"
