"""The own account of whoever serves: password, devices, language, the number to be woken by, and at
the desk one's own duty. Members have the same on their own page."""

from vipclub.web.account import changes, mobile, own
from vipclub.web.account.door import account

__all__ = ["account", "changes", "mobile", "own"]
