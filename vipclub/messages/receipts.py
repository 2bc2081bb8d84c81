"""What the gateway says became of an SMS, written down."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from vipclub.core import clock
from vipclub.core.i18n import N_
from vipclub.core.outbox import OutboxRow
from vipclub.messages.channels.sms import Receipt
from vipclub.messages.models import Message, SmsSending
from vipclub.messages.steps import DELIVER, FAIL
from vipclub.messages.texting import SILENCE

UNDELIVERED = N_("the mobile network did not deliver it")


def note_receipts(session: Session, *, receipts: Sequence[Receipt]) -> int:
    """Mark what was delivered and what was not, each once; gives how many of them name an SMS of
    the club's. What failed is seen by staff, and whatever comes in its place is due at once. Who
    calls it knows that they are the gateway's."""
    now, known = clock.now(), 0
    for one in sorted(receipts, key=lambda receipt: receipt.id):
        step = DELIVER if one.state == "delivered" else FAIL
        refs = session.scalars(
            update(SmsSending)
            .where(SmsSending.gateway_id == one.id, step.at(SmsSending.state))
            .values(state=step.target, code=one.word, settled_at=now)
            .returning(SmsSending.message_ref)
            .execution_options(synchronize_session=False)
        ).all()
        if step is FAIL and refs:
            _tell(session, refs)
        known += bool(refs) or _known(session, one.id)
    return known


def _known(session: Session, gateway_id: str) -> bool:
    found = select(SmsSending.id).where(SmsSending.gateway_id == gateway_id)
    return session.scalar(found.limit(1)) is not None


def _tell(session: Session, refs: Sequence[str]) -> None:
    """The message failed, and what waits for its receipt waits no longer."""
    session.execute(
        update(Message)
        .where(Message.public_ref.in_(refs), Message.channel == "sms")
        .values(state="failed", reason=UNDELIVERED)
        .execution_options(synchronize_session=False)
    )
    session.execute(
        update(OutboxRow)
        .where(
            OutboxRow.subject_kind == "sms",
            OutboxRow.subject_ref.in_(refs),
            OutboxRow.kind == SILENCE,
            OutboxRow.state == "waiting",
        )
        .values(due_at=clock.now())
        .execution_options(synchronize_session=False)
    )
