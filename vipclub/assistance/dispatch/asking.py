"""Partners are asked one after another: the first at once, the next by itself when the one before
is silent or declines. When none is left, whoever owns the case and who leads are told."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from vipclub.accounts import Permission, token_hash
from vipclub.assistance import webhook_events
from vipclub.assistance.cases.handling import Act, words
from vipclub.assistance.dispatch.ending import open_rows, withdraw
from vipclub.assistance.dispatch.models import (
    AssistanceCover,
    Dispatch,
    cover_table,
    dispatch_table,
)
from vipclub.assistance.dispatch.refusals import AnsweredAlready, AskedNow, ChainNotAccepted
from vipclub.assistance.dispatch.steps import DISPATCH_STEPS, SERVICES
from vipclub.assistance.duty.owners import duty_at
from vipclub.assistance.models import Case
from vipclub.core import clock, outbox
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.db import Database
from vipclub.core.errors import Malformed
from vipclub.core.rows import AnyRow
from vipclub.core.types import Localized, new_ref, parse_ref
from vipclub.messages import queue
from vipclub.partners import Partner

MOST_PARTNERS = 8
"""Partners in one chain."""
LONGEST_AREA = 200
BATCH = 200
ACTOR = Actor.system("ask_partners")
ASK, EXPIRE = DISPATCH_STEPS["ask"], DISPATCH_STEPS["expire"]


def ask_partners(
    session: Session,
    actor: Actor,
    *,
    case: str,
    kind: str,
    covers: Sequence[str],
    area: str = "",
    note: str = "",
    channel: str | None = None,
) -> str:
    """Ask partners for help in an open case, one after another in the order of `covers`; gives the
    chain. `area` is told to whoever is asked, `note` to who accepts. For one kind one is asked at a
    time. Raises ChainNotAccepted, AskedNow, Malformed, MalformedRef, WordsMissing,
    IllegalTransition for a case that isn't open, and what `Act` raises."""
    if kind not in SERVICES:
        raise Malformed("kind")
    refs = [parse_ref(ref, "Z") for ref in covers]
    told = words(area, needed=False, most=LONGEST_AREA)
    kept = words(note, needed=False)
    act = Act(session, actor, case, permission=Permission.CASE_WORK, channel=channel)
    act.must_be_open()
    found = {
        row.public_ref: row
        for row in session.execute(
            select(
                AssistanceCover.public_ref,
                AssistanceCover.id,
                AssistanceCover.partner_id,
                AssistanceCover.minutes,
            ).where(
                AssistanceCover.public_ref.in_(refs),
                AssistanceCover.kind == kind,
                AssistanceCover.active,
            )
        )
    }
    asked = {row.partner_id for row in found.values()}
    if not 1 <= len(refs) <= MOST_PARTNERS or len(asked) != len(refs):
        raise ChainNotAccepted(most=MOST_PARTNERS)
    # under the lock of the case, so that of two clicks the second sees the first
    if any(row.state == "asked" and row.kind == kind for row in open_rows(session, act.case.id)):
        raise AskedNow()
    chain = _list_all(session, act, kind, [found[ref] for ref in refs], told, kept)
    ask_next(session, act, chain)
    act.finish("case.dispatch", after={"kind": kind, "chain": chain, "partners": len(refs)})
    return chain


def _list_all(
    session: Session, act: Act, kind: str, covers: Sequence[AnyRow], area: str, note: str
) -> str:
    cipher = cipher_of(session)
    country = session.execute(select(Case.country).where(Case.id == act.case.id)).scalar()
    refs = [new_ref("Z") for _ in covers]
    rows = []
    for number, (ref, cover) in enumerate(zip(refs, covers, strict=True), start=1):
        rows.append(
            {
                "public_ref": ref,
                "case_id": act.case.id,
                "partner_id": cover.partner_id,
                "cover_id": cover.id,
                "chain": refs[0],
                "number": number,
                "kind": kind,
                "state": DISPATCH_STEPS["list"].target,
                "country": country,
                "area": cipher.seal("dispatch.area", ref, area) if area else None,
                "note": cipher.seal("dispatch.note", ref, note) if note else None,
                "minutes": cover.minutes,
                "created_at": act.at,
            }
        )
    session.execute(insert(dispatch_table), rows)
    return refs[0]


def ask_next(session: Session, act: Act, chain: str) -> bool:
    """Ask the next who is listed in a chain; gives whether there was one. To be called under the
    lock of the case, before the act is finished."""
    row = session.execute(
        select(
            Dispatch.id,
            Dispatch.public_ref.label("ref"),
            Dispatch.kind,
            Dispatch.country,
            Dispatch.minutes,
            Dispatch.partner_id,
            Partner.public_ref.label("partner"),
            Partner.name,
            cover_table.c.email,
            cover_table.c.language,
        )
        .join(Partner, Partner.id == Dispatch.partner_id)
        .join(cover_table, cover_table.c.id == Dispatch.cover_id)
        .where(Dispatch.chain == chain, Dispatch.state == "listed")
        .order_by(Dispatch.number)
        .limit(1)
    ).first()
    if row is None:
        return False
    until = act.at + timedelta(minutes=row.minutes)
    secret = secrets.token_urlsafe(24) if row.email else None
    DISPATCH_STEPS.move(
        session,
        dispatch_table,
        row.id,
        ASK,
        "listed",
        ASK.target,
        asked_at=act.at,
        answer_by=until,
        token_hash=token_hash(secret) if secret else None,
    )
    _tell(session, act, row, until, secret)
    act.write("partner_asked", other_ref=row.partner, reason=row.kind, until=until, for_member=True)
    return True


