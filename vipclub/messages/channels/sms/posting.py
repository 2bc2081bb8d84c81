"""Handing an SMS over: to the gateway, or into a folder."""

from __future__ import annotations

import json
import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any, Protocol
from urllib.parse import urlencode

from vipclub.core import private_files
from vipclub.core.dialling import CallFailed, Dialer
from vipclub.core.internet_addresses import Address
from vipclub.core.private_files import private_folder, write_privately
from vipclub.messages.channels.sms.description import GatewayUnreadable, filled, looked_up
from vipclub.messages.channels.sms.gateway import Gateway, gateway_of

NEVER = frozenset({400, 404, 410, 422})
"""Answers that say something about this SMS, and not about the gateway or its key."""
DRAFT_SECONDS = 3600
TYPES = {"json": "application/json", "form": "application/x-www-form-urlencoded", "query": ""}


class Refusal(Exception):
    """The gateway will never take this SMS."""


class NotTaken(Exception):
    """The gateway didn't take it, for now; the message holds no secret."""


@dataclass(frozen=True, slots=True)
class Taken:
    """The other side has it. `id` is its number there; a receipt is to come `within`, if any."""

    id: str
    within: timedelta | None = None


class SmsPost(Protocol):
    """Takes an SMS. `send` returns when it is safe with the other side."""

    def send(self, number: str, text: str, ref: str) -> Taken:
        """Raises Refusal for good, and any other exception for "try again"."""


@dataclass(frozen=True)
class Folder:
    """Writes each SMS to a file named by its message's reference; a repetition replaces it."""

    path: Path

    def send(self, number: str, text: str, ref: str) -> Taken:
        private_folder(self.path)
        draft = self.path / f".{ref}-{secrets.token_hex(4)}"
        write_privately(draft, f"To: {number}\n\n{text}\n".encode())
        draft.replace(self.path / f"{ref}.txt")
        return Taken(ref)


def forget_drafts(folder: Path) -> int:
    """Remove what a process that was killed while it wrote has left in a `Folder`; gives how
    many."""
    return private_files.forget_drafts(folder, ".*-????????", older_than=DRAFT_SECONDS)


@dataclass(frozen=True)
class ViaGateway:
    """Calls the gateway as its description says."""

    gateway: Gateway
    dialer: Dialer = field(repr=False)

    def send(self, number: str, text: str, ref: str) -> Taken:
        gateway = self.gateway
        said = {"number": number, "digits": number.lstrip("+"), "text": text, "message": ref}
        address, body = self._asked(filled(dict(gateway.fields), said))
        headers = filled(dict(gateway.headers), said)
        if body:
            headers = {"Content-Type": TYPES[gateway.format], **headers}
        try:
            answer = self.dialer.ask(address, body, headers, method=gateway.method)
        except CallFailed as failed:
            if failed.answer in NEVER:
                raise Refusal(f"the SMS gateway refused it: {failed.answer}") from None
            raise NotTaken(f"the SMS gateway: {failed.problem} {failed.answer or ''}") from None
        return self._read(answer.body)

    def _asked(self, fields: dict[str, Any]) -> tuple[Address, bytes]:
        """Where to and with what."""
        address, form = self.gateway.address, self.gateway.format
        if form == "json":
            return address, json.dumps(fields, ensure_ascii=False).encode()
        if form == "form":
            return address, urlencode(fields).encode()
        mark = "&" if "?" in address.target else "?"
        target = f"{address.target}{mark}{urlencode(fields)}"
        return Address(address.url, address.scheme, address.host, address.port, target), b""

    def _read(self, body: bytes) -> Taken:
        rule, receipt = self.gateway.answer, self.gateway.receipt
        within = receipt.within if receipt else None
        if not rule.id and not rule.success:
            return Taken("", None)  # nothing names it, so no receipt can
        try:
            document = json.loads(body)
        except ValueError:
            raise NotTaken("the SMS gateway: its answer is no JSON") from None
        if rule.success:
            word = looked_up(document, rule.success)
            if word in rule.refused:
                raise Refusal(f"the SMS gateway refused it: {word}")
            if word not in rule.taken:
                raise NotTaken("the SMS gateway: its answer doesn't say that it was taken")
        number = (looked_up(document, rule.id) or "")[:100] if rule.id else ""
        return Taken(number, within if number else None)


@dataclass(frozen=True)
class Unusable:
    """A gateway whose description can't be read just now: what is to go by it waits, and mails go
    out all the same."""

    why: str

    def send(self, number: str, text: str, ref: str) -> Taken:
        raise NotTaken(f"the SMS gateway's description can't be used: it {self.why}")


def post_for(description: Path | None, *, folder: Path | None) -> SmsPost | None:
    """By the gateway that a file describes, else into a folder (development), else not at all."""
    if description is not None:
        try:
            gateway = gateway_of(description)
        except GatewayUnreadable as error:
            return Unusable(str(error))
        dialer = Dialer(
            loopback=gateway.address.scheme == "http",
            anywhere=gateway.private,
            seconds=gateway.seconds,
        )
        return ViaGateway(gateway, dialer)
    return Folder(folder) if folder is not None else None
