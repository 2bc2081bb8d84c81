"""A message as a mail: headers, text, HTML, calendar."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from email.errors import HeaderParseError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]+")


@dataclass(frozen=True, slots=True)
class MailContent:
    """What a mail says. `calendar` is (METHOD, iCalendar bytes)."""

    subject: str
    text: str
    html: str
    language: str
    calendar: tuple[str, bytes] | None = None


def one_line(text: str) -> str:
    """Without line breaks, control and direction characters: fit for a header.

    What looks like an encoded word (RFC 2047) is broken up: `EmailMessage` would decode it, and
    the line breaks in it would begin headers of their own.

    >>> one_line("Chan\\r\\nBcc: all@example.org")
    'Chan Bcc: all@example.org'
    """
    return re.sub(r"\s+", " ", _CONTROL.sub(" ", text)).replace("=?", "= ?").strip()


def usable_address(text: str) -> str | None:
    """The address when it is exactly one plain mailbox, else None."""
    text = text.strip()
    if not text or len(text) > 254 or _CONTROL.search(text) or re.search(r"[\s,;<>]", text):
        return None
    try:
        address = Address(addr_spec=text)
    except (ValueError, IndexError, HeaderParseError):
        return None
    return text if address.username and "." in address.domain else None


def build(
    content: MailContent,
    *,
    to_name: str,
    to_address: str,
    from_name: str,
    from_address: str,
    message_ref: str,
    at: datetime,
) -> EmailMessage:
    """A mail of content, headers and a stable Message-ID. Raises ValueError for an address that
    `usable_address` would not pass."""
    if usable_address(to_address) is None:
        raise ValueError("no usable address")
    mail = EmailMessage(policy=SMTP)
    domain = from_address.rsplit("@", 1)[1]
    mail["From"] = Address(one_line(from_name), addr_spec=from_address)
    mail["To"] = Address(one_line(to_name)[:80], addr_spec=to_address)
    mail["Subject"] = one_line(content.subject)
    mail["Date"] = format_datetime(at)
    mail["Message-ID"] = f"<{message_ref}@{domain}>"
    mail["Auto-Submitted"] = "auto-generated"
    mail["X-Auto-Response-Suppress"] = "All"
    mail.set_content(content.text, cte="base64")
    mail.add_alternative(content.html, subtype="html", cte="base64")
    if content.calendar is not None:
        method, calendar = content.calendar
        mail.add_alternative(
            calendar.decode(), subtype="calendar", params={"method": method}, cte="base64"
        )
        mail.add_attachment(
            calendar, maintype="application", subtype="ics", filename="appointment.ics"
        )
    mail["Content-Language"] = content.language  # last: making parts moves Content-* into them
    return mail
