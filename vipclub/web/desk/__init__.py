"""The service desk's door: a person found in seconds (`home`), what is `urgent`, the `cases` and
one of them (`case_page`), `callbacks`, who is on `duty`, and everything that is done for a member
(`web/member_file`).
"""

from vipclub.web.desk import callbacks, case_page, cases, duty, home
from vipclub.web.desk.door import desk

__all__ = ["callbacks", "case_page", "cases", "desk", "duty", "home"]
