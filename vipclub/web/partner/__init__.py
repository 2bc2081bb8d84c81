"""The partner's door: a front desk at a PC. What waits for an answer by its promise clock, the day
sheet with check-in, the month's places, the settlement, the partner's own people. Phone and
identity numbers never come here; names are masked but for who is expected on the day sheet.
"""

from vipclub.web.partner import (
    capacity,
    capacity_changes,
    capacity_week,
    checking_in,
    closing,
    day,
    desk,
    find,
    one,
    settlement,
    staff,
    webhooks,
)
from vipclub.web.partner.door import partner

__all__ = [
    "partner",
    "desk",
    "one",
    "day",
    "checking_in",
    "find",
    "settlement",
    "staff",
    "webhooks",
    "capacity",
    "capacity_changes",
    "capacity_week",
    "closing",
]
