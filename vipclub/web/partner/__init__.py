"""The partner's door: a front desk at a PC. What waits for an answer by its promise clock, the day
sheet with check-in, the capacity of each day, the settlement, the partner's own people; `requests`
for help in need. Identity numbers never come here, a phone number only of whom the partner goes to
help; names are masked but for who is expected on the day sheet.
"""

from vipclub.web.partner import (
    appointment,
    capacity,
    check_in,
    closures,
    day_sheet,
    find_appointment,
    home,
    requests,
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
    "requests",
    "settlement",
    "staff",
    "webhooks",
    "capacity",
    "closures",
]
