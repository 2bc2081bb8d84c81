"""The relationship manager's door: who needs a word this week and why (`home`), the own `members`,
and everything that is done for one (`web/member_file`).
"""

from vipclub.web.manager import home, members
from vipclub.web.manager.door import manager

__all__ = ["manager", "members", "home"]
