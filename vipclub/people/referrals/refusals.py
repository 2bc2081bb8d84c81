"""Why nobody is referred."""

from __future__ import annotations

from vipclub.core.errors import Conflict, Refused
from vipclub.core.i18n import N_


class ReferralConsentMissing(Refused):
    """The person doesn't agree to sharing in the group, and wasn't asked now."""

    code = "referral_consent_missing"
    sentence = N_(
        "Without the person's consent to sharing within the group nobody can be referred."
    )


class ReferralOpen(Conflict):
    """The company has an open referral of this person about this already."""

    code = "referral_open"
    sentence = N_("This company has an open referral about this already.")
