"""Which addresses may be called: an endpoint's address is written by a stranger and points at what
he likes, the club's own insides included.

Two looks: at the text when it is written down, and at the number behind the name each time it is
called (`may_be_called`), because a name may point elsewhere by then.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network
from urllib.parse import urlsplit

from vipclub.partners.webhooks.refusals import AddressNotAccepted

PORTS = (443, 8443)
LONGEST = 500
_SHAPE = re.compile(r"[\x21-\x7e]+")
_NOT_PUBLIC = frozenset({"localhost", "local", "internal", "arpa", "onion", "test"})
_LABEL = re.compile(r"(?!-)[a-z0-9-]{1,63}(?<!-)")
_UNICAST = ip_network("2000::/3")
_NOT_OURS = tuple(
    ip_network(text)
    for text in (
        "100.64.0.0/10",  # carriers' own, and the metadata service 100.100.100.200
        "168.63.129.16/32",  # metadata services on public numbers
        "192.0.0.0/24",
        "192.88.99.0/24",
        "2001::/23",
        "2002::/16",  # wraps any IPv4 number
    )
)


@dataclass(frozen=True, slots=True)
class Address:
    """A parsed address: where to connect, what to ask for."""

    url: str
    scheme: str
    host: str
    port: int
    target: str

    @property
    def authority(self) -> str:
        """As the Host header says it."""
        usual = {"https": 443, "http": 80}[self.scheme]
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == usual else f"{host}:{self.port}"


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


def may_be_called(number: str, *, loopback: bool = False) -> bool:
    """Whether an IP number is on the public internet; with `loopback`, whether it is this host.

    >>> [may_be_called(n) for n in ("93.184.215.14", "10.0.0.1", "::ffff:169.254.169.254")]
    [True, False, False]
    """
    try:
        found = _unwrapped(number)
    except ValueError:
        return False
    if loopback:
        return found.is_loopback
    if any(found in network for network in _NOT_OURS if network.version == found.version):
        return False
    if found.version == 6 and found not in _UNICAST:
        return False
    return found.is_global and not (found.is_multicast or found.is_reserved)


def _unwrapped(number: str) -> IPv4Address | IPv6Address:
    """An IPv4 number that is written as an IPv6 one is the IPv4 number."""
    found = ip_address(number.split("%")[0])
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped
    return found


def _names_this_host(host: str) -> bool:
    return host == "localhost" or may_be_called(host, loopback=True)


def _is_public_name(host: str) -> bool:
    """A name with a dot whose last part is no number: `127.1`, `0x7f.1` and bare names are out."""
    labels = host.split(".")
    if len(host) > 253 or len(labels) < 2 or not all(map(_LABEL.fullmatch, labels)):
        return False
    last = labels[-1]
    return not last[0].isdigit() and last not in _NOT_PUBLIC
