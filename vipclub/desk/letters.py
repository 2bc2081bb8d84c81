"""The letters of the desk: about callbacks, referrals, and accesses in an emergency."""

from __future__ import annotations

from vipclub.desk.access_letters import ACCESS_LETTERS
from vipclub.desk.callbacks.letters import LETTERS as CALLBACK_LETTERS
from vipclub.desk.referral_letters import REFERRAL_LETTERS

LETTERS = (*CALLBACK_LETTERS, *REFERRAL_LETTERS, *ACCESS_LETTERS)
