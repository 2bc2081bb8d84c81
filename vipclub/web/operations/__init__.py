"""The operations' door: what is about to break (`home`, `alarms`), all appointments, deliveries,
allowances by hand, the settlement with partners, and the machinery.
"""

from vipclub.web.operations import allowances, appointments, deliveries, home, machinery, settlement
from vipclub.web.operations.door import operations

__all__ = [
    "operations",
    "home",
    "appointments",
    "deliveries",
    "allowances",
    "settlement",
    "machinery",
]
