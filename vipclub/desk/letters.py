"""The letters of the desk: about callbacks, and about referrals."""

from __future__ import annotations

from vipclub.desk.callbacks.letters import LETTERS as CALLBACK_LETTERS
from vipclub.desk.referral_letters import REFERRAL_LETTERS

LETTERS = (*CALLBACK_LETTERS, *REFERRAL_LETTERS)
