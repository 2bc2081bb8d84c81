"""What nobody needs any more is ended with the case: whoever is asked is told, whoever came has
done it. Used by the acts on a case themselves, so it knows none of them."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from vipclub.assistance import webhook_events
from vipclub.assistance.cases.timeline import write_entry
from vipclub.assistance.dispatch.models import Dispatch, dispatch_table
from vipclub.assistance.dispatch.steps import DISPATCH_STEPS
from vipclub.assistance.models import Case
from vipclub.core import outbox
from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update
from vipclub.core.rows import AnyRow
from vipclub.partners import Partner

WITHDRAW, FINISH = DISPATCH_STEPS["withdraw"], DISPATCH_STEPS["finish"]


def end_of_case(
    session: Session, actor: Actor, case_id: int, *, at: datetime, channel: str, done: bool
) -> None:
    """Withdraw what is asked or listed in a case that is over; with `done` who accepted has done
    it, else stays (a merged case goes on in another one). To be called under the lock of the case.
    One statement where nobody was asked."""
    for row in open_rows(session, case_id):
        if row.state == "accepted":
            if done:
                DISPATCH_STEPS.move(
                    session, dispatch_table, row.id, FINISH, row.state, FINISH.target
                )
        else:
            withdraw(session, actor, row, at=at, channel=channel)


def withdraw(session: Session, actor: Actor, row: AnyRow, *, at: datetime, channel: str) -> None:
    """One of `open_rows` is asked no more; who was asked already is told, and the timeline too."""
    DISPATCH_STEPS.move(session, dispatch_table, row.id, WITHDRAW, row.state, WITHDRAW.target)
    if row.state != "asked":
        return
    told = {name: getattr(row, name) for name in ("ref", "kind", "severity", "country")}
    data = webhook_events.shape_of(
        **told, status=WITHDRAW.target, asked_at=row.asked_at, answer_by=row.answer_by
    )
    event = WITHDRAW.event_to(WITHDRAW.target)
    outbox.put_many(
        session,
        webhook_events.announce(
            session, event, partner_id=row.partner_id, ref=row.ref, at=at, data=data
        ),
    )
    said: dict[str, Any] = {"other_ref": row.partner, "reason": row.kind}
    write_entry(session, actor, row.case_id, "partner_withdrawn", at=at, channel=channel, **said)


def open_rows(session: Session, case_id: int, chain: str | None = None) -> list[AnyRow]:
    """The askings of a case (of one chain) that are listed, asked or accepted, under their locks.
    One statement."""
    found = (
        select(
            Dispatch.id,
            Dispatch.case_id,
            Dispatch.public_ref.label("ref"),
            Dispatch.state,
            Dispatch.kind,
            Dispatch.country,
            Dispatch.asked_at,
            Dispatch.answer_by,
            Dispatch.partner_id,
            Partner.public_ref.label("partner"),
            Case.severity,
        )
        .join(Partner, Partner.id == Dispatch.partner_id)
        .join(Case, Case.id == Dispatch.case_id)
        .where(Dispatch.case_id == case_id, Dispatch.state.in_(("listed", "asked", "accepted")))
        .order_by(Dispatch.id)
    )
    if chain is not None:
        found = found.where(Dispatch.chain == chain)
    return list(session.execute(for_no_key_update(found, of=dispatch_table)))


def go_on_in(session: Session, case_id: int, other_id: int) -> list[AnyRow]:
    """Who has accepted in a case goes on in the one that it was merged into; gives them."""
    there = [row for row in open_rows(session, case_id) if row.state == "accepted"]
    for row in there:
        session.execute(
            update(dispatch_table).where(dispatch_table.c.id == row.id).values(case_id=other_id)
        )
    return there
