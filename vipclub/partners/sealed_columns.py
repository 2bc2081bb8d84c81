"""What is sealed of partners: the secrets that sign what their systems are told."""

from __future__ import annotations

from vipclub.core.sealed_columns import SealedField, SealedTable
from vipclub.partners.webhooks.models import WebhookEndpoint

SEALED = (
    SealedTable(
        model=WebhookEndpoint,
        row_name=WebhookEndpoint.public_ref,
        fields=(
            SealedField("secret", "webhook_endpoint.secret"),
            SealedField("previous_secret", "webhook_endpoint.secret"),
        ),
    ),
)
