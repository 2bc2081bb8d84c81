"""Calling the mail server without a mail: is it there, is its certificate good, are we let in."""

from __future__ import annotations

import smtplib
import ssl
from dataclasses import replace
from pathlib import Path

from vipclub.messages.channels.mail.posting import Smtp, post_for

CALL_SECONDS = 15


class MailServerAway(Exception):
    """It can't be used; the message is one sentence that names it, without the password."""


def call_mail_server(mail_url: str, *, folder: Path, host: str) -> str:
    """How the server of VIPCLUB_MAIL_URL answered, in one sentence. Raises MailServerAway."""
    post = post_for(mail_url, folder=folder, host=host)
    if not isinstance(post, Smtp):
        raise MailServerAway("VIPCLUB_MAIL_URL names no server.")
    place = f"The mail server {post.host}:{post.port}"
    try:
        secured = replace(post, total_seconds=CALL_SECONDS).call()
    except ssl.SSLCertVerificationError as error:
        raise MailServerAway(
            f"{place} has no good certificate: {error.verify_message.rstrip('.')}."
        ) from None
    except smtplib.SMTPNotSupportedError as error:
        raise MailServerAway(
            f"{place} lacks what is asked for: {str(error).rstrip('.')}."
        ) from None
    except smtplib.SMTPAuthenticationError as error:
        raise MailServerAway(f"{place} doesn't let {post.user} in: {error.smtp_code}.") from None
    except (OSError, smtplib.SMTPException) as error:
        words = (str(error) or type(error).__name__).splitlines()[0].rstrip(".")
        raise MailServerAway(f"{place} can't be reached: {words}.") from None
    return f"{place} answers, {secured}; letters come from {post.sender}."
