"""Who of the staff sees health: which benefits tell about it, and which readers may see what they
tell."""

from __future__ import annotations

from vipclub.accounts import Permission
from vipclub.core.actor import Actor

HEALTH_SERVICES = frozenset(
    {"health-check", "health-seminar", "green-channel", "emergency-domestic", "emergency-overseas"}
)
"""Benefits that tell about health where the place, the department or a note is named."""


def sees_health(actor: Actor) -> bool:
    """Whether department and notes of a health service are for this reader: the desk's, not a
    relationship manager's (docs/decisions.md 22)."""
    return actor.has(Permission.NOTE_CARE)
