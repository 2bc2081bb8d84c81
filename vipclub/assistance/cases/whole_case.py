"""One case whole, with its timeline: for whom it is for what they may read of it, for staff all,
once the trail has the row of their looking."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts import Account, Permission
from vipclub.assistance.cases.callers import CallerQuestion, questions_of
from vipclub.assistance.cases.finding import visible_to
from vipclub.assistance.cases.queries import CaseLine, lines_of, select_cases
from vipclub.assistance.models import Case, CaseEntry
from vipclub.assistance.steps import MACHINE
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import Cipher, cipher_of
from vipclub.core.errors import Forbidden, NotFound
from vipclub.core.rows import AnySelect
from vipclub.core.types import Localized, parse_ref
from vipclub.partners import Partner
from vipclub.people import Viewed


@dataclass(frozen=True, slots=True)
class EntryView:
    """An entry of the timeline; `who` is the name of whoever of the staff it is by, else empty;
    `other_name` that of the account in `other_ref`, `partner` that of the partner."""

    ref: str
    at: datetime
    what: str
    who: str
    by_staff: bool
    channel: str
    severity: str | None
    reason: str | None
    until: datetime | None
    level: int | None
    other_ref: str | None
    other_name: str
    partner: Localized | None
    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class CaseView:
    """A case whole, with the entries that its reader may see and the steps open to them."""

    line: CaseLine
    what: str = field(repr=False)
    caller: str = field(repr=False)
    phone: str = field(repr=False)
    place: str = field(repr=False)
    country: str | None
    time_zone: str
    channel: str
    wait_until: datetime | None
    merged_into: str | None
    entries: tuple[EntryView, ...]
    callers: tuple[CallerQuestion, ...]
    steps: tuple[str, ...]


def record_view(session: Session, actor: Actor, *, case: str, page: str) -> Viewed:
    """Write the trail's row that somebody of the staff is shown a case whole, and give its receipt,
    before anything of it is read. Two statements. Raises MalformedRef, NotFound, Forbidden."""
    actor.require(Permission.CASE_WORK)
    ref = parse_ref(case, "C")
    if (
        session.execute(select(Case.id).where(Case.public_ref == ref, visible_to(actor))).first()
        is None
    ):
        raise NotFound()
    return record_seen_view(session, actor, ref, page=page)


def record_seen_view(session: Session, actor: Actor, ref: str, *, page: str) -> Viewed:
    """The same for a case of which somebody has found already that the actor may see it. One
    INSERT."""
    return people.record_views(
        session, actor, "case.view", subject=("case", ref), refs=[ref], page=page, after=page
    )


def case(session: Session, actor: Actor, ref: str, *, viewed: Viewed | None = None) -> CaseView:
    """A case whole: for whom it is for, what they may read of it; staff bring the receipt of the
    trail's row. Three statements. Raises MalformedRef, NotFound, Forbidden."""
    actor.require(Permission.CASE_VIEW)
    asked, works = parse_ref(ref, "C"), actor.has(Permission.CASE_WORK)
    if works:
        if viewed is None:
            raise Forbidden(permission=str(Permission.CASE_WORK))
        viewed.must_cover(asked)
    row = session.execute(_whole().where(Case.public_ref == asked, visible_to(actor))).first()
    if row is None:
        raise NotFound()
    cipher = cipher_of(session)

    def opened(place: str, sealed: bytes | None) -> str:
        return cipher.unseal(f"case.{place}", row.ref, sealed) if sealed else ""

    entries = _entries(session, cipher, row.id, works=works)
    return CaseView(
        line=lines_of(session, [row])[0],
        what=opened("what", row.what),
        caller=opened("caller", row.caller),
        phone=opened("phone", row.phone),
        place=opened("place", row.place),
        country=row.country,
        time_zone=row.time_zone,
        channel=row.channel,
        wait_until=row.wait_until,
        merged_into=row.merged_into,
        entries=entries,
        callers=questions_of(entries),
        steps=MACHINE.open_to(actor, row.state, row, clock.now()),
    )


def _whole() -> AnySelect:
    merged = aliased(Case)
    return (
        select_cases()
        .add_columns(
            Case.what,
            Case.caller,
            Case.phone,
            Case.place,
            Case.country,
            Case.time_zone,
            Case.channel,
            Case.wait_until,
            Case.close_at,
            Case.merged_into_id,
            merged.public_ref.label("merged_into"),
        )
        .outerjoin(merged, merged.id == Case.merged_into_id)
    )


def _entries(
    session: Session, cipher: Cipher, case_id: int, *, works: bool
) -> tuple[EntryView, ...]:
    named = aliased(Account)
    asked = (
        select(CaseEntry, Account.display_name, Account.role, named.display_name, Partner.name)
        .outerjoin(Account, Account.id == CaseEntry.account_id)
        .outerjoin(named, named.public_ref == CaseEntry.other_ref)
        .outerjoin(Partner, Partner.public_ref == CaseEntry.other_ref)
        .where(CaseEntry.case_id == case_id)
        .order_by(CaseEntry.id)
    )
    if not works:
        asked = asked.where(CaseEntry.for_member)
    return tuple(_entry(cipher, *row) for row in session.execute(asked))


def _entry(
    cipher: Cipher,
    row: CaseEntry,
    name: str | None,
    role: str | None,
    other: str | None,
    partner: Localized | None,
) -> EntryView:
    by_staff = role is not None and role != "member"
    return EntryView(
        ref=row.public_ref,
        at=row.at,
        what=row.what,
        who=name if by_staff and name else "",
        by_staff=by_staff,
        channel=row.channel,
        severity=row.severity,
        reason=row.reason,
        until=row.until,
        level=row.level,
        other_ref=row.other_ref,
        other_name=other or "",
        partner=partner,
        text=cipher.unseal("case_entry.body", row.public_ref, row.body) if row.body else "",
    )
