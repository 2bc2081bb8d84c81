"""The partner's door: a front desk at a PC. What waits for an answer by its promise clock, who
comes today, and the month's places. Names are masked; phone and identity numbers never come here.
"""

from vipclub.web.partner import desk, one
from vipclub.web.partner.door import partner

__all__ = ["partner", "desk", "one"]
