"""Signing in and out, opening one's account by invitation, a new password for a forgotten one."""

from vipclub.web.sign_in import joining, resetting
from vipclub.web.sign_in.views import sign_in

__all__ = ["sign_in", "joining", "resetting"]
