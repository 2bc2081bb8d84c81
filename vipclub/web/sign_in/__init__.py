"""Signing in and out, and opening one's account by invitation."""

from vipclub.web.sign_in.views import sign_in

__all__ = ["sign_in"]
