"""The mails that the outbox sends now."""

from __future__ import annotations

from pathlib import Path

from tests.mailbox import Mailbox
from vipclub import messages
from vipclub.core import outbox
from vipclub.core.db import Database


def mails_arriving(db: Database, mail: Mailbox) -> list[str]:
    """The texts of the mails that arrive now."""
    handler = messages.sender(
        f"{mail.url}?from=no-reply@club.example",
        folder=Path("unused"),
        host="club.example",
        base_url="https://club.example",
    )
    before = len(mail.messages)
    outbox.deliver(db, {"message": handler}, by="test")
    found = []
    for message in mail.messages[before:]:
        body = message.get_body(("plain",))
        assert body is not None
        found.append(body.get_content())
    return found
