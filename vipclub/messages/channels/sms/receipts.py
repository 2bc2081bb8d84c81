"""What a gateway tells afterwards: was an SMS delivered. First whether it is really the gateway."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal
from urllib.parse import parse_qsl

from vipclub.messages.channels.sms.description import at, looked_up
from vipclub.messages.channels.sms.gateway import ReceiptRule

MOST = 500
"""Receipts in one call."""


class ReceiptRefused(Exception):
    """It is not the gateway's, or can't be read. `forged` says which."""

    def __init__(self, *, forged: bool) -> None:
        super().__init__("forged" if forged else "unreadable")
        self.forged = forged


@dataclass(frozen=True, slots=True)
class Receipt:
    """What came of an SMS, by its number at the gateway; `word` is the gateway's own."""

    id: str
    state: Literal["delivered", "failed"]
    word: str


def read_receipts(
    rule: ReceiptRule, body: bytes, headers: Mapping[str, str], token: str
) -> list[Receipt]:
    """The receipts of a call; words that mean neither (it is on its way) are left out. Raises
    ReceiptRefused."""
    if not _genuine(rule, body, headers, token):
        raise ReceiptRefused(forged=True)
    document = _document(body)
    found = at(document, rule.many) if rule.many else document
    told = found if isinstance(found, list) else [found]
    receipts = []
    for one in told[:MOST]:
        number, word = looked_up(one, rule.id), looked_up(one, rule.status)
        if number is None or word is None:
            raise ReceiptRefused(forged=False)
        if word in rule.delivered:
            receipts.append(Receipt(number[:100], "delivered", word[:40]))
        elif word in rule.failed:
            receipts.append(Receipt(number[:100], "failed", word[:40]))
    return receipts


def _genuine(rule: ReceiptRule, body: bytes, headers: Mapping[str, str], token: str) -> bool:
    given = headers.get(rule.header, "") if rule.header else token
    expected = rule.secret
    if rule.signed:
        expected = hmac.new(rule.secret.encode(), body, hashlib.sha256).hexdigest()
        given = given.removeprefix("sha256=").lower()
    return hmac.compare_digest(given.encode("utf-8", "replace"), expected.encode())


def _document(body: bytes) -> object:
    """JSON, or the fields of a form."""
    try:
        text = body.decode("utf-8")
    except UnicodeDecodeError:
        raise ReceiptRefused(forged=False) from None
    if text.lstrip()[:1] in {"{", "["}:
        try:
            return json.loads(text)
        except (ValueError, RecursionError):
            raise ReceiptRefused(forged=False) from None
    return dict(parse_qsl(text, keep_blank_values=True))
