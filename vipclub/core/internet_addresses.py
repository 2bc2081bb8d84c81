"""Addresses of the internet: where one leads, and whether the number behind a name is on the public
internet, asked each time it is called, because a name may point elsewhere by then."""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv4Address, IPv6Address, ip_address, ip_network

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
