"""Mail: by SMTP, or as files to look at where no server is named.

Decisions (2026-11): the Message-ID is made from the message's reference, so a repetition after a
crash is recognised by the receiving side; headers are written by `EmailMessage` only, which
refuses line breaks in them; the calendar goes as an alternative part, as mail programs expect of
an invitation (RFC 6047), and as a file for those that don't.
"""

from __future__ import annotations

from vipclub.messages.channels.mail.building import MailContent, build, usable_address
from vipclub.messages.channels.mail.calling import MailServerAway, call_mail_server
from vipclub.messages.channels.mail.posting import (
    Folder,
    Post,
    Refusal,
    Smtp,
    forget_drafts,
    post_for,
)

__all__ = [
    "Folder",
    "MailContent",
    "MailServerAway",
    "Post",
    "Refusal",
    "Smtp",
    "build",
    "call_mail_server",
    "forget_drafts",
    "post_for",
    "usable_address",
]
