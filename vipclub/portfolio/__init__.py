"""A relationship manager's own members: who needs a word this week and why, the list with its
filters, and figures over all of them.

`members` is the list of a manager's members with its filters, `week` who needs a word, `figures`
the benefits used and the day's visits.

Decisions:
- 2026-11: whose members these are is `membership.members_in_sight`, and everything here stands on
  it: lists, counts and sums never reach beyond it.
- 2026-11: a member has one line in the week's list: the most urgent reason, the others counted.
- 2026-11: no figure of a member's wealth is in here; urgency is the member's, not the amount's.
"""

from vipclub.portfolio.figures import BenefitUse, VisitToday, benefit_use, companies, visits_of_day
from vipclub.portfolio.members import Filters, OwnMember, Portfolio, counts_by_tier, own_members
from vipclub.portfolio.week import Reason, who_needs_a_word

__all__ = [
    "Filters",
    "OwnMember",
    "Portfolio",
    "own_members",
    "counts_by_tier",
    "BenefitUse",
    "benefit_use",
    "VisitToday",
    "visits_of_day",
    "companies",
    "Reason",
    "who_needs_a_word",
]
