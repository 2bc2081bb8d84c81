"""The service desk's door: a person found in seconds, what is burning, and everything that is done
for a member (`web/member_file`).
"""

from vipclub.web.desk.views import desk

__all__ = ["desk"]
