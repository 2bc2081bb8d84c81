"""A relationship manager's own members: who needs a word this week and why, the list with its
filters, and figures over all of them.

`members` is the list of a manager's members with its filters, `week` who needs a word and the day's
visits, `figures` the benefits used.

Decisions:
- 2026-11: whose members these are is `membership.members_in_sight` and `all_in_sight`, and
  everything here stands on them: lists, counts and sums never reach beyond it.
- 2026-11: a member has one line in the week's list: the most urgent reason, the others counted.
- 2026-11: no figure of a member's wealth is in here; urgency is the member's, not the amount's.
"""

from vipclub.portfolio.figures import BenefitUse, companies
from vipclub.portfolio.members import (
    SORTS,
    Filters,
    OwnMember,
    Portfolio,
    is_whole_number,
    own_members,
)
from vipclub.portfolio.week import Reason, VisitToday, Week, this_week

__all__ = [
    "SORTS",
    "Filters",
    "OwnMember",
    "Portfolio",
    "is_whole_number",
    "own_members",
    "companies",
    "Week",
    "this_week",
    "Reason",
    "BenefitUse",
    "VisitToday",
]
