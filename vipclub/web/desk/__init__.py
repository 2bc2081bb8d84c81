"""The service desk's door: so far finding a member, and seeing what is left and what is booked."""

from vipclub.web.desk.views import desk

__all__ = ["desk"]
