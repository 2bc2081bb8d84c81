"""One case whole, with its timeline: for whom it is for what they may read of it, for staff all,
once the trail has the row of their looking."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts import Account, Permission
from vipclub.assistance.cases.callers import CallerQuestion, questions_of
from vipclub.assistance.cases.finding import in_sight, values_of, visible_to
from vipclub.assistance.cases.queries import CaseLine, lines_of, select_cases
from vipclub.assistance.models import Case, CaseEntry
from vipclub.assistance.steps import MACHINE
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.crypto import Cipher, cipher_of
from vipclub.core.errors import Forbidden, NotFound
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import Localized, parse_ref
from vipclub.partners import Partner
from vipclub.people import Sight, Viewed


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
    values = {**values_of(actor), "case": asked}
    row = run_built(session, _whole(people.sight_of(actor)), values).first()
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


@lru_cache(maxsize=512)
def _whole(sight: Sight) -> AnySelect:
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
        .where(Case.public_ref == bindparam("case"), in_sight(sight))
    )


def _select_entries() -> AnySelect:
    named = aliased(Account)
    return (
        select(
            CaseEntry.public_ref,
            CaseEntry.at,
            CaseEntry.what,
            CaseEntry.channel,
            CaseEntry.severity,
            CaseEntry.reason,
            CaseEntry.until,
            CaseEntry.level,
            CaseEntry.other_ref,
            CaseEntry.body,
            Account.display_name.label("name"),
            Account.role,
            named.display_name.label("other_name"),
            Partner.name.label("partner"),
        )
        .outerjoin(Account, Account.id == CaseEntry.account_id)
        .outerjoin(named, named.public_ref == CaseEntry.other_ref)
        .outerjoin(Partner, Partner.public_ref == CaseEntry.other_ref)
        .where(CaseEntry.case_id == bindparam("case_id"))
        .order_by(CaseEntry.id)
    )


_every_entry = _select_entries()
_for_member = _every_entry.where(CaseEntry.for_member)


def _entries(
    session: Session, cipher: Cipher, case_id: int, *, works: bool
) -> tuple[EntryView, ...]:
    asked = _every_entry if works else _for_member
    return tuple(_entry(cipher, row) for row in run_built(session, asked, {"case_id": case_id}))


def _entry(cipher: Cipher, row: AnyRow) -> EntryView:
    by_staff = row.role is not None and row.role != "member"
    return EntryView(
        ref=row.public_ref,
        at=row.at,
        what=row.what,
        who=row.name if by_staff and row.name else "",
        by_staff=by_staff,
        channel=row.channel,
        severity=row.severity,
        reason=row.reason,
        until=row.until,
        level=row.level,
        other_ref=row.other_ref,
        other_name=row.other_name or "",
        partner=row.partner,
        text=cipher.unseal("case_entry.body", row.public_ref, row.body) if row.body else "",
    )
