"""What of a member a reader may see, and the trail of who looked."""

from __future__ import annotations

from sqlalchemy.orm import Session

from vipclub.accounts import Permission
from vipclub.core import audit
from vipclub.core.actor import Actor
from vipclub.core.types import parse_ref

HEALTH_SERVICES = frozenset(
    {"health-check", "health-seminar", "green-channel", "emergency-domestic", "emergency-overseas"}
)
"""Benefits that tell about health where the place, the department or a note is named."""


def sees_health(actor: Actor) -> bool:
    """Whether department and notes of a health service are for this reader: the desk's, not a
    relationship manager's (`decisions` 22)."""
    return actor.has(Permission.NOTE_CARE)


def record_view(session: Session, actor: Actor, *, member: str, page: str) -> None:
    """The trail's row that a page of a member is shown, before it is (`decisions` 13): the name is
    whole there, and notes may be on it. Whoever shows it has found the person within their rights.
    One INSERT. Raises MalformedRef, Forbidden."""
    actor.require(Permission.MEMBER_VIEW)
    audit.write(
        session, actor, "member.view", subject=("person", parse_ref(member, "M")), after=page
    )
