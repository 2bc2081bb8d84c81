"""What is sealed of referrals."""

from __future__ import annotations

from vipclub.core.sealed_columns import SealedField, SealedTable
from vipclub.people.referrals.models import Referral

SEALED = (
    SealedTable(
        model=Referral,
        row_name=Referral.public_ref,
        fields=(
            SealedField("words", "referral.words"),
            SealedField("outcome", "referral.outcome"),
        ),
    ),
)
