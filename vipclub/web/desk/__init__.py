"""The service desk's door: a person found in seconds (`home`), what is `urgent`, and everything
that is done for a member (`web/member_file`).
"""

from vipclub.web.desk import home
from vipclub.web.desk.door import desk

__all__ = ["desk", "home"]
