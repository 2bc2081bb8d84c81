"""The operations' door: so far deliveries with their errors, and appointments by state."""

from vipclub.web.operations.views import operations

__all__ = ["operations"]
