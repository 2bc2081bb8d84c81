"""A gateway as its keeper describes it, in TOML: where it is called, with what, and how it answers
(docs/operating/sms.md)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import lru_cache
from ipaddress import ip_address
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from vipclub.core.internet_addresses import Address
from vipclub.core.outbox import DOING_SECONDS
from vipclub.core.toml_text import NotToml, parsed
from vipclub.messages.channels.sms.description import (
    GatewayUnreadable,
    check_placeholders,
    known_names,
    table_in,
    text_in,
    texts_in,
)

METHODS = ("POST", "PUT", "GET")
FORMATS = ("json", "form", "query")
LARGEST = 64 * 1024
_HEADER = re.compile(r"[A-Za-z0-9-]{1,60}")


@dataclass(frozen=True, slots=True)
class AnswerRule:
    """Where the answer has what: `id` the gateway's number of the SMS, `success` what says that it
    was taken, by one of `taken`; one of `refused` says that it never will be. Paths are dotted. A
    gateway that says it by its status alone needs none."""

    id: str = ""
    success: str = ""
    taken: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ReceiptRule:
    """How the gateway tells afterwards what came of an SMS. `secret` comes in `header`, or signs
    the body there (HMAC with SHA-256, in hexadecimal digits); without a header it is the query's
    `token`. `many` is the path of a list of receipts."""

    secret: str = field(repr=False)
    id: str
    status: str
    delivered: tuple[str, ...]
    failed: tuple[str, ...]
    header: str = ""
    signed: bool = False
    many: str = ""
    reply: str = "ok"
    within: timedelta = timedelta(minutes=5)


@dataclass(frozen=True, slots=True)
class Gateway:
    """A gateway that can be called."""

    address: Address
    method: str
    format: str
    headers: Mapping[str, str] = field(repr=False)
    fields: Mapping[str, Any] = field(repr=False)
    answer: AnswerRule
    receipt: ReceiptRule | None
    seconds: float = 10.0
    private: bool = False


def gateway_of(path: Path) -> Gateway:
    """Read once a process. Raises GatewayUnreadable."""
    try:
        return _read(path, path.stat().st_mtime_ns)
    except OSError as error:
        raise GatewayUnreadable(f"can't be read ({error.strerror})") from None


@lru_cache(maxsize=4)
def _read(path: Path, _written: int) -> Gateway:
    raw = path.read_bytes()
    if len(raw) > LARGEST:
        raise GatewayUnreadable("is too large to be a gateway's description")
    try:
        document = parsed(raw.decode("utf-8"))
    except UnicodeDecodeError:
        raise GatewayUnreadable("is not written in UTF-8") from None
    except NotToml as error:
        raise GatewayUnreadable(
            f"is not TOML: line {error.data['line']} can't be read from column"
            f" {error.data['column']} on"
        ) from None
    return gateway_from(document)


def gateway_from(document: Mapping[str, Any]) -> Gateway:
    """The gateway of a description that was read. Raises GatewayUnreadable."""
    known = ("url", "method", "format", "seconds", "private", "headers", "fields")
    known_names(document, (*known, "answer", "receipt"), "it")
    method = text_in(document, "method", "POST")
    if method not in METHODS:
        raise GatewayUnreadable(f"'method' must be one of {', '.join(METHODS)}")
    form = text_in(document, "format", "query" if method == "GET" else "json")
    if form not in FORMATS or (method == "GET") != (form == "query"):
        raise GatewayUnreadable("'format' must be json or form, and query for GET alone")
    fields = table_in(document, "fields")
    check_placeholders(fields, "'fields'")
    said = str(fields)
    if "{text}" not in said or not ("{number}" in said or "{digits}" in said):
        raise GatewayUnreadable("'fields' must hold {text}, and {number} or {digits}")
    if form != "json" and any(isinstance(one, dict | list) for one in fields.values()):
        raise GatewayUnreadable("'fields' has a table or a list, which only json can send")
    return Gateway(
        address=_address(text_in(document, "url")),
        method=method,
        format=form,
        headers=_headers(table_in(document, "headers")),
        fields=fields,
        answer=_answer(table_in(document, "answer")),
        receipt=_receipt(table_in(document, "receipt")),
        seconds=_seconds(document.get("seconds", 10)),
        private=_yes_or_no(document, "private"),
    )


def _address(url: str) -> Address:
    """https, or http on this machine."""
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError:
        parts, host, port = urlsplit(""), "", None
    if not host or not url.isascii() or parts.fragment or parts.username or parts.password:
        raise GatewayUnreadable("'url' must be an address such as https://gateway.example/send")
    if parts.scheme == "http":
        if not _this_machine(host):
            raise GatewayUnreadable("'url' must begin with https:// unless it is this machine's")
    elif parts.scheme != "https":
        raise GatewayUnreadable("'url' must begin with https://")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    usual = 443 if parts.scheme == "https" else 80
    return Address(url, parts.scheme, host, port or usual, target)


def _this_machine(host: str) -> bool:
    if host == "localhost":
        return True
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return False


def _headers(table: Mapping[str, Any]) -> dict[str, str]:
    for name in table:
        if not _HEADER.fullmatch(name):
            raise GatewayUnreadable(f"'headers' has {name!r}, which is no header")
        if not text_in(table, name).isascii():
            raise GatewayUnreadable(f"the header {name!r} holds more than ASCII")
    check_placeholders(dict(table), "'headers'")
    if any("{text}" in value for value in table.values()):
        raise GatewayUnreadable("'headers' has {text}, which only 'fields' can hold")
    return dict(table)


def _answer(table: Mapping[str, Any]) -> AnswerRule:
    known_names(table, ("id", "success", "taken", "refused"), "'answer'")
    rule = AnswerRule(
        id=text_in(table, "id") if "id" in table else "",
        success=text_in(table, "success") if "success" in table else "",
        taken=texts_in(table, "taken"),
        refused=texts_in(table, "refused"),
    )
    if bool(rule.success) != bool(rule.taken):
        raise GatewayUnreadable("'answer' must have both 'success' and 'taken', or neither")
    return rule


def _receipt(table: Mapping[str, Any]) -> ReceiptRule | None:
    if not table:
        return None
    known = ("secret", "id", "status", "delivered", "failed", "header", "signed", "many", "reply")
    known_names(table, (*known, "within_minutes"), "'receipt'")
    secret = text_in(table, "secret")
    if len(secret) < 24 or not secret.isascii():
        raise GatewayUnreadable("'receipt' needs a 'secret' of 24 characters or more")
    signed, header = _yes_or_no(table, "signed"), table.get("header", "")
    if (header or signed) and not (isinstance(header, str) and _HEADER.fullmatch(header)):
        raise GatewayUnreadable("'receipt' needs a 'header' that is one, for what signs it")
    minutes = table.get("within_minutes", 5)
    if not isinstance(minutes, int) or not 1 <= minutes <= 1440:
        raise GatewayUnreadable("'within_minutes' must be a number from 1 to 1440")
    delivered, failed = texts_in(table, "delivered"), texts_in(table, "failed")
    if not delivered:
        raise GatewayUnreadable("'receipt' must say by which words something is 'delivered'")
    return ReceiptRule(
        secret=secret,
        id=text_in(table, "id"),
        status=text_in(table, "status"),
        delivered=delivered,
        failed=failed,
        header=header,
        signed=signed,
        many=text_in(table, "many") if "many" in table else "",
        reply=text_in(table, "reply", "ok"),
        within=timedelta(minutes=minutes),
    )


def _seconds(value: object) -> float:
    most = DOING_SECONDS - 5
    if not isinstance(value, int | float) or isinstance(value, bool) or not 1 <= value <= most:
        raise GatewayUnreadable(f"'seconds' must be a number from 1 to {most}")
    return float(value)


def _yes_or_no(table: Mapping[str, Any], name: str) -> bool:
    found = table.get(name, False)
    if not isinstance(found, bool):
        raise GatewayUnreadable(f"{name!r} must be true or false")
    return found
