"""The member's door: card and tier, what is left this year, booking in five taps, and each step of
an appointment in words. A phone first.
"""

from vipclub.web.member import appointments, benefits, booking, confirming, home
from vipclub.web.member.door import member

__all__ = ["member", "home", "booking", "confirming", "appointments", "benefits"]
