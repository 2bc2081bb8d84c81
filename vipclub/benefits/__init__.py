"""What a member may use: the catalogue, an account for each benefit and calendar year, and its
ledger.

`remaining = granted - held - used`, never below zero. A booking holds, a visit consumes; every
change is an entry that is never edited, and an account always equals the sum of its entries
(`drifting` lists those that don't).

`catalogue_document` loads what there is, `granting` gives it to the tiers, `ledger` holds, releases
and consumes a unit, `adjusting` changes an allowance by hand, `queries` reads, `cost` says what a
population of members costs a year, `welcome_letter` tells a new member.

Decisions:
- 2026-11: An account follows the memberships that run in its year under the same person id: the
  best tier among them. Granting is a function of that, so it may be repeated; without a membership
  what is left ends (`expire`).
- 2026-11: An unlimited benefit's account gives itself what is held, so that the same sums and
  checks hold for all; its `remaining` is 0 and its unit says `unlimited`.
- 2026-11: A year's end ends what is left, not what is held: that visit may still be completed or
  released, and what is released then ends with the next run.
- 2026-11: `reverse` of a completed visit goes back to held (it may be completed again), of a
  mistake to free.
"""

from vipclub.benefits.adjusting import Adjustable, adjust_entitlement, adjustable, member_to_adjust
from vipclub.benefits.catalogue_document import load_catalogue
from vipclub.benefits.cost import YearCost, cost_of
from vipclub.benefits.first_rows import any_benefit_of
from vipclub.benefits.granting import (
    expire_years,
    grant_after_rating,
    grant_memberships,
    grant_next_year,
    open_years,
    regrant_everyone,
)
from vipclub.benefits.invariants import (
    INVARIANTS,
    LEDGER_CHECK,
    Drift,
    LookedAt,
    drifting,
    look_at_allowances,
)
from vipclub.benefits.ledger import adjust, consume, expire, hold, none_left, release, reverse
from vipclub.benefits.models import Benefit, EntitlementAccount, LedgerEntry
from vipclub.benefits.queries import (
    CATALOGUE,
    AccountFound,
    BenefitRow,
    Entitlement,
    LedgerLine,
    benefit_by_code,
    benefits,
    entitlements,
    entitlements_of,
    find_account,
    ledger_of,
    most_left,
    quantities_of,
)
from vipclub.benefits.refusals import LedgerConflict, NoEntitlement
from vipclub.benefits.welcome_letter import welcome

__all__ = [
    "CATALOGUE",
    "any_benefit_of",
    "INVARIANTS",
    "LookedAt",
    "look_at_allowances",
    "Benefit",
    "BenefitRow",
    "benefits",
    "benefit_by_code",
    "load_catalogue",
    "quantities_of",
    "EntitlementAccount",
    "LedgerEntry",
    "AccountFound",
    "find_account",
    "most_left",
    "NoEntitlement",
    "LedgerConflict",
    "none_left",
    "hold",
    "release",
    "consume",
    "reverse",
    "adjust",
    "expire",
    "adjust_entitlement",
    "Adjustable",
    "adjustable",
    "member_to_adjust",
    "Entitlement",
    "entitlements_of",
    "entitlements",
    "LedgerLine",
    "ledger_of",
    "Drift",
    "drifting",
    "LEDGER_CHECK",
    "welcome",
    "grant_after_rating",
    "grant_memberships",
    "grant_next_year",
    "regrant_everyone",
    "expire_years",
    "open_years",
    "YearCost",
    "cost_of",
]
