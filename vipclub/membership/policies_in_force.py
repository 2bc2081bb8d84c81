"""Versions of the tier policy: loading one, and finding the one in force."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from vipclub.core import audit, clock
from vipclub.core.actor import Actor
from vipclub.core.errors import NotFound
from vipclub.membership.models import TierPolicyRow
from vipclub.membership.policy import TierPolicy
from vipclub.membership.policy_document import PolicyProblems, read_policy, shipped
from vipclub.membership.refusals import NoTierPolicy, PolicyNotAccepted, PolicyVersionTaken


def load_policy(session: Session, actor: Actor, *, text: str | None = None) -> str:
    """Load a policy document (the one that comes with the product when none is given); gives its
    version.

    The same document again changes nothing. Raises PolicyNotAccepted with every problem,
    PolicyVersionTaken, Forbidden.
    """
    actor.require("policy:change")
    text = shipped("2026") if text is None else text
    try:
        policy = read_policy(text)
    except PolicyProblems as error:
        raise PolicyNotAccepted(problems=" ".join(error.problems)) from None
    if is_loaded(session, policy):
        return policy.version
    session.add(
        TierPolicyRow(
            version=policy.version,
            in_force_from=policy.in_force_from,
            document=text,
            loaded_at=clock.now(),
            loaded_by=actor.owner,
        )
    )
    session.flush()
    audit.write(
        session,
        actor,
        "tier_policy.load",
        subject=("tier_policy", policy.version),
        after={"in_force_from": policy.in_force_from},
    )
    return policy.version


def is_loaded(session: Session, policy: TierPolicy) -> bool:
    """Whether this very policy is a version already. Raises PolicyVersionTaken when another has
    its name or its day. One statement.
    """
    there = session.execute(
        select(TierPolicyRow.version, TierPolicyRow.in_force_from, TierPolicyRow.document).where(
            (TierPolicyRow.version == policy.version)
            | (TierPolicyRow.in_force_from == policy.in_force_from)
        )
    ).first()
    if there is None:
        return False
    if there.version == policy.version and read_policy(there.document) == policy:
        return True
    raise PolicyVersionTaken(version=there.version, day=there.in_force_from)


def policy_for(session: Session, day: date) -> tuple[int, TierPolicy]:
    """The policy of a day with its id: the last to have begun; before the first one, the first.

    Raises NoTierPolicy.
    """
    rows = session.execute(
        select(TierPolicyRow.id, TierPolicyRow.in_force_from).order_by(TierPolicyRow.in_force_from)
    ).all()
    if not rows:
        raise NoTierPolicy()
    begun = [row for row in rows if row.in_force_from <= day] or rows[:1]
    return begun[-1].id, policy_by_id(session, begun[-1].id)


@dataclass(frozen=True, slots=True)
class PolicyInForce:
    """A version of the policy, and the day from which it is in force."""

    version: str
    takes_force: date
    policy: TierPolicy


def policy_in_force(session: Session, day: date) -> PolicyInForce | None:
    """The policy that counts on a day, to show it; None when none is loaded. Two statements."""
    try:
        _id, policy = policy_for(session, day)
    except NoTierPolicy:
        return None
    return PolicyInForce(policy.version, policy.in_force_from, policy)


def policy_by_id(session: Session, policy_id: int) -> TierPolicy:
    """The rules of a loaded policy, by its row's id. One statement."""
    document = session.execute(
        select(TierPolicyRow.document).where(TierPolicyRow.id == policy_id)
    ).scalar_one()
    return read_policy(document)


@dataclass(frozen=True, slots=True)
class PolicyVersion:
    """A loaded version, and who loaded it."""

    version: str
    takes_force: date
    loaded_at: datetime
    loaded_by: str


def policy_versions(session: Session, actor: Actor) -> list[PolicyVersion]:
    """All versions, the latest to take force first. One statement. Raises Forbidden."""
    actor.require("policy:view")
    row = TierPolicyRow
    rows = session.execute(
        select(row.version, row.in_force_from, row.loaded_at, row.loaded_by).order_by(
            row.in_force_from.desc()
        )
    )
    return [PolicyVersion(*found) for found in rows]


def policy_version(session: Session, actor: Actor, version: str) -> TierPolicy:
    """The rules of a loaded version, by its name. One statement. Raises NotFound, Forbidden."""
    actor.require("policy:view")
    document = session.scalar(
        select(TierPolicyRow.document).where(TierPolicyRow.version == version)
    )
    if document is None:
        raise NotFound()
    return read_policy(document)
