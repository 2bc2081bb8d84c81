"""The letters to those who work for a partner."""

from __future__ import annotations

from typing import Any

from vipclub.core.i18n import N_
from vipclub.messages import Letter, Reading, one_line
from vipclub.partners.webhooks import still_off


def _of_webhook(data: dict[str, Any], reading: Reading) -> dict[str, Any]:
    return {
        "address": one_line(data["address"]),
        "gone": data["reason"] == "gone",
        "moment": reading.moment(data["at"]),
        "url": f"{reading.base_url}/partner/webhooks/{data['ref']}",
    }


LETTERS = (
    Letter(
        "webhook-off",
        N_("Webhook switched off"),
        _of_webhook,
        still_off,
        purpose="security",
        kept=False,
    ),
)