def _tell(session: Session, act: Act, row: AnyRow, until: datetime, secret: str | None) -> None:
    """The partner's system and mailbox, as far as there is one."""
    data = webhook_events.shape_of(
        ref=row.ref,
        kind=row.kind,
        status=ASK.target,
        severity=act.case.severity,
        country=row.country,
        asked_at=act.at,
        answer_by=until,
    )
    event = ASK.event_to(ASK.target)
    told = webhook_events.announce(
        session, event, partner_id=row.partner_id, ref=row.ref, at=act.at, data=data
    )
    if secret is None:
        outbox.put_many(session, told)
        return
    queue(
        session,
        template="dispatch-asked",
        person_id=None,
        address=row.email,
        named=(row.name.to(row.language), row.language),
        subject=("dispatch", row.ref),
        version=row.id,
        data={
            "ref": row.ref,
            "kind": row.kind,
            "severity": act.case.severity,
            "country": row.country,
            "answer_by": until.isoformat(),
        },
        secret=secret,
        beside=told,
    )


def go_on(session: Session, act: Act, chain: str, *, last: int, kind: str) -> None:
    """The one asked `last` doesn't come: the next is asked, or nobody is left."""
    if ask_next(session, act, chain):
        return
    act.write("partners_all_asked", reason=kind)
    duty = duty_at(session, clock.now())
    leader = duty.leader(but=act.case.against_id)
    told = {act.case.owner_id, leader.account_id if leader is not None else None}
    for account_id in sorted(one for one in told if one is not None):
        tell_desk(session, act, "partner-none", account_id, kind=kind, version=last)


def tell_desk(
    session: Session,
    act: Act,
    template: str,
    account_id: int | None,
    *,
    kind: str,
    version: int,
    partner: Localized | None = None,
) -> None:
    """A letter to somebody of the desk, where there is somebody."""
    if account_id is None:
        return
    data: dict[str, Any] = {
        "ref": act.case.ref,
        "kind": kind,
        "partner": [partner.hans, partner.hant, partner.en] if partner else None,
    }
    queue(
        session,
        template=template,
        person_id=None,
        account_id=account_id,
        subject=("case", act.case.ref),
        version=version,
        data=data,
    )


def withdraw_partners(
    session: Session, actor: Actor, *, case: str, chain: str, channel: str | None = None
) -> None:
    """Ask nobody of a chain any more. Who has accepted stays. Raises AnsweredAlready where nobody
    is asked, and what `Act` raises."""
    ref = parse_ref(chain, "Z")
    act = Act(session, actor, case, permission=Permission.CASE_WORK, channel=channel)
    rows = [row for row in open_rows(session, act.case.id, ref) if row.state != "accepted"]
    if not rows:
        raise AnsweredAlready()
    for row in rows:
        withdraw(session, actor, row, at=act.at, channel=act.channel)
    act.finish("case.withdraw", after={"chain": ref})


def ask_after_silent(db: Database) -> int:
    """Whoever was asked and hasn't answered in time is asked no more, and the next one is; gives
    how many were silent. Each is a transaction of its own: what dies in between, the next run
    does."""
    with db.read() as session:
        refs = session.scalars(
            select(Dispatch.public_ref)
            .where(Dispatch.state == "asked", Dispatch.answer_by <= clock.now())
            .order_by(Dispatch.answer_by)
            .limit(BATCH)
        ).all()
    return sum(db.each(refs, _expire))


def _expire(session: Session, ref: str) -> bool:
    row = _case_of(session, ref)
    act = Act(session, ACTOR, row.case)
    row = _case_of(session, ref)
    if row.state != "asked" or row.answer_by > clock.now():
        return False
    DISPATCH_STEPS.move(session, dispatch_table, row.id, EXPIRE, row.state, EXPIRE.target)
    act.write("partner_silent", other_ref=row.partner, reason=row.kind)
    go_on(session, act, row.chain, last=row.id, kind=row.kind)
    act.finish("case.partner_silent", after={"dispatch": ref})
    return True


def _case_of(session: Session, ref: str) -> AnyRow:
    return session.execute(
        select(
            Dispatch.id,
            Dispatch.state,
            Dispatch.answer_by,
            Dispatch.chain,
            Dispatch.kind,
            Case.public_ref.label("case"),
            Partner.public_ref.label("partner"),
        )
        .join(Case, Case.id == Dispatch.case_id)
        .join(Partner, Partner.id == Dispatch.partner_id)
        .where(Dispatch.public_ref == ref)
    ).one()
