"""The partner's door: a front desk at a PC. What waits for an answer by its promise clock, the day
sheet with check-in, the capacity of each day, the settlement, the partner's own people. Phone and
identity numbers never come here; names are masked but for who is expected on the day sheet.
"""

from vipclub.web.partner import (
    appointment,
    capacity,
    check_in,
    closures,
    day_sheet,
    find_appointment,
    home,
    settlement,
    staff,
    webhooks,
)
from vipclub.web.partner.door import partner

__all__ = [
    "partner",
    "home",
    "appointment",
    "day_sheet",
    "check_in",
    "find_appointment",
    "settlement",
    "staff",
    "webhooks",
    "capacity",
    "closures",
]
