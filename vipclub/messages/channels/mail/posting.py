"""Handing a mail over: to an SMTP server, or into a folder."""

from __future__ import annotations

import contextlib
import secrets
import smtplib
import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from typing import Protocol
from urllib.parse import parse_qs, unquote, urlsplit

from vipclub.core import private_files
from vipclub.core.outbox import DOING_SECONDS
from vipclub.core.private_files import private_folder, write_privately

TOTAL_SECONDS = DOING_SECONDS - 5
"""For one mail with all its commands, so that a slow server can't outlast the claim's lease."""
STEP_SECONDS = 10
DRAFT_SECONDS = 3600


class Refusal(Exception):
    """The server will never take this mail (a 5xx answer to its recipient or its content)."""


class Post(Protocol):
    """Takes mails. `send` returns when the mail is safe with the other side."""

    @property
    def sender(self) -> str:
        """The club's own address."""

    def send(self, mail: EmailMessage) -> None:
        """Raises Refusal for good, and any other exception for "try again"."""


@dataclass(frozen=True)
class Folder:
    """Writes each mail to a file named by its Message-ID; a repetition replaces it."""

    path: Path
    sender: str

    def send(self, mail: EmailMessage) -> None:
        private_folder(self.path)
        name = str(mail["Message-ID"]).strip("<>").partition("@")[0]
        draft = self.path / f".{name}-{secrets.token_hex(4)}"
        write_privately(draft, mail.as_bytes())
        draft.replace(self.path / f"{name}.eml")


def forget_drafts(folder: Path) -> int:
    """Remove what a process that was killed while it wrote has left in a `Folder`; gives how
    many."""
    return private_files.forget_drafts(folder, ".*-????????", older_than=DRAFT_SECONDS)


@dataclass(frozen=True)
class Smtp:
    """A server by SMTP: TLS from the start (`smtps`), or by STARTTLS where asked for or offered.

    A password is never sent over a plain connection, unless to this machine itself.
    """

    host: str
    port: int
    sender: str
    user: str = ""
    password: str = field(default="", repr=False)
    tls: bool = False
    starttls: bool | None = None
    total_seconds: float = TOTAL_SECONDS

    def call(self) -> str:
        """Connect, secure, sign in, say goodbye. Gives how the line was secured."""
        with self._connected() as server:
            code, words = server.noop()
            if code != 250:
                raise ConnectionError(f"{code} {words!r}")
            sock = server.sock
            secured = sock.version() if isinstance(sock, ssl.SSLSocket) else None
        return secured or "in the clear"

    def send(self, mail: EmailMessage) -> None:
        with self._connected() as server:
            try:
                server.send_message(mail)
            except smtplib.SMTPRecipientsRefused as refused:
                codes = [code for code, _ in refused.recipients.values()]
                if all(500 <= code < 600 for code in codes):
                    raise Refusal(f"recipient refused: {codes[0]}") from None
                raise ConnectionError(f"recipient put off: {codes[0]}") from None
            except smtplib.SMTPDataError as error:
                if 500 <= error.smtp_code < 600:
                    raise Refusal(f"content refused: {error.smtp_code}") from None
                raise ConnectionError(f"content put off: {error.smtp_code}") from None
            except smtplib.SMTPNotSupportedError:
                raise Refusal("the server can't take an international address") from None

    @contextlib.contextmanager
    def _connected(self) -> Iterator[smtplib.SMTP]:
        context = ssl.create_default_context()
        if self.tls:
            server: smtplib.SMTP = smtplib.SMTP_SSL(timeout=STEP_SECONDS, context=context)
        else:
            server = smtplib.SMTP(timeout=STEP_SECONDS)
        server._host = self.host  # type: ignore[attr-defined]  # the name that TLS is checked by
        watchdog = threading.Timer(self.total_seconds, _cut, args=(server,))
        watchdog.daemon = True
        watchdog.start()
        try:
            server.connect(self.host, self.port)
            server.ehlo_or_helo_if_needed()
            self._secure(server, context)
            if self.user:
                server.login(self.user, self.password)
            yield server
            # It is taken; how the server says goodbye changes nothing.
            with contextlib.suppress(smtplib.SMTPException, OSError):
                server.quit()
        finally:
            watchdog.cancel()
            server.close()

    def _secure(self, server: smtplib.SMTP, context: ssl.SSLContext) -> None:
        if self.tls:
            return
        if self.starttls or (self.starttls is None and server.has_extn("starttls")):
            server.starttls(context=context)
        elif self.user and self.host not in {"127.0.0.1", "::1", "localhost"}:
            raise ConnectionError("the mail server offers no TLS; the password was not sent")


def _cut(server: smtplib.SMTP) -> None:
    """Shut the socket, so that whoever waits on it is woken with an error."""
    sock = server.sock
    if sock is not None:
        with contextlib.suppress(OSError):
            sock.shutdown(2)


def post_for(mail_url: str, *, folder: Path, host: str) -> Post:
    """The post for VIPCLUB_MAIL_URL; empty means files in `folder`.

    `smtp://user:password@host:25?starttls=1&from=club@example.org`, or `smtps://` (port 465).
    `starttls` is 1 (insist), 0 (never), or left out (where offered). `host` is the club's own
    name, for the sender's address where none is given. Raises ValueError.
    """
    domain = host if "." in host and not host.replace(".", "").isdigit() else "vipclub.example"
    sender = f"no-reply@{domain}"
    if not mail_url:
        return Folder(folder, sender)
    parts = urlsplit(mail_url)
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname:
        raise ValueError("VIPCLUB_MAIL_URL must be smtp://host or smtps://host")
    asked = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    tls = parts.scheme == "smtps"
    starttls = asked.get("starttls")
    return Smtp(
        host=parts.hostname,
        port=parts.port or (465 if tls else 25),
        sender=asked.get("from", sender),
        user=unquote(parts.username or ""),
        password=unquote(parts.password or ""),
        tls=tls,
        starttls=None if starttls is None else starttls not in {"0", "no", "false"},
    )
