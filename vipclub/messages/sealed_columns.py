"""What is sealed of messages: what the inbox tells, and what waits in the outbox."""

from __future__ import annotations

from sqlalchemy import JSON, type_coerce

from vipclub.core.outbox import OutboxRow
from vipclub.core.sealed_columns import SealedField, SealedTable
from vipclub.messages.models import Message
from vipclub.messages.threads.models import ThreadMessage

SEALED = (
    SealedTable(
        model=Message,
        row_name=Message.public_ref,
        fields=(SealedField("told", "message.told"),),
    ),
    SealedTable(
        model=ThreadMessage,
        row_name=ThreadMessage.public_ref,
        fields=(SealedField("body", "thread_message.body"),),
    ),
    SealedTable(
        model=OutboxRow,
        row_name=type_coerce(OutboxRow.payload, JSON)["message"].as_string(),
        document=OutboxRow.payload,
        written="base64",
        fields=(SealedField("sealed", "outbox.message"),),
    ),
)
