"""What is sealed of appointments: what the member wrote for the partner."""

from __future__ import annotations

from vipclub.bookings.models import Appointment
from vipclub.core.sealed_columns import SealedField, SealedTable

SEALED = (
    SealedTable(
        model=Appointment,
        row_name=Appointment.public_ref,
        fields=(SealedField("note", "appointment.note"),),
    ),
)
