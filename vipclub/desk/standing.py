"""How a person stands with the club beyond visits and benefits, in one statement for the page of
the file: cases, callbacks, booking tickets, consents, and the relationship managers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import (
    Case as WhenThen,
)
from sqlalchemy import (
    ColumnElement,
    LargeBinary,
    Select,
    String,
    cast,
    func,
    literal,
    null,
    select,
    union_all,
)
from sqlalchemy import case as sql_case
from sqlalchemy.orm import Session

from vipclub import accounts, people
from vipclub.accounts import Account, AccountScope, Permission
from vipclub.assistance import OPEN, Case
from vipclub.assistance import visible_to as cases_visible_to
from vipclub.benefits import Benefit
from vipclub.bookings import BookingTicket
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import cipher_of
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import parse_ref
from vipclub.desk.callbacks.finding import visible_to as callbacks_visible_to
from vipclub.desk.callbacks.models import Callback
from vipclub.people import (
    PURPOSES,
    Consent,
    ConsentView,
    SourceRecord,
    Subsidiary,
    Viewed,
)
from vipclub.people.referrals import REFERRAL_STEPS, Referral

SHOWN = 8
"""Of cases, callbacks and tickets each, those that are open first."""


@dataclass(frozen=True, slots=True)
class Matter:
    """A case, a callback, a ticket or a referral in a line: of which kind (a benefit's code for a
    ticket), in which state, since when, until when, with whom. A case says no word of what
    happened."""

    ref: str
    kind: str
    state: str
    since: datetime
    until: datetime | None
    who: str


@dataclass(frozen=True, slots=True)
class ManagerView:
    """A relationship manager: whose, and the sign-in name, which is a number or an address."""

    name: str
    company: str
    reached: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class Standing:
    """All of it."""

    cases: list[Matter]
    callbacks: list[Matter]
    tickets: list[Matter]
    referrals: list[Matter]
    consents: list[ConsentView]
    managers: list[ManagerView]


_TEXT = cast(null(), String)
_MOMENT = cast(null(), Callback.due_at.type)
_BYTES = cast(null(), LargeBinary)


def standing(session: Session, actor: Actor, *, member: str, viewed: Viewed) -> Standing:
    """Of a person whom the reader is on record to look at. One statement. Raises MalformedRef,
    Forbidden."""
    actor.require(Permission.NOTE_VIEW)
    ref = parse_ref(member, "M")
    viewed.must_cover(ref)
    cluster = people.cluster_behind(ref)
    parts = [
        *([_cases(actor, cluster)] if actor.has(Permission.CASE_VIEW) else []),
        _callbacks(actor, cluster),
        _tickets(cluster),
        _referrals(cluster),
        _consents(cluster),
        _managers(cluster),
    ]
    lines = union_all(*(select(part.subquery()) for part in parts)).subquery()
    rows = session.execute(select(lines)).all()

    def matters(what: str) -> list[Matter]:
        return [
            Matter(row.ref, row.kind, row.state, row.since, row.until, row.who or "")
            for row in sorted(
                (row for row in rows if row.what == what),
                key=lambda row: (row.position, -row.since.timestamp()),
            )
        ]

    cipher = cipher_of(session)
    managers = {
        row.ref: ManagerView(
            row.who, row.kind, cipher.unseal("account.login", row.ref, row.body) if row.body else ""
        )
        for row in rows
        if row.what == "manager"
    }
    return Standing(
        cases=matters("case"),
        callbacks=matters("callback"),
        tickets=matters("ticket"),
        referrals=matters("referral"),
        consents=_words([row for row in rows if row.what == "consent"]),
        managers=list(managers.values()),
    )


def _words(rows: Sequence[AnyRow]) -> list[ConsentView]:
    """The newest word of each record's person; in a cluster the stricter one."""
    found = []
    for purpose in PURPOSES:
        words = [row for row in rows if row.kind == purpose]
        if not words:
            found.append(ConsentView(purpose, None, "", None))
            continue
        row = min(words, key=lambda one: (one.position, -one.since.timestamp()))
        found.append(ConsentView(purpose, bool(row.position), row.who or "", row.since))
    return found


def _cases(actor: Actor, cluster: Select[int]) -> AnySelect:
    return (
        select(
            literal("case").label("what"),
            Case.public_ref.label("ref"),
            Case.kind.label("kind"),
            Case.state.label("state"),
            Case.opened_at.label("since"),
            Case.due_at.label("until"),
            Account.display_name.label("who"),
            _BYTES.label("body"),
            _one_unless(Case.state.in_(sorted(OPEN))).label("position"),
        )
        .outerjoin(Account, Account.id == Case.owner_id)
        .where(Case.person_id.in_(cluster), cases_visible_to(actor))
        .order_by(_one_unless(Case.state.in_(sorted(OPEN))), Case.id.desc())
        .limit(SHOWN)
    )


