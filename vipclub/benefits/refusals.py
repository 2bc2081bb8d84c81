"""What benefits refuse."""

from __future__ import annotations

from vipclub.core.errors import Conflict, Refused
from vipclub.core.i18n import N_


class NoEntitlement(Refused):
    """Not enough is left. `benefit` is its name, `remaining` what is left of `year`, `renews` the
    day of the next.
    """

    code = "no_entitlement"
    sentence = N_(
        "%(benefit)s: %(remaining)s left for %(year)s, which is not enough. "
        "New ones come on %(renews)s."
    )


class LedgerConflict(Conflict):
    """The account doesn't hold or hasn't used what is to be given back."""

    code = "ledger_conflict"
    sentence = N_("This was given back or used already.")


class UnlimitedBenefit(Refused):
    """An unlimited benefit has no number to change."""

    code = "unlimited_benefit"
    sentence = N_("%(benefit)s has no limit: there is nothing to change.")


class CatalogueNotAccepted(Refused):
    """A benefit catalogue has mistakes; `problems` has a sentence each."""

    code = "catalogue_not_accepted"
    sentence = N_("The catalogue of benefits can't be accepted. %(problems)s")
