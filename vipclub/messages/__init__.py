"""What the club writes to people: templates in three languages, channels, and what was sent.

A use case queues (one INSERT, in its own transaction); a timed job composes and sends later, in
the recipient's language, after asking the subject's owner whether it is still true.

Decisions (2026-11): a message's content is composed when it is sent and never stored, so that a
withdrawn fact or an erased person leaves nothing behind; a message names its subject (kind, ref,
version), and what it tells is carried in the outbox row as an `AppointmentLetter`, because this
part stands before bookings and can't ask it. Subjects hold no names, places or services: they
show on locked screens.
"""

from __future__ import annotations

from vipclub.messages import subjects
from vipclub.messages.calendar import Entry, published, uid_domain
from vipclub.messages.letters import AppointmentLetter
from vipclub.messages.models import Message
from vipclub.messages.queueing import queue
from vipclub.messages.sending import Sender, sender

__all__ = [
    "AppointmentLetter",
    "Entry",
    "Message",
    "Sender",
    "published",
    "queue",
    "sender",
    "subjects",
    "uid_domain",
]
