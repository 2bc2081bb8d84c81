"""Which addresses may be called: an endpoint's address is written by a stranger and points at what
he likes, the club's own insides included.

Two looks: at the text when it is written down, and at the number behind the name each time it is
called (`may_be_called`), because a name may point elsewhere by then.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from vipclub.core.internet_addresses import Address, may_be_called
from vipclub.partners.webhooks.refusals import AddressNotAccepted

PORTS = (443, 8443)
LONGEST = 500
_SHAPE = re.compile(r"[\x21-\x7e]+")
_NOT_PUBLIC = frozenset({"localhost", "local", "internal", "arpa", "onion", "test"})
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")


def address_of(text: str, *, loopback: bool = False) -> Address:
    """Parse an endpoint's address. With `loopback`, in development only, http to this host itself
    is accepted on any port. Raises AddressNotAccepted.

    >>> address_of("https://Partner.Example/club?a=1").target
    '/club?a=1'
    """
    text = text.strip()
    if len(text) > LONGEST or not _SHAPE.fullmatch(text) or "\\" in text:
        raise AddressNotAccepted(rule="shape")
    try:
        parts = urlsplit(text)
        port = parts.port
        host = (parts.hostname or "").lower().rstrip(".")
    except ValueError:
        raise AddressNotAccepted(rule="shape") from None
    if not host or parts.fragment or "#" in text:
        raise AddressNotAccepted(rule="shape")
    if parts.username is not None or parts.password is not None:
        raise AddressNotAccepted(rule="user")
    target = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
    if loopback and parts.scheme == "http" and _names_this_host(host):
        return Address(text, "http", host, port or 80, target)
    if parts.scheme != "https":
        raise AddressNotAccepted(rule="https" if parts.scheme == "http" else "shape")
    if not _is_public_name(host):
        raise AddressNotAccepted(rule="host")
    if (port if port is not None else 443) not in PORTS:
        raise AddressNotAccepted(rule="port", ports=PORTS)
    return Address(text, "https", host, port or 443, target)


def _names_this_host(host: str) -> bool:
    return host == "localhost" or may_be_called(host, loopback=True)


def _is_public_name(host: str) -> bool:
    """A name with a dot whose last part is no number: `127.1`, `0x7f.1` and bare names are out."""
    labels = host.split(".")
    if len(host) > 253 or len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)):
        return False
    last = labels[-1]
    return not last[0].isdigit() and last not in _NOT_PUBLIC
