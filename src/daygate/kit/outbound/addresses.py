"""Which addresses may be connected to: the table of refused networks and the judge that reads it.

`ipaddress.is_global` is no substitute: Python 3.11 calls ::127.0.0.1, 64:ff9b::7f00:1,
2002:7f00:1::, fec0::1 and ff02::1 global.
"""

import ipaddress
from collections.abc import Iterable
from dataclasses import dataclass
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

# IANA special-purpose registries (RFC 6890 and its updates) unless a line says otherwise.
_REFUSED_V4 = (
    "0.0.0.0/8",
    "10.0.0.0/8",
    "100.64.0.0/10",
    "127.0.0.0/8",
    "168.63.129.16/32",  # Azure's wire server, a public address with instance secrets behind it
    "169.254.0.0/16",
    "172.16.0.0/12",
    "192.0.0.0/24",  # holds 192.0.0.192, Oracle Cloud's metadata
    "192.0.2.0/24",
    "192.31.196.0/24",
    "192.52.193.0/24",
    "192.88.99.0/24",
    "192.168.0.0/16",
    "192.175.48.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "224.0.0.0/4",
    "240.0.0.0/4",
)
_REFUSED_V6 = (
    "::/96",  # unspecified, loopback and the IPv4-compatible form (RFC 4291 section 2.5.5.1)
    "64:ff9b:1::/48",
    "100::/64",
    "2001::/23",  # holds Teredo and ORCHID
    "2001:db8::/32",
    "2002::/16",  # 6to4 carries any IPv4 address inside
    "2620:4f:8000::/48",
    "3fff::/20",
    "5f00::/16",
    "fc00::/7",
    "fe80::/10",
    "fec0::/10",
    "ff00::/8",
)
REFUSED: tuple[Network, ...] = tuple(
    ipaddress.ip_network(text) for text in (*_REFUSED_V4, *_REFUSED_V6)
)
# RFC 6052 section 2.1: the last 32 bits are the IPv4 address the translator will dial.
_NAT64 = IPv6Network("64:ff9b::/96")
_ZONED = "fe80::/10 (zone id)"
_UNREADABLE = "unreadable addresses"
OWN_HOST = "this host's own addresses"


@dataclass(frozen=True, slots=True)
class AddressJudge:
    """Refuses inside addresses, except the networks the operator allowed."""

    allow: tuple[Network, ...] = ()

    @classmethod
    def allowing(cls, networks: Iterable[Network | str]) -> "AddressJudge":
        """Build a judge from networks or their CIDR spelling."""
        return cls(tuple(ipaddress.ip_network(network) for network in networks))

    def refusal(self, text: str) -> str | None:
        """Name the network that forbids this address, or None when it may be reached."""
        if "%" in text:
            return _ZONED
        address = _plain(text)
        if address is None:
            return _UNREADABLE
        if self._allowed(address):
            return None
        return _refusing(address)

    def refusal_of_peer(self, peer: str, own: str) -> str | None:
        """Judge a connection that stands; equal ends mean that this very host was dialled."""
        network = self.refusal(peer)
        if network is None and _plain(peer) == _plain(own) and not self.allows(peer):
            return OWN_HOST
        return network

    def allows(self, text: str) -> bool:
        """Whether the operator named the network of this address."""
        address = _plain(text)
        return address is not None and self._allowed(address)

    def _allowed(self, address: Address) -> bool:
        return any(address in network for network in self.allow)


def is_loopback(text: str) -> bool:
    """Whether the text is a loopback address in any of its forms."""
    address = _plain(text)
    return address is not None and address.is_loopback


def _plain(text: str) -> Address | None:
    """Parse, taking an IPv4-mapped address (RFC 4291 section 2.5.5.2) for what is dialled."""
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        return None
    if isinstance(address, IPv6Address) and address.ipv4_mapped is not None:
        return address.ipv4_mapped
    return address


def _refusing(address: Address) -> str | None:
    if isinstance(address, IPv6Address) and address in _NAT64:
        return _refusing(IPv4Address(int(address) & 0xFFFF_FFFF))
    return next((str(network) for network in REFUSED if address in network), None)
