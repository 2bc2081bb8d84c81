"""What is sealed of emergency contacts."""

from __future__ import annotations

from vipclub.core.sealed_columns import BlindIndex, SealedField, SealedTable
from vipclub.people.emergency_contacts.models import EmergencyContact

SEALED = (
    SealedTable(
        model=EmergencyContact,
        row_name=EmergencyContact.public_ref,
        fields=(
            SealedField("phone", "emergency_contact.phone", BlindIndex("phone_index", "mobile")),
        ),
    ),
)
