"""The service desk's door: a person found in seconds (`home`), what is `urgent`, the `cases` and
one of them (`case_page`), its partners (`dispatch`), the `wall`, who is on `duty`, and everything
that is done for a member (`web/member_file`).
"""

from vipclub.web.desk import case_page, cases, dispatch, duty, home, wall
from vipclub.web.desk.door import desk

__all__ = ["case_page", "cases", "desk", "dispatch", "duty", "home", "wall"]
