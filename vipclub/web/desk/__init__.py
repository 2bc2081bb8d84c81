"""The service desk's door: a person found in seconds (`home`), what is `urgent`, the `cases` and
one of them (`case_page`), `callbacks`, what lies beside it (`case_work`, `case_acts`), is asked of
the caller (`questions`) and of partners (`dispatch`), the `wall`, who is on `duty` and the
`handover` of a shift, who is calling (`caller`), whom a member named (`contacts`), what was opened
in an emergency (`access`), and everything that is done for a member (`web/member_file`).
"""

from vipclub.web.desk import (
    access,
    callbacks,
    caller,
    case_acts,
    case_page,
    cases,
    contacts,
    dispatch,
    duty,
    handover,
    home,
    questions,
    wall,
)
from vipclub.web.desk.door import desk

__all__ = [
    "access",
    "callbacks",
    "caller",
    "case_acts",
    "case_page",
    "cases",
    "contacts",
    "desk",
    "dispatch",
    "duty",
    "handover",
    "home",
    "questions",
    "wall",
]
