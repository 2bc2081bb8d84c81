"""An appointment to write about, and a real mail server to write to."""

from __future__ import annotations

import socket
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.parser import BytesParser
from email.policy import default
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from vipclub import messages, wiring
from vipclub.bookings import AppointmentLetter
from vipclub.core.types import Localized

START = datetime(2026, 12, 3, 0, 30, tzinfo=UTC)


def a_letter(**given: Any) -> AppointmentLetter:
    values: dict[str, Any] = {
        "ref": "A-7K2Q9-XM4TR-C",
        "version": 2,
        "service": Localized("健康体检", "身體檢查", "Health check"),
        "partner": Localized("华山体检中心", "華山體檢中心", "Huashan check-up centre"),
        "site": Localized("静安院区", "靜安院區", "Jing'an branch"),
        "address": Localized("上海市静安区1号", "上海市靜安區1號", "1 West Road, Shanghai"),
        "zone": "Asia/Shanghai",
        "start": START,
        "end": START + timedelta(hours=2),
        "promised_by": START - timedelta(days=2),
        "preparation": Localized("请空腹前来。", "請空腹前來。", "Please come fasting."),
    }
    return AppointmentLetter(**(values | given))


@dataclass
class MailServer:
    """A real SMTP server that keeps what it took. `answer` may refuse; `dies` cuts the line after
    that many mails were taken, before it says so."""

    port: int = 0
    mails: list[EmailMessage] = field(default_factory=list)
    recipients: list[str] = field(default_factory=list)
    answer_recipient: str = "250 OK"
    answer: str = "250 taken"
    dies: int = 0

    async def handle_RCPT(
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return self.answer_recipient

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        content = envelope.content
        assert isinstance(content, bytes)
        if self.answer.startswith("2"):
            self.mails.append(BytesParser(policy=default).parsebytes(content))  # type: ignore[arg-type]
            self.recipients += envelope.rcpt_tos
        if self.dies:
            self.dies -= 1
            server.transport.abort()  # type: ignore[union-attr]
        return self.answer


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


@pytest.fixture
def mail_server(mail_allowed: None) -> Iterator[MailServer]:
    server = MailServer(free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    yield server
    controller.stop()


@pytest.fixture
def letter() -> Callable[..., AppointmentLetter]:
    return a_letter


truths: dict[str, int] = {}
"""The present version of what the specimens tell of, where it isn't the one that they tell."""


def vouched_for(letter: messages.Letter) -> messages.Letter:
    """The letter, asking `truths` instead of its part."""
    return replace(
        letter,
        still_true=lambda session, ref, version: truths.get(ref, version) == version,
        versions=_present,
    )


def _present(session: object, refs: Collection[str]) -> dict[str, int]:
    return {ref: truths[ref] for ref in refs if ref in truths}


@pytest.fixture(autouse=True)
def _specimens() -> Iterator[None]:
    """The letters of later parts tell of what isn't there."""
    truths.clear()
    messages.register_letters(
        vouched_for(letter) for letter in wiring.LETTERS if letter not in messages.LETTERS
    )
    yield
    messages.register_letters(wiring.LETTERS)
