"""Signing in and out, opening one's account by invitation, a new password for a forgotten one; and
a partner's answer by the link of a letter."""

from vipclub.web.sign_in import (
    member_invitation,
    partner_request,
    password_reset,
    sign_in_page,
    sign_out,
    staff_invitation,
)
from vipclub.web.sign_in.door import sign_in

__all__ = [
    "sign_in",
    "sign_in_page",
    "sign_out",
    "member_invitation",
    "staff_invitation",
    "password_reset",
    "partner_request",
]
