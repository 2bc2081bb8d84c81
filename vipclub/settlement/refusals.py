"""What the settlement refuses."""

from __future__ import annotations

from vipclub.core.errors import Conflict, Refused
from vipclub.core.i18n import N_


class StatementIssued(Conflict):
    """The month is closed: its lines never change. `statement` is its reference."""

    code = "statement_issued"
    sentence = N_(
        "Statement %(statement)s is issued and never changes. "
        "Operations can correct it by a new line."
    )


class MonthNotOver(Refused):
    """A statement is for a whole month; `last` is its last day."""

    code = "month_not_over"
    sentence = N_("This month can be issued after %(last)s.")


class EarlierMonthOpen(Conflict):
    """Months are issued in their order; `month` is the first day of the one that is open."""

    code = "earlier_month_open"
    sentence = N_("An earlier month is still open. Please issue the one of %(month)s first.")


class PricesMissing(Conflict):
    """So many lines (`count`) have no price on record."""

    code = "prices_missing"
    sentence = N_("Lines without a price on record: %(count)s. Please record the prices first.")


class NothingToSettle(Refused):
    """The month has no open line."""

    code = "nothing_to_settle"
    sentence = N_("There is nothing to settle for this month.")


class PriceKnown(Conflict):
    """A price from that day on is on record already: a new one begins on another day."""

    code = "price_known"
    sentence = N_("A price from %(from_day)s on is on record. A new price begins on another day.")


class PriceCounted(Conflict):
    """On that day, which is over, a price was in force: its visits were charged with it."""

    code = "price_counted"
    sentence = N_(
        "On %(from_day)s a price was in force, and visits were charged with it. "
        "A new price begins today or later."
    )


class PriceNotAccepted(Refused):
    """A negative amount, a share that is none, or no currency."""

    code = "price_not_accepted"
    sentence = N_(
        "A price is an amount that is not negative, its currency, "
        "and shares between 0 and 100 per cent."
    )
