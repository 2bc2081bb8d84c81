"""What partners are paid: a line for each chargeable appointment, at the contract's price on that
day, and a statement a month that never changes once it is issued.

Lines come of what happens to appointments, in the same transaction; nobody enters them. Each is
what the club owes the partner: the member gives a unit of a benefit and no money, and no line says
which of the group's companies bears it.

`charging` makes the lines and reverses them, at the worth that `amounts` gives them under a price
of `pricing`; `issuing` closes a month, `month_end` shows operations what is left to issue or to
price, `queries` shows partners their lines, `agreed_terms` all that is settled with each partner.

Decisions:
- 2026-11: the contract says what a missed visit and a late cancellation are worth, in percent of
  the visit's price; nothing is the default (`set_price`).
- 2026-11: a line without a price on record is kept without an amount, is shown to operations, and
  keeps its month from being issued: never lost, never zero in silence. Its amount is filled once.
- 2026-11: a visit that is completed after its month was issued is a line of the running month.
- 2026-11: months are issued in their order, so that a statement has all that is open until then.
- 2026-11: a statement keeps no totals of its own: they are the sum of its lines, which never change
  either.
"""

from vipclub.settlement.agreed_terms import (
    OfferingTerms,
    PartnerTerms,
    PriceFrom,
    SiteTerms,
    partner_terms,
)
from vipclub.settlement.amounts import Price, amount_of
from vipclub.settlement.charging import (
    charge_late_cancellation,
    charge_missed,
    charge_visit,
    reverse_mistaken,
    reverse_undone,
)
from vipclub.settlement.first_rows import any_price_missing
from vipclub.settlement.invariants import INVARIANTS
from vipclub.settlement.issuing import Issued, issue_statement
from vipclub.settlement.models import ContractPrice, SettlementLine, SettlementStatement
from vipclub.settlement.month_end import (
    IssuedStatement,
    OpenMonth,
    PriceMissing,
    open_months,
    prices_missing,
    statements,
)
from vipclub.settlement.pricing import refuse_counted, set_price
from vipclub.settlement.queries import (
    LineRow,
    MonthOfLines,
    StatementRow,
    months_of,
    settlement_of,
    total_of_month,
)
from vipclub.settlement.refusals import (
    EarlierMonthOpen,
    MonthNotOver,
    NothingToSettle,
    PriceCounted,
    PriceKnown,
    PriceNotAccepted,
    PricesMissing,
    StatementIssued,
)

__all__ = [
    "any_price_missing",
    "INVARIANTS",
    "ContractPrice",
    "SettlementLine",
    "SettlementStatement",
    "Price",
    "amount_of",
    "refuse_counted",
    "set_price",
    "PartnerTerms",
    "SiteTerms",
    "OfferingTerms",
    "PriceFrom",
    "partner_terms",
    "charge_visit",
    "charge_missed",
    "charge_late_cancellation",
    "reverse_undone",
    "reverse_mistaken",
    "issue_statement",
    "Issued",
    "LineRow",
    "StatementRow",
    "MonthOfLines",
    "OpenMonth",
    "settlement_of",
    "months_of",
    "open_months",
    "prices_missing",
    "PriceMissing",
    "statements",
    "IssuedStatement",
    "total_of_month",
    "StatementIssued",
    "MonthNotOver",
    "EarlierMonthOpen",
    "PricesMissing",
    "NothingToSettle",
    "PriceCounted",
    "PriceKnown",
    "PriceNotAccepted",
]
