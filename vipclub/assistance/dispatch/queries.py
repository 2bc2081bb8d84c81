"""What is read of the askings: by the desk of a case, by a partner of its own, by whoever holds a
link. Whom it is about is told to the partner that has accepted, once the trail has the row."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime
from functools import lru_cache
from typing import Any

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session, aliased

from vipclub import people
from vipclub.accounts import Permission, token_hash
from vipclub.assistance.cases.finding import in_sight, values_of
from vipclub.assistance.dispatch.models import AssistanceCover, Dispatch
from vipclub.assistance.dispatch.steps import DISPATCH_STEPS, STATES
from vipclub.assistance.models import Case
from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.built_statements import run_built
from vipclub.core.crypto import Cipher, cipher_of
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.paging import Page, beyond, cursor_after
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import Localized, parse_ref
from vipclub.core.value_lists import one_of
from vipclub.partners import Partner, seen_by
from vipclub.partners import visible_to as partners_visible_to
from vipclub.people import Person, Sight, Viewed, stands_for

SHOWN_STATES = tuple(state for state in STATES if state != "listed")
"""States that a partner may see."""


@dataclass(frozen=True, slots=True)
class DispatchView:
    """An asking as the desk sees it; `steps` are open to whoever reads."""

    ref: str
    chain: str
    number: int
    name: Localized
    kind: str
    status: str
    phone: str
    asked_at: datetime | None
    answer_by: datetime | None
    answered_at: datetime | None
    way: str | None
    reason: str | None
    arrives_at: datetime | None
    said: str = field(repr=False)
    steps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom it is about: for the partner that comes."""

    name: str = field(repr=False)
    phone: str = field(repr=False)
    place: str = field(repr=False)
    note: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class RequestView:
    """An asking as the partner sees it: no name and no story before it has accepted."""

    id: int
    dispatch: str
    kind: str
    status: str
    severity: str
    country: str | None
    area: str
    asked_at: datetime
    answer_by: datetime
    answered_at: datetime | None
    arrives_at: datetime | None
    reason: str | None
    steps: tuple[str, ...]
    contact: Contact | None = field(default=None, repr=False)

    @property
    def state(self) -> str:
        return self.status

    def to_json(self) -> dict[str, Any]:
        """As the API tells it."""
        contact = self.contact
        return {
            "dispatch": self.dispatch,
            "kind": self.kind,
            "status": self.status,
            "severity": self.severity,
            "country": self.country,
            "area": self.area,
            "asked_at": self.asked_at,
            "answer_by": self.answer_by,
            "answered_at": self.answered_at,
            "arrives_at": self.arrives_at,
            "reason": self.reason,
            "contact": None
            if contact is None
            else {
                "name": contact.name,
                "phone": contact.phone,
                "place": contact.place,
                "note": contact.note,
            },
        }


@lru_cache(maxsize=512)
def _of_case(sight: Sight) -> AnySelect:
    first = aliased(Dispatch)
    return (
        select(
            Dispatch.public_ref,
            Dispatch.chain,
            Dispatch.number,
            Dispatch.kind,
            Dispatch.state,
            Dispatch.asked_at,
            Dispatch.answer_by,
            Dispatch.answered_at,
            Dispatch.way,
            Dispatch.reason,
            Dispatch.arrives_at,
            Dispatch.said,
            Partner.name,
            AssistanceCover.phone,
        )
        .join(Case, Case.id == Dispatch.case_id)
        .join(Partner, Partner.id == Dispatch.partner_id)
        .join(AssistanceCover, AssistanceCover.id == Dispatch.cover_id)
        .join(first, first.public_ref == Dispatch.chain)
        .where(Case.public_ref == bindparam("case"), in_sight(sight))
        .order_by(first.id.desc(), Dispatch.number)
    )


def dispatches_of(
    session: Session, actor: Actor, *, case: str, viewed: Viewed
) -> list[DispatchView]:
    """Who is and was asked in a case, the newest chain first. One statement. Raises MalformedRef,
    Forbidden."""
    actor.require(Permission.CASE_WORK)
    ref = parse_ref(case, "C")
    viewed.must_cover(ref)
    values = {**values_of(actor), "case": ref}
    rows = run_built(session, _of_case(people.sight_of(actor)), values)
    cipher, now = cipher_of(session), clock.now()
    return [_of_desk(cipher, actor, now, row) for row in rows]


def _of_desk(cipher: Cipher, actor: Actor, now: datetime, row: AnyRow) -> DispatchView:
    return DispatchView(
        ref=row.public_ref,
        chain=row.chain,
        number=row.number,
        name=row.name,
        kind=row.kind,
        status=row.state,
        phone=row.phone,
        asked_at=row.asked_at,
        answer_by=row.answer_by,
        answered_at=row.answered_at,
        way=row.way,
        reason=row.reason,
        arrives_at=row.arrives_at,
        said=cipher.unseal("dispatch.said", row.public_ref, row.said) if row.said else "",
        steps=DISPATCH_STEPS.open_to(actor, row.state, row, now),
    )


def _select_requests() -> AnySelect:
    return (
        select(
            Dispatch.id,
            Dispatch.public_ref.label("ref"),
            Dispatch.kind,
            Dispatch.state,
            Case.severity,
            Dispatch.country,
            Dispatch.area,
            Dispatch.asked_at,
            Dispatch.answer_by,
            Dispatch.answered_at,
            Dispatch.arrives_at,
            Dispatch.reason,
        )
        .join(Case, Case.id == Dispatch.case_id)
        .join(Partner, Partner.id == Dispatch.partner_id)
        .where(Dispatch.asked_at.is_not(None))
    )


