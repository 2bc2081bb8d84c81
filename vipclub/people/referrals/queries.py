"""Lists of referrals: all that are in sight, a person's, those to a manager's own company."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from vipclub.core import clock
from vipclub.core.actor import Actor
from vipclub.core.crypto import Cipher, cipher_of
from vipclub.core.errors import Malformed
from vipclub.core.paging import Page, beyond, cursor_after
from vipclub.core.rows import AnyRow, AnySelect
from vipclub.core.types import parse_ref
from vipclub.people.clusters import cluster_behind, stands_for
from vipclub.people.masks import masked_number
from vipclub.people.models import Person, Subsidiary
from vipclub.people.referrals.finding import companies_of, to_own_company, visible_to
from vipclub.people.referrals.models import Referral
from vipclub.people.referrals.steps import MAKE_REFERRALS, OPEN, REFERRAL_STEPS
from vipclub.people.viewing import Viewed, record_views


@dataclass(frozen=True, slots=True)
class ReferralView:
    """A referral. `mobile` is masked, and whole for the company's handler who has accepted it;
    `steps` are open to the reader."""

    ref: str
    member: str
    name: str = field(repr=False)
    mobile: str = field(repr=False)
    company: str
    company_name: str
    subject: str
    words: str = field(repr=False)
    outcome: str = field(repr=False)
    state: str
    made_by_name: str
    handler_name: str
    answer_by: datetime
    created_at: datetime
    ended_at: datetime | None
    steps: tuple[str, ...]

    @property
    def open(self) -> bool:
        """Whether somebody is waited for."""
        return self.state in OPEN


_holder, _survivor = aliased(Person), aliased(Person)


def _select() -> AnySelect:
    return (
        select(
            Referral.id,
            Referral.public_ref.label("ref"),
            _survivor.public_ref.label("member"),
            _survivor.full_name.label("name"),
            _survivor.mobile,
            Subsidiary.code.label("company"),
            func.coalesce(Subsidiary.name, Subsidiary.code).label("company_name"),
            Referral.subject,
            Referral.words,
            Referral.outcome,
            Referral.state,
            Referral.made_by_name,
            Referral.handler,
            Referral.handler_name,
            Referral.answer_by,
            Referral.created_at,
            Referral.ended_at,
        )
        .join(_holder, _holder.id == Referral.person_id)
        .join(_survivor, stands_for(_survivor, _holder))
        .join(Subsidiary, Subsidiary.id == Referral.subsidiary_id)
    )


def _view(actor: Actor, cipher: Cipher, row: AnyRow, viewed: Viewed) -> ReferralView:
    own = row.company in companies_of(actor)
    steps = REFERRAL_STEPS.open_to(actor, row.state, row, clock.now())
    mobile = row.mobile and cipher.unseal("person.mobile", row.member, row.mobile)
    return ReferralView(
        ref=row.ref,
        member=row.member,
        name=row.name or "",
        mobile=(mobile if row.ref in viewed.refs else masked_number(mobile)) if mobile else "",
        company=row.company,
        company_name=row.company_name,
        subject=row.subject,
        words=cipher.unseal("referral.words", row.ref, row.words) if row.words else "",
        outcome=cipher.unseal("referral.outcome", row.ref, row.outcome) if row.outcome else "",
        state=row.state,
        made_by_name=row.made_by_name,
        handler_name=row.handler_name or "",
        answer_by=row.answer_by,
        created_at=row.created_at,
        ended_at=row.ended_at,
        steps=tuple(name for name in steps if own or name == "withdraw"),
    )


def referrals(
    session: Session,
    actor: Actor,
    *,
    state: str | None = None,
    company: str | None = None,
    viewed: Viewed,
    after: str | None = None,
    limit: int = 60,
) -> Page[ReferralView]:
    """Referrals in sight, those of the next answer first; `state` is "open" for those that wait.
    One statement. Raises Malformed, Forbidden."""
    actor.require(MAKE_REFERRALS)
    viewed.must_cover("referrals")
    if state not in {None, "open", *REFERRAL_STEPS.states}:
        raise Malformed("state")
    found = (
        _select()
        .where(visible_to(actor))
        .order_by(Referral.answer_by, Referral.id)
        .limit(limit + 1)
    )
    if state is not None:
        found = found.where(Referral.state.in_(sorted(OPEN) if state == "open" else [state]))
    if company is not None:
        found = found.where(Subsidiary.code == company)
    if after is not None:
        found = found.where(beyond(after, Referral.answer_by, Referral.id, datetime))
    rows, cipher = session.execute(found).all(), cipher_of(session)
    items = [_view(actor, cipher, row, viewed) for row in rows[:limit]]
    return Page(items, cursor_after(rows, limit, "answer_by"))


def referrals_of(
    session: Session, actor: Actor, *, member: str, viewed: Viewed
) -> list[ReferralView]:
    """A person's referrals, the newest first. One statement. Raises MalformedRef, Forbidden."""
    actor.require(MAKE_REFERRALS)
    ref = parse_ref(member, "M")
    viewed.must_cover(ref)
    rows = session.execute(
        _select()
        .where(Referral.person_id.in_(cluster_behind(ref)), visible_to(actor))
        .order_by(Referral.id.desc())
        .limit(20)
    )
    cipher = cipher_of(session)
    return [_view(actor, cipher, row, viewed) for row in rows]


def record_referrals_view(session: Session, actor: Actor) -> Viewed:
    """Write the trail's row that somebody looks through the referrals, with those whose numbers are
    shown whole: the reader's own to call. Gives its receipt, before anything of them is read. Two
    statements. Raises Forbidden."""
    actor.require(MAKE_REFERRALS)
    own = session.scalars(
        select(Referral.public_ref)
        .where(
            Referral.handler == actor.owner,
            Referral.state == "accepted",
            to_own_company(actor),
        )
        .order_by(Referral.id)
    ).all()
    return record_views(
        session,
        actor,
        "referrals.view",
        subject=("referrals", actor.owner[:64]),
        refs=["referrals", *own],
        page="referrals",
        after=list(own),
    )
