"""What is sealed of accounts and of what was searched, and the blind indexes of sign-in names that
were tried."""

from __future__ import annotations

from datetime import timedelta

from vipclub.accounts.models import Account, KeptSearch, PasswordReset, SignInAttempt
from vipclub.core import clock
from vipclub.core.sealed_columns import BlindIndex, EndingIndex, SealedField, SealedTable

SEALED = (
    SealedTable(
        model=Account,
        row_name=Account.public_ref,
        fields=(
            SealedField("login", "account.login", BlindIndex("login_index", "login")),
            SealedField("mobile", "account.mobile"),
        ),
    ),
    SealedTable(
        model=KeptSearch,
        row_name=KeptSearch.key,
        fields=(SealedField("words", "kept_search.words"),),
    ),
)

LOOKED_BACK = timedelta(hours=1)
"""The longest that a brake looks back at what was tried."""

ENDING = (
    EndingIndex(SignInAttempt, "login_index", lambda: SignInAttempt.at > clock.now() - LOOKED_BACK),
    EndingIndex(
        PasswordReset, "login_index", lambda: PasswordReset.created_at > clock.now() - LOOKED_BACK
    ),
)
