"""How accounts say no."""

from __future__ import annotations

from vipclub.core.errors import Conflict, NotFound, Refused
from vipclub.core.i18n import N_


class LoginTaken(Conflict):
    code = "login_taken"
    sentence = N_("This sign-in name is already in use.")


class SearchEnded(NotFound):
    """The words of a search are no longer kept, or are another sign-in's."""

    code = "search_ended"
    sentence = N_("This search is no longer kept. Please search again.")


class LoginUnreadable(Refused):
    code = "login_unreadable"
    sentence = N_("A sign-in name is an e-mail address or a phone number with its country code.")


class PasswordTooWeak(Refused):
    code = "password_too_weak"
    sentence = N_(
        "Please choose a password of %(least)s characters or more that is not easily guessed."
    )


class WrongPassword(Refused):
    code = "wrong_password"
    status = 403
    sentence = N_("The present password is not right.")


class TooManyTries(Refused):
    """The present password was wrong too often; `minutes` until the next try."""

    code = "too_many"
    status = 429
    sentence = N_("Too many attempts. The next one is possible in %(minutes)s min.")


class OwnAccount(Refused):
    code = "own_account"
    status = 403
    sentence = N_("Nobody can change the rights of their own account.")


class StaffOfSeveral(Refused):
    """Somebody who works for other partners too."""

    code = "staff_of_several"
    status = 403
    sentence = N_("This person works for other partners too. Please ask the club's service desk.")


class TooManyInvitations(Refused):
    """So many (`most`) were written within a day."""

    code = "too_many_invitations"
    status = 429
    sentence = N_("%(most)s people a day can be invited. Please go on tomorrow.")


class RoleUnfit(Refused):
    """Members and staff are different people's accounts, even where it is one human being."""

    code = "role_unfit"
    sentence = N_("A member's account stays a member's; staff have accounts of their own.")


class ScopeUnfit(Refused):
    """A scope that the role has no use for."""

    code = "scope_unfit"
    sentence = N_("This doesn't go with the role of the account.")


class PortfolioUnreadable(Refused):
    """No relationship manager has this: a typing error."""

    code = "portfolio_unreadable"
    sentence = N_("A portfolio is a group company and a number, such as LIFE/0042.")


class AccountUnknown(NotFound):
    """Whoever keeps the accounts typed what none of them has."""

    code = "account_unknown"
    sentence = N_("No account has this reference or sign-in name.")


class HasAccount(Conflict):
    """An account is never opened twice."""

    code = "has_account"
    sentence = N_("This member has an account already.")
