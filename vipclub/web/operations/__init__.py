"""The operations' door: what is about to break (`home`, `alarms`), all appointments, deliveries
and the companies that send them,
allowances by hand, partners' prices and hours, the settlement with them, and the machinery.
"""

from vipclub.web.operations import (
    allowances,
    appointments,
    companies,
    deliveries,
    home,
    machinery,
    offerings,
    settlement,
)
from vipclub.web.operations.door import operations

__all__ = [
    "operations",
    "home",
    "appointments",
    "deliveries",
    "companies",
    "allowances",
    "settlement",
    "offerings",
    "machinery",
]
