"""Letters about appointments go to a real mail server."""

from __future__ import annotations

from tests.messages.mail_server import mail_server

__all__ = ["mail_server"]
