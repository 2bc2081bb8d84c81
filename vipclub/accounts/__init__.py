"""Who may come in and what they may do: accounts, the eight roles, permissions, sign-ins, tokens,
invitations.

An account is opened in `opening`, changed by the administrator in `administering`, by its owner in
`own_account` (the number by which staff are woken: `own_mobile`), listed in `directory`, for a
terminal in `register`. `signing_in` begins a sign-in, `sessions` reads and ends it, `throttle`
slows down who guesses, `resetting` replaces a forgotten password. `member_invitations`,
`staff_invitations` and `partner_staff` let people in, `tokens` other programs. `kept_searches`
keeps for an hour what somebody searched for. Who may do what is one table, `permissions`.

Decisions:
- 2026-11: one table of permissions (`permissions.GRANTS`); an account's scopes are rows. Both are
  read with each request, in one statement, so that a change of role, a disabled account or a
  sign-out counts at once.
- 2026-11: staff are signed out after 30 minutes without a request and after 12 hours in any case;
  members, who come by phone and rarely, after 30 days without one and 90 days in any case
  (`sessions.PATIENCE`).
- 2026-11: the throttle makes wait and never locks (`throttle`). Nobody can be kept out by
  strangers: who signed in from an address before isn't held up by what others try elsewhere.
- 2026-11: hashing a password takes a tenth of a second, so the door does it between two short
  transactions (`start_sign_in`, `prove`, `finish_sign_in`); `sign_in` is the three in one.
- 2026-11: a partner's people invite and shut out each other (`partner_staff`); the second proof of
  their invitation is the sign-in name, since the club knows no birth date of theirs. Only the club
  opens a shut account again.
"""

from vipclub.accounts.administering import (
    SCOPE_OF_ROLE,
    change_role,
    disable_account,
    enable_account,
    end_sign_ins,
    grant_scope,
    revoke_scope,
)
from vipclub.accounts.directory import (
    AccountPage,
    AccountRow,
    AccountView,
    account_view,
    find_accounts,
    names_of,
)
from vipclub.accounts.facts import (
    MemberAccountOpened,
    PasswordChanged,
    ResetAsked,
    StaffInvitationWritten,
    StaffRecruited,
)
from vipclub.accounts.invariants import INVARIANTS
from vipclub.accounts.kept_searches import forget_old_searches, keep_search, kept_words
from vipclub.accounts.logins import canonical_login
from vipclub.accounts.managers import Manager, managers_of
from vipclub.accounts.member_invitations import (
    InvitationAccepted,
    InvitationFailed,
    Invited,
    accept_invitation,
    invitation_still_open,
    invite,
    invite_member,
    write_invitation,
)
from vipclub.accounts.models import LANGUAGES, STATES, Account, AccountScope, Invitation
from vipclub.accounts.opening import PORTFOLIO, create_account
from vipclub.accounts.own_account import change_password, choose_language, end_proof, start_proof
from vipclub.accounts.own_mobile import (
    OwnAccountView,
    ask_own_mobile,
    mobile_of,
    own_account,
    prove_own_mobile,
    remove_own_mobile,
)
from vipclub.accounts.partner_staff import (
    StaffLoginTaken,
    StaffRow,
    disable_staff,
    invite_staff,
    partner_staff,
    renew_staff_invitation,
    staff_of_partner,
)
from vipclub.accounts.passwords import settle as settle_passwords
from vipclub.accounts.permissions import (
    GRANTS,
    HOLDERS,
    ROLES,
    STAFF,
    TOKEN_SCOPES,
    Permission,
    permissions_of,
)
from vipclub.accounts.queries import (
    AccessSummary,
    access_summary,
    accounts_by_role,
    accounts_with,
    scope_runs,
)
from vipclub.accounts.refusals import (
    AccountUnknown,
    LoginTaken,
    LoginUnreadable,
    PasswordTooWeak,
    PortfolioUnreadable,
    SearchEnded,
    TooManyTries,
    WrongPassword,
)
from vipclub.accounts.register import RegisteredAccount, account_meant, read_register
from vipclub.accounts.resetting import (
    PasswordWasReset,
    ResetFailed,
    ResetNoted,
    ResetTooSoon,
    ask_reset,
    forget_old_resets,
    reset_password,
    reset_still_open,
)
from vipclub.accounts.sealed_columns import ENDING, SEALED
from vipclub.accounts.sessions import (
    SignIn,
    SignInRow,
    end_other_sign_ins,
    end_sign_in,
    end_sign_ins_of_merged,
    own_sign_ins,
    sign_in_of_session,
    sign_in_statement,
    sign_out,
    stamp_session,
    token_hash,
)
from vipclub.accounts.signing_in import (
    Challenge,
    Proof,
    SignedIn,
    SignInFailed,
    finish_sign_in,
    forget_old_attempts,
    prove,
    sign_in,
    start_sign_in,
)
from vipclub.accounts.staff_invitations import (
    StaffInvited,
    accept_staff_invitation,
    recruit,
    renew_invitation,
    roles_to_fill,
    staff_invitation_still_open,
)
from vipclub.accounts.steps import ACCOUNT_STEPS
from vipclub.accounts.tokens import (
    Bearer,
    TokenRow,
    bearer_of_token,
    create_token,
    list_tokens,
    revoke_token,
    stamp_token,
)

