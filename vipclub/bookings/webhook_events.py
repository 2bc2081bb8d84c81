"""The events that tell a partner's system of a step (`partners.webhooks`), and an appointment as
the club says it to other systems."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Protocol

from vipclub import partners
from vipclub.core.i18n import N_
from vipclub.core.outbox import Entry

WEBHOOK_EVENTS = {
    "appointment.requested": N_("An appointment waits for your answer"),
    "appointment.confirmed": N_("An appointment is confirmed"),
    "appointment.declined": N_("You declined an appointment"),
    "appointment.cancelled": N_("An appointment is cancelled"),
    "appointment.proposed": N_("Another time is offered to the member"),
    "appointment.accepted": N_("The member accepts the other time"),
    "appointment.moved": N_("An appointment has another time"),
    "appointment.arrived": N_("The visitor is checked in"),
    "appointment.arrived_late": N_("The visitor came late"),
    "appointment.fulfilled": N_("The visit is completed"),
    "appointment.missed": N_("Nobody came"),
    "appointment.undone": N_("A step was taken back"),
    "appointment.mistaken": N_("An appointment was entered by mistake"),
}
"""What partners can be told of: name -> what it says to them, in the order of their lists."""


class Listening(Protocol):
    """A partner, and whether its own system is told of steps (`partners.webhooks.LISTENS`)."""

    @property
    def listens(self) -> bool: ...
    @property
    def partner_id(self) -> int: ...


class Told(Protocol):
    """What an appointment says of itself, whoever read it; moments on the site's wall."""

    @property
    def appointment(self) -> str: ...
    @property
    def status(self) -> str: ...
    @property
    def member(self) -> str: ...
    @property
    def beneficiary(self) -> str: ...
    @property
    def offering(self) -> str: ...
    @property
    def slot(self) -> str: ...
    @property
    def start(self) -> datetime: ...
    @property
    def end(self) -> datetime: ...
    @property
    def promised_by(self) -> datetime | None: ...
    @property
    def version(self) -> int: ...
    @property
    def proposed_slot(self) -> str | None: ...
    @property
    def proposed_start(self) -> datetime | None: ...
    @property
    def proposed_end(self) -> datetime | None: ...
    @property
    def answer_by(self) -> datetime | None: ...
    @property
    def answer_kind(self) -> str | None: ...


def shape_of(found: Told) -> dict[str, Any]:
    """The API's shape: references and moments, no person's name. `version` counts the steps,
    so that a receiver can tell which of two events is the later one."""
    return {
        "appointment": found.appointment,
        "status": found.status,
        "member": found.member,
        "beneficiary": found.beneficiary,
        "offering": found.offering,
        "slot": found.slot,
        "start": _written(found.start),
        "end": _written(found.end),
        "promised_by": _written(found.promised_by),
        "version": found.version,
        "proposed_slot": found.proposed_slot,
        "proposed_start": _written(found.proposed_start),
        "proposed_end": _written(found.proposed_end),
        "answer_by": _written(found.answer_by),
        "answer_kind": found.answer_kind,
    }


def announce(partner: Listening, event: str | None, made: Told, *, at: datetime) -> list[Entry]:
    """The outbox's row of a step's event, to be written beside the member's letter; none when the
    step has no event, or nobody at the partner listens."""
    if event is None or not partner.listens:
        return []
    return [
        partners.webhooks.entry(
            event,
            partner_id=partner.partner_id,
            subject=("appointment", made.appointment),
            at=at,
            data=shape_of(made),
        )
    ]


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat(timespec="seconds") if moment else None
