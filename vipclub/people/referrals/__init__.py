"""Referrals: somebody is handed on to a company of the group, with consent (docs/decisions.md 63).
`making` asks for the consent and makes them, `answering` is the company's side, `ending` ends what
nobody answers, `queries` lists them."""

from vipclub.people.referrals.answering import accept_referral, finish_referral
from vipclub.people.referrals.ending import end_referrals
from vipclub.people.referrals.making import ASKED, make_referral, withdraw_referral
from vipclub.people.referrals.models import SUBJECTS, Referral
from vipclub.people.referrals.queries import (
    ReferralView,
    record_referrals_view,
    referrals,
    referrals_of,
)
from vipclub.people.referrals.refusals import ReferralConsentMissing, ReferralOpen
from vipclub.people.referrals.sealed_columns import SEALED
from vipclub.people.referrals.steps import REFERRAL_STEPS

__all__ = [
    "ASKED",
    "REFERRAL_STEPS",
    "Referral",
    "ReferralConsentMissing",
    "ReferralOpen",
    "ReferralView",
    "SEALED",
    "SUBJECTS",
    "accept_referral",
    "end_referrals",
    "finish_referral",
    "make_referral",
    "record_referrals_view",
    "referrals",
    "referrals_of",
    "withdraw_referral",
]
