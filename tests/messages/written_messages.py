"""Mails and SMS that were due, as files: to whom each went, and what it says."""

from __future__ import annotations

import email
import re
from dataclasses import dataclass
from email.policy import default
from pathlib import Path

from vipclub import messages
from vipclub.core import outbox
from vipclub.core.db import Database

BASE = "https://club.example"


@dataclass(frozen=True)
class Written:
    """One of them. `to` is a number or an address."""

    to: str
    text: str


def written_messages(db: Database, folder: Path) -> list[Written]:
    """What is due goes into the folder, is read, and is gone from there; by whom each went to."""
    handlers: dict[str, outbox.Handler] = {
        "message": messages.sender(
            "", folder=folder, host="club.example", base_url=BASE, texts=True
        ),
        "sms": messages.TextSender(messages.sms_post_for(None, folder=folder), BASE),
        messages.SILENCE: messages.after_silence,
    }
    while outbox.deliver(db, handlers, by="test").done:
        pass
    found = [_mail(file) for file in folder.glob("*.eml")]
    found += [_sms(file) for file in folder.glob("*.txt")]
    for file in [*folder.glob("*.eml"), *folder.glob("*.txt")]:
        file.unlink()
    return sorted(found, key=lambda one: one.to)


def code_written(db: Database, folder: Path) -> str:
    """The six digits of the code that was sent just now."""
    codes = [
        found[0]
        for one in written_messages(db, folder)
        if (found := re.findall(r"\b\d{6}\b", one.text))
    ]
    assert codes, "no code was sent"
    return codes[-1]


def _mail(file: Path) -> Written:
    mail = email.message_from_bytes(file.read_bytes(), policy=default)
    body = mail.get_body(("plain",))
    assert body is not None
    return Written(mail["To"].addresses[0].addr_spec, f"{mail['Subject']}\n{body.get_content()}")


def _sms(file: Path) -> Written:
    to, _, text = file.read_text().partition("\n\n")
    return Written(to.removeprefix("To: "), text)
