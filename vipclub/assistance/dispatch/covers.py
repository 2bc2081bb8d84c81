"""What partners do in need and where: written by the administrator on the partner's page, read by
the desk when somebody is to be asked."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.assistance.cases.opening import number_as_said
from vipclub.assistance.dispatch.models import AssistanceCover
from vipclub.assistance.dispatch.refusals import CoverNotAccepted, CoverThereAlready
from vipclub.assistance.dispatch.steps import SERVICES
from vipclub.core import audit
from vipclub.core.actor import Actor
from vipclub.core.db import for_no_key_update
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.i18n import language_of
from vipclub.core.rows import AnySelect
from vipclub.core.types import Localized, new_ref, parse_ref
from vipclub.messages import usable_address
from vipclub.partners import Partner
from vipclub.partners import visible_to as partners_visible_to

LONGEST_TIME = 1440
"""Minutes that an answer may take."""


@dataclass(frozen=True, slots=True)
class CoverView:
    """What a partner does, where, how it is asked and how fast it answers."""

    ref: str
    partner: str
    name: Localized
    kind: str
    country: str | None
    city_code: str | None
    phone: str
    email: str
    language: str
    minutes: int


def add_cover(
    session: Session,
    actor: Actor,
    *,
    partner: str,
    kind: str,
    minutes: int,
    country: str | None = None,
    city_code: str | None = None,
    phone: str = "",
    email: str = "",
    language: str = "en",
) -> str:
    """A partner does something more, or somewhere else; gives the reference. Raises Malformed,
    CoverNotAccepted, CoverThereAlready, MalformedRef, NotFound, Forbidden."""
    actor.require(Permission.ACCOUNT_CHANGE)
    _readable(kind, language, country)
    partner_id = session.execute(
        for_no_key_update(
            select(Partner.id).where(
                Partner.public_ref == parse_ref(partner, "P"), partners_visible_to(actor)
            )
        )
    ).scalar()
    if partner_id is None:
        raise NotFound()
    address = usable_address(email.strip()) if email.strip() else ""
    number = number_as_said(phone) or ""
    place = city_code if country else None
    if address is None or not (address or number) or not 1 <= minutes <= LONGEST_TIME:
        raise CoverNotAccepted()
    if _there(session, partner_id, kind, country, place):
        raise CoverThereAlready()
    row = AssistanceCover(
        public_ref=new_ref("Z"),
        partner_id=partner_id,
        kind=kind,
        country=country,
        city_code=place,
        phone=number,
        email=address,
        language=language,
        minutes=minutes,
        active=True,
    )
    session.add(row)
    session.flush()
    audit.write(
        session,
        actor,
        "cover.add",
        subject=("partner", parse_ref(partner, "P")),
        after={"cover": row.public_ref, "kind": kind, "country": country, "city": place},
    )
    return row.public_ref


def _readable(kind: str, language: str, country: str | None) -> None:
    """Raises Malformed for what is no service, language or country."""
    if kind not in SERVICES:
        raise Malformed("kind")
    if language_of(language) is None:
        raise Malformed("language")
    if country is not None and not (len(country) == 2 and country.isascii() and country.isupper()):
        raise Malformed("country")


def _there(
    session: Session, partner_id: int, kind: str, country: str | None, place: str | None
) -> bool:
    """Whether the partner does this there already."""
    same = select(AssistanceCover.id).where(
        AssistanceCover.partner_id == partner_id,
        AssistanceCover.kind == kind,
        AssistanceCover.country == country if country else AssistanceCover.country.is_(None),
        AssistanceCover.city_code == place if place else AssistanceCover.city_code.is_(None),
        AssistanceCover.active,
    )
    return session.execute(same).first() is not None


def end_cover(session: Session, actor: Actor, *, partner: str, cover: str) -> None:
    """The partner isn't asked for this any more; who is being asked still may answer. Raises
    MalformedRef, NotFound, Forbidden."""
    actor.require(Permission.ACCOUNT_CHANGE)
    row = session.scalars(
        for_no_key_update(
            select(AssistanceCover)
            .join(Partner, Partner.id == AssistanceCover.partner_id)
            .where(
                AssistanceCover.public_ref == parse_ref(cover, "Z"),
                AssistanceCover.active,
                Partner.public_ref == parse_ref(partner, "P"),
                partners_visible_to(actor),
            ),
            of=AssistanceCover.__table__,  # type: ignore[arg-type]
        )
    ).one_or_none()
    if row is None:
        raise NotFound()
    row.active = False
    session.flush()
    audit.write(
        session,
        actor,
        "cover.end",
        subject=("partner", parse_ref(partner, "P")),
        after={"cover": row.public_ref},
    )


def _select_covers() -> AnySelect:
    return (
        select(
            AssistanceCover.public_ref,
            Partner.public_ref.label("partner"),
            Partner.name,
            AssistanceCover.kind,
            AssistanceCover.country,
            AssistanceCover.city_code,
            AssistanceCover.phone,
            AssistanceCover.email,
            AssistanceCover.language,
            AssistanceCover.minutes,
        )
        .join(Partner, Partner.id == AssistanceCover.partner_id)
        .where(AssistanceCover.active)
    )


def covers_of(session: Session, actor: Actor, *, partner: str) -> list[CoverView]:
    """What one partner does in need. One statement. Raises MalformedRef, Forbidden."""
    actor.require(Permission.ACCOUNT_VIEW)
    rows = session.execute(
        _select_covers()
        .where(Partner.public_ref == parse_ref(partner, "P"))
        .order_by(AssistanceCover.kind, AssistanceCover.country, AssistanceCover.id)
    )
    return [CoverView(*row) for row in rows]


def candidates(
    session: Session, actor: Actor, *, kind: str, country: str | None
) -> list[CoverView]:
    """Who may be asked for a service in a country, each once: those there before those everywhere,
    who answers fastest first; in no country known, all. One statement. Raises Malformed,
    Forbidden."""
    actor.require(Permission.CASE_WORK)
    if kind not in SERVICES:
        raise Malformed("kind")
    found = _select_covers().where(AssistanceCover.kind == kind)
    if country is not None:
        found = found.where(
            or_(AssistanceCover.country == country, AssistanceCover.country.is_(None))
        )
    everywhere = AssistanceCover.country.is_(None)
    rows = session.execute(found.order_by(everywhere, AssistanceCover.minutes, AssistanceCover.id))
    first: dict[str, CoverView] = {}
    for row in rows:
        first.setdefault(row.partner, CoverView(*row))
    return list(first.values())
