"""The service desk's door: a person found in seconds (`home`), what is `urgent`, the `cases` and
one of them (`case_page`), who is on `duty`, who is calling (`caller`), whom a member named
(`contacts`), what was opened in an emergency (`access`), and everything that is done for a member
(`web/member_file`).
"""

from vipclub.web.desk import access, caller, case_page, cases, contacts, duty, home
from vipclub.web.desk.door import desk

__all__ = ["access", "caller", "case_page", "cases", "contacts", "desk", "duty", "home"]
