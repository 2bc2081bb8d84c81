"""What is hidden of an appointment for health: who serves the member sees that it is, not where."""

from __future__ import annotations

from vipclub import desk
from vipclub.bookings import AppointmentView
from vipclub.core.actor import Actor


def veiled(actor: Actor, found: AppointmentView) -> bool:
    """Whether the reader sees of this appointment its service, day and state only."""
    return found.service in desk.HEALTH_SERVICES and not desk.sees_health(actor)
