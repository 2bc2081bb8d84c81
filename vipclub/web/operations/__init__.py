"""The operations' door: what is about to break, all appointments, deliveries, allowances by hand,
and the machinery.
"""

from vipclub.web.operations import adjusting, booked, machinery
from vipclub.web.operations.views import operations

__all__ = ["adjusting", "booked", "machinery", "operations"]
