"""SMS: by one HTTP gateway that is described as data, or as files to look at in development.

- `segments`: how many parts a text is sent in.
- `gateway`, `description`: the gateway's TOML, read and checked.
- `posting`: handing an SMS over, to the gateway or into a folder.
- `receipts`: what the gateway tells afterwards, and whether it is really the gateway.

Decisions (2026-11):
- Gateways differ in words, not in kind (docs/decisions.md 65): address, method, fields and where
  the answer has what are data. One that signs each request by a rule of its own can't be described.
- What is called is the keeper's own choice, so its number may lie in a private network; all else is
  as with strangers: TLS but on this machine, nothing followed, time and bytes bounded.
- A text says that something is there and where to sign in, never what was said.
"""

from __future__ import annotations

from vipclub.messages.channels.sms.description import GatewayUnreadable
from vipclub.messages.channels.sms.gateway import Gateway, gateway_of
from vipclub.messages.channels.sms.posting import (
    Folder,
    Refusal,
    SmsPost,
    Taken,
    ViaGateway,
    forget_drafts,
    post_for,
)
from vipclub.messages.channels.sms.receipts import Receipt, ReceiptRefused, read_receipts
from vipclub.messages.channels.sms.segments import segments

__all__ = [
    "Folder",
    "Gateway",
    "GatewayUnreadable",
    "Receipt",
    "ReceiptRefused",
    "Refusal",
    "SmsPost",
    "Taken",
    "ViaGateway",
    "forget_drafts",
    "gateway_of",
    "post_for",
    "read_receipts",
    "segments",
]
