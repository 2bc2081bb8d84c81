"""What is sealed of events: the secrets of tickets, and what guests eat and need."""

from __future__ import annotations

from vipclub.core.sealed_columns import SealedField, SealedTable
from vipclub.events.models import PartyMember, Registration

SEALED = (
    SealedTable(
        model=Registration,
        row_name=Registration.public_ref,
        fields=(SealedField("ticket_secret", "registration.ticket_secret"),),
    ),
    SealedTable(
        model=PartyMember,
        row_name=PartyMember.public_ref,
        fields=(SealedField("needs", "registration_party.needs"),),
    ),
)
