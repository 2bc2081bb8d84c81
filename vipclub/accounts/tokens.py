"""Bearer tokens of the API (docs/decisions.md 43): `vip_`, 8 characters of the id, `_`, 32 of base
62.

The database keeps the SHA-256; a look-up is one statement on a unique index.
"""

from __future__ import annotations

import re
import secrets
import string
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import bindparam, select, update
from sqlalchemy.orm import Session

from vipclub.accounts.models import ApiToken
from vipclub.accounts.permissions import SEES_ALL, TOKEN_SCOPES, Permission, permissions_of
from vipclub.accounts.sessions import SEEN_EVERY, token_hash
from vipclub.core import audit, clock
from vipclub.core.actor import EVERYTHING, Actor
from vipclub.core.built_statements import run_built
from vipclub.core.errors import Malformed, NotFound
from vipclub.core.reference_data import VERSION, learn
from vipclub.core.types import new_ref, parse_ref

BASE62 = string.digits + string.ascii_letters
SHAPE = re.compile(r"vip_[0-9A-Z]{8}_[0-9A-Za-z]{32}", re.ASCII)
DAYS = 365


@dataclass(frozen=True, slots=True)
class TokenRow:
    """A token as its keeper sees it: never the secret."""

    ref: str
    scope: str
    member: str | None
    partner: str | None
    created_at: datetime
    expires_at: datetime
    revoked_at: datetime | None
    last_used_at: datetime | None


def create_token(
    session: Session,
    actor: Actor,
    *,
    scope: str,
    member_ref: str | None = None,
    partner_ref: str | None = None,
    days: int = DAYS,
) -> tuple[str, str]:
    """A new token: its reference, and the secret that is shown this once. Raises Malformed when
    scope and the one it is for don't fit."""
    actor.require(Permission.TOKEN_CREATE)
    if scope not in TOKEN_SCOPES:
        raise Malformed("scope")
    if (member_ref is not None) != (scope == "member"):
        raise Malformed("member")
    if (partner_ref is not None) != (scope == "partner"):
        raise Malformed("partner")
    if not 1 <= days <= 3660:
        raise Malformed("days")
    ref = new_ref("T")
    part = ref.replace("-", "")[1:9]
    secret = f"vip_{part}_{''.join(secrets.choice(BASE62) for _ in range(32))}"
    now = clock.now()
    session.add(
        ApiToken(
            public_ref=ref,
            token_hash=token_hash(secret),
            scope=scope,
            member_ref=parse_ref(member_ref, "M") if member_ref else None,
            partner_ref=parse_ref(partner_ref, "P") if partner_ref else None,
            created_at=now,
            expires_at=now + timedelta(days=days),
        )
    )
    audit.write(
        session,
        actor,
        "token.create",
        subject=("token", ref),
        after={"scope": scope, "member": member_ref, "partner": partner_ref, "days": days},
    )
    return ref, secret


def list_tokens(session: Session, actor: Actor) -> list[TokenRow]:
    """All tokens, the newest first, for who makes and revokes them. Raises Forbidden."""
    actor.require(Permission.TOKEN_CREATE)
    token = ApiToken
    rows = session.execute(
        select(
            token.public_ref,
            token.scope,
            token.member_ref,
            token.partner_ref,
            token.created_at,
            token.expires_at,
            token.revoked_at,
            token.last_used_at,
        ).order_by(token.id.desc())
    )
    return [TokenRow(*row) for row in rows]


def revoke_token(session: Session, actor: Actor, *, token: str) -> None:
    """Make a token useless: it opens nothing from the next request on. Revoking one twice changes
    nothing. Raises NotFound, Forbidden."""
    actor.require(Permission.TOKEN_CREATE)
    ref = parse_ref(token, "T")
    done = session.execute(
        update(ApiToken)
        .where(ApiToken.public_ref == ref, ApiToken.revoked_at.is_(None))
        .values(revoked_at=clock.now())
        .execution_options(synchronize_session=False)
    )
    if not done.rowcount:  # type: ignore[attr-defined]
        if session.execute(select(ApiToken.id).where(ApiToken.public_ref == ref)).first():
            return
        raise NotFound()
    audit.write(session, actor, "token.revoke", subject=("token", ref))


_table = ApiToken.__table__
_by_hash = select(
    _table.c.id,
    _table.c.public_ref,
    _table.c.scope,
    _table.c.member_ref,
    _table.c.partner_ref,
    _table.c.expires_at,
    _table.c.revoked_at,
    _table.c.last_used_at,
    VERSION,
).where(_table.c.token_hash == bindparam("hash"))


@dataclass(frozen=True, slots=True)
class Bearer:
    """Who a token stands for. `stale`: when it was last used is a minute old or more."""

    actor: Actor
    token_id: int
    stale: bool


def bearer_of_token(session: Session, bearer: str, *, request_id: str = "") -> Bearer | None:
    """Who a bearer token stands for, at the API's door; None when unknown, revoked or past its end.
    One statement, which brings the number of the reference data along."""
    if not SHAPE.fullmatch(bearer):
        return None
    row = run_built(session, _by_hash, {"hash": token_hash(bearer)}).one_or_none()
    now = clock.now()
    if row is None or row.revoked_at is not None or row.expires_at <= now:
        return None
    learn(session, row.reference_version)
    scopes: set[tuple[str, str]] = set()
    if row.member_ref:
        scopes.add(("person", row.member_ref))
    if row.partner_ref:
        scopes.add(("partner", row.partner_ref))
    if row.scope in SEES_ALL:
        scopes.add(("all", EVERYTHING))
    actor = Actor(
        kind=row.scope,
        account_ref=row.public_ref,
        permissions=permissions_of(row.scope),
        scopes=frozenset(scopes),
        channel="api",
        request_id=request_id,
        name=row.public_ref,
    )
    stale = row.last_used_at is None or now - row.last_used_at >= SEEN_EVERY
    return Bearer(actor, row.id, stale)


def stamp_token(session: Session, *, token_id: int) -> None:
    """Note that a token is in use; at most once a minute, however many calls come at once."""
    now = clock.now()
    session.execute(
        update(ApiToken)
        .where(
            ApiToken.id == token_id,
            (ApiToken.last_used_at.is_(None)) | (ApiToken.last_used_at <= now - SEEN_EVERY),
        )
        .values(last_used_at=now)
        .execution_options(synchronize_session=False)
    )