__all__ = [
    "AccountScope",
    "ENDING",
    "SEALED",
    "INVARIANTS",
    "ACCOUNT_STEPS",
    "Account",
    "LANGUAGES",
    "STATES",
    "Invitation",
    "GRANTS",
    "HOLDERS",
    "ROLES",
    "STAFF",
    "TOKEN_SCOPES",
    "Permission",
    "permissions_of",
    "create_account",
    "change_role",
    "change_password",
    "choose_language",
    "OwnAccountView",
    "own_account",
    "ask_own_mobile",
    "prove_own_mobile",
    "remove_own_mobile",
    "mobile_of",
    "disable_account",
    "enable_account",
    "end_sign_ins_of_merged",
    "grant_scope",
    "revoke_scope",
    "scope_runs",
    "Manager",
    "canonical_login",
    "managers_of",
    "settle_passwords",
    "keep_search",
    "kept_words",
    "forget_old_searches",
    "SearchEnded",
    "sign_in",
    "sign_out",
    "start_sign_in",
    "prove",
    "finish_sign_in",
    "forget_old_attempts",
    "Challenge",
    "Proof",
    "SignedIn",
    "SignInFailed",
    "SignIn",
    "sign_in_of_session",
    "sign_in_statement",
    "stamp_session",
    "token_hash",
    "create_token",
    "list_tokens",
    "revoke_token",
    "Bearer",
    "bearer_of_token",
    "stamp_token",
    "TokenRow",
    "invite",
    "invite_member",
    "write_invitation",
    "Invited",
    "invitation_still_open",
    "MemberAccountOpened",
    "accept_invitation",
    "InvitationAccepted",
    "InvitationFailed",
    "partner_staff",
    "staff_of_partner",
    "invite_staff",
    "renew_staff_invitation",
    "disable_staff",
    "accept_staff_invitation",
    "StaffInvited",
    "StaffLoginTaken",
    "StaffInvitationWritten",
    "StaffRecruited",
    "StaffRow",
    "AccountRow",
    "AccessSummary",
    "access_summary",
    "accounts_by_role",
    "accounts_with",
    "AccountPage",
    "AccountView",
    "account_view",
    "find_accounts",
    "names_of",
    "RegisteredAccount",
    "read_register",
    "account_meant",
    "AccountUnknown",
    "LoginUnreadable",
    "end_sign_ins",
    "recruit",
    "roles_to_fill",
    "renew_invitation",
    "staff_invitation_still_open",
    "SCOPE_OF_ROLE",
    "PORTFOLIO",
    "PortfolioUnreadable",
    "SignInRow",
    "own_sign_ins",
    "PasswordTooWeak",
    "WrongPassword",
    "end_sign_in",
    "end_other_sign_ins",
    "start_proof",
    "end_proof",
    "TooManyTries",
    "LoginTaken",
    "ask_reset",
    "reset_password",
    "reset_still_open",
    "forget_old_resets",
    "ResetNoted",
    "ResetTooSoon",
    "PasswordWasReset",
    "ResetFailed",
    "ResetAsked",
    "PasswordChanged",
]
