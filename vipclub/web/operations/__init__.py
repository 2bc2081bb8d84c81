"""The operations' door: what is about to break, all appointments, deliveries, allowances by hand,
the settlement with partners, and the machinery.
"""

from vipclub.web.operations import adjusting, booked, deliveries, machinery, settling
from vipclub.web.operations.views import operations

__all__ = ["adjusting", "booked", "deliveries", "machinery", "settling", "operations"]
