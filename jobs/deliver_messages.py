"""Do what the outbox holds: send messages, by mail and SMS."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict
from functools import cache
from urllib.parse import urlsplit

from jobs.job import Every, Job, Told
from vipclub import messages
from vipclub.core import outbox
from vipclub.core.db import Database
from vipclub.core.lease import new_owner
from vipclub.settings import Settings

MAIL_FOLDER = "mail"
"""Within the instance's folder, for letters where no mail server is named."""

SMS_FOLDER = "sms"
"""The same for SMS where no gateway is described, in development."""


def sms_post(settings: Settings) -> messages.SmsPost | None:
    """By which way SMS go out; None for a club that sends none."""
    folder = settings.instance / SMS_FOLDER if settings.texts else None
    return messages.sms_post_for(settings.sms_description, folder=folder)


HANDLERS: Mapping[str, Callable[[Settings], outbox.Handler]] = {
    "message": lambda settings: messages.sender(
        settings.mail_url.get_secret_value(),
        folder=settings.instance / MAIL_FOLDER,
        host=urlsplit(settings.base_url).hostname or "",
        base_url=settings.base_url,
        texts=settings.texts,
    ),
    "sms": lambda settings: messages.TextSender(sms_post(settings), settings.base_url),
    messages.SILENCE: lambda _settings: messages.after_silence,
}
"""What the outbox may hold, a line a kind."""


@cache
def _owner() -> str:
    return new_owner()


def run(database: Database, settings: Settings) -> Told:
    handlers = {kind: make(settings) for kind, make in HANDLERS.items()}
    return asdict(outbox.deliver(database, handlers, by=_owner()))


JOB = Job(
    "deliver_messages",
    Every(2),
    run,
    alone=False,  # rows are claimed one by one
    about="Sends the messages that are due, and tries again those that failed.",
)