def _one_unless(holds: ColumnElement[bool]) -> WhenThen[int]:
    """0 where something holds, which comes first, else 1."""
    return sql_case((holds, 0), else_=1)


def _callbacks(actor: Actor, cluster: Select[int]) -> AnySelect:
    return (
        select(
            literal("callback").label("what"),
            Callback.public_ref.label("ref"),
            Callback.about.label("kind"),
            Callback.state.label("state"),
            Callback.created_at.label("since"),
            Callback.due_at.label("until"),
            Account.display_name.label("who"),
            _BYTES.label("body"),
            literal(0).label("position"),
        )
        .outerjoin(Account, Account.id == Callback.owner_id)
        .where(
            Callback.person_id.in_(cluster), Callback.state == "due", callbacks_visible_to(actor)
        )
        .limit(SHOWN)
    )


def _tickets(cluster: Select[int]) -> AnySelect:
    position = _one_unless(BookingTicket.state == "open")
    return (
        select(
            literal("ticket").label("what"),
            BookingTicket.public_ref.label("ref"),
            Benefit.code.label("kind"),
            BookingTicket.state.label("state"),
            BookingTicket.created_at.label("since"),
            BookingTicket.ends_at.label("until"),
            Account.display_name.label("who"),
            _BYTES.label("body"),
            position.label("position"),
        )
        .join(Benefit, Benefit.id == BookingTicket.benefit_id)
        .outerjoin(Account, Account.id == BookingTicket.given_by_id)
        .where(BookingTicket.person_id.in_(cluster))
        .order_by(position, BookingTicket.id.desc())
        .limit(SHOWN)
    )


def _referrals(cluster: Select[int]) -> AnySelect:
    position = _one_unless(Referral.state.not_in(sorted(REFERRAL_STEPS.rests)))
    return (
        select(
            literal("referral").label("what"),
            Referral.public_ref.label("ref"),
            Referral.subject.label("kind"),
            Referral.state.label("state"),
            Referral.created_at.label("since"),
            Referral.answer_by.label("until"),
            func.coalesce(Subsidiary.name, Subsidiary.code).label("who"),
            _BYTES.label("body"),
            position.label("position"),
        )
        .join(Subsidiary, Subsidiary.id == Referral.subsidiary_id)
        .where(Referral.person_id.in_(cluster))
        .order_by(position, Referral.id.desc())
        .limit(SHOWN)
    )


def _consents(cluster: Select[int]) -> AnySelect:
    newest = (
        select(func.max(Consent.id))
        .where(Consent.person_id.in_(cluster))
        .group_by(Consent.person_id, Consent.purpose)
    )
    return select(
        literal("consent").label("what"),
        _TEXT.label("ref"),
        Consent.purpose.label("kind"),
        _TEXT.label("state"),
        Consent.at.label("since"),
        _MOMENT.label("until"),
        Consent.source.label("who"),
        _BYTES.label("body"),
        _one_unless(Consent.granted.is_(False)).label("position"),
    ).where(Consent.id.in_(newest))


def _managers(cluster: Select[int]) -> AnySelect:
    """By the pairs of company and manager's number on the live records."""
    return (
        select(
            literal("manager").label("what"),
            Account.public_ref.label("ref"),
            func.coalesce(Subsidiary.name, Subsidiary.code).label("kind"),
            _TEXT.label("state"),
            _MOMENT.label("since"),
            _MOMENT.label("until"),
            Account.display_name.label("who"),
            Account.login.label("body"),
            literal(0).label("position"),
        )
        .select_from(SourceRecord)
        .join(Subsidiary, Subsidiary.id == SourceRecord.subsidiary_id)
        .join(
            AccountScope,
            (AccountScope.kind == "portfolio")
            & (AccountScope.ref == Subsidiary.code + "/" + SourceRecord.manager_no),
        )
        .join(Account, Account.id == AccountScope.account_id)
        .where(
            SourceRecord.person_id.in_(cluster),
            SourceRecord.deleted_at.is_(None),
            Account.state == "active",
            Account.role == "manager",
            accounts.scope_runs(clock.now()),
        )
        .order_by(Subsidiary.trust_rank, SourceRecord.id)
        .limit(SHOWN)
    )