def _request(
    cipher: Cipher, actor: Actor, row: AnyRow, contact: Contact | None = None
) -> RequestView:
    return RequestView(
        id=row.id,
        dispatch=row.ref,
        kind=row.kind,
        status=row.state,
        severity=row.severity,
        country=row.country,
        area=cipher.unseal("dispatch.area", row.ref, row.area) if row.area else "",
        asked_at=row.asked_at,
        answer_by=row.answer_by,
        answered_at=row.answered_at,
        arrives_at=row.arrives_at,
        reason=row.reason,
        steps=DISPATCH_STEPS.open_to(actor, row.state, row, clock.now()),
        contact=contact,
    )


def requests_of_partner(
    session: Session,
    actor: Actor,
    *,
    statuses: Collection[str] = (),
    after: str | None = None,
    limit: int = 50,
) -> Page[RequestView]:
    """What a partner is and was asked for, the newest first; nothing of whom it is about. One
    statement. Raises Malformed, Forbidden."""
    actor.require(Permission.DISPATCH_ANSWER)
    if unknown := set(statuses) - set(SHOWN_STATES):
        raise Malformed("status", problem=f"unknown: {', '.join(sorted(unknown))[:100]}")
    own = seen_by(actor)
    asked = {"limit": limit + 1, "own_partners": sorted(own or ())}
    statement = _requests_in(frozenset(statuses), everybody=own is None)
    if after is not None:
        further = beyond(after, Dispatch.asked_at, Dispatch.id, datetime, backwards=True)
        statement = statement.where(further)
    rows = run_built(session, statement, asked).all()
    cipher = cipher_of(session)
    items = [_request(cipher, actor, row) for row in rows[:limit]]
    return Page(items, cursor_after(rows, limit, "asked_at"))


@lru_cache(maxsize=64)
def _requests_in(states: frozenset[str], *, everybody: bool) -> AnySelect:
    found = (
        _select_requests()
        .order_by(Dispatch.asked_at.desc(), Dispatch.id.desc())
        .limit(bindparam("limit"))
    )
    if not everybody:
        own: Any = bindparam("own_partners", expanding=True)
        found = found.where(Partner.public_ref.in_(own))
    return found.where(one_of(Dispatch.state, states)) if states else found


def record_request_view(session: Session, actor: Actor, *, dispatch: str, page: str) -> Viewed:
    """Write the trail's row that a partner is shown whom a request is about, and give its receipt.
    Two statements. Raises MalformedRef, NotFound, Forbidden."""
    actor.require(Permission.DISPATCH_ANSWER)
    ref = parse_ref(dispatch, "Z")
    _one(session, (Dispatch.public_ref == ref) & partners_visible_to(actor))
    return people.record_views(
        session,
        actor,
        "dispatch.view",
        subject=("dispatch", ref),
        refs=[ref],
        page=page,
        after=page,
    )


def request_to_partner(
    session: Session, actor: Actor, *, dispatch: str, viewed: Viewed | None = None
) -> RequestView:
    """One request of a partner; with the receipt of the trail's row, of one that it has accepted
    also whom it is about, as long as the case runs. Two statements. Raises MalformedRef, NotFound,
    Forbidden."""
    actor.require(Permission.DISPATCH_ANSWER)
    ref = parse_ref(dispatch, "Z")
    row = _one(session, (Dispatch.public_ref == ref) & partners_visible_to(actor))
    contact = None
    if viewed is not None and row.state == "accepted":
        viewed.must_cover(ref)
        contact = _contact(session, row)
    return _request(cipher_of(session), actor, row, contact)


def request_by_link(session: Session, *, token: str, viewed: Viewed | None = None) -> RequestView:
    """The request of a letter's link. Whom it is about is told to who brings the receipt of having
    accepted by it just now. Two statements. Raises NotFound."""
    actor = Actor(kind="partner", permissions=frozenset({str(Permission.DISPATCH_ANSWER)}))
    row = _one(session, Dispatch.token_hash == token_hash(token))
    contact = None
    if viewed is not None and row.state == "accepted":
        viewed.must_cover(row.ref)
        contact = _contact(session, row)
    return _request(cipher_of(session), actor, row, contact)


def _one(session: Session, which: Any) -> AnyRow:  # noqa: ANN401 - a condition
    row = session.execute(_select_requests().where(which)).first()
    if row is None:
        raise NotFound()
    return row


def _contact(session: Session, row: AnyRow) -> Contact:
    """One statement."""
    named, survivor = aliased(Person), aliased(Person)
    found = session.execute(
        select(
            Case.public_ref, Case.caller, Case.phone, Case.place, Dispatch.note, survivor.full_name
        )
        .join(Dispatch, Dispatch.case_id == Case.id)
        .outerjoin(named, named.id == Case.person_id)
        .outerjoin(survivor, stands_for(survivor, named))
        .where(Dispatch.id == row.id)
    ).one()
    cipher = cipher_of(session)

    def opened(place: str, sealed: bytes | None) -> str:
        return cipher.unseal(f"case.{place}", found.public_ref, sealed) if sealed else ""

    return Contact(
        name=found.full_name or opened("caller", found.caller),
        phone=opened("phone", found.phone),
        place=opened("place", found.place),
        note=cipher.unseal("dispatch.note", row.ref, found.note) if found.note else "",
    )
