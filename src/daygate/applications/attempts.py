"""How often somebody may try: durable counters, shared by processes and kept over restarts.

A counter that cannot be written refuses the attempt: the database's error ends the request.
"""

import ipaddress
from dataclasses import dataclass

from daygate.domain.developer import Visitor
from daygate.domain.errors import TooMany
from daygate.kit.crypto import fingerprint
from daygate.store import limits
from daygate.store.engine import Tx

_WHO_HEX = 32


@dataclass(frozen=True, slots=True)
class Limit:
    """At most `most` attempts in a window of `window_s`."""

    act: str
    most: int
    window_s: int


# RFC 6749 section 10.10 and NIST SP 800-63B section 5.2.2 ask for throttling. The counter of an
# address and a person together does not lock the person out when somebody else guesses.
SIGN_IN = Limit("sign-in", 10, 900)
SIGN_IN_NETWORK = Limit("sign-in network", 60, 900)
SIGN_UP = Limit("sign-up", 10, 3600)
PROVE = Limit("prove", 10, 900)


async def count_sign_in(tx: Tx, email: str, visitor: Visitor) -> None:
    """Count an attempt to sign in, or raise `TooMany`."""
    network = network_of(visitor.address)
    await _count(tx, SIGN_IN_NETWORK, network)
    await _count(tx, SIGN_IN, f"{network}|{email}")


async def count_sign_up(tx: Tx, visitor: Visitor) -> None:
    """Count an attempt to sign up, or raise `TooMany`."""
    await _count(tx, SIGN_UP, network_of(visitor.address))


async def count_proof(tx: Tx, user_id: str) -> None:
    """Count a password given by somebody signed in, or raise `TooMany`."""
    await _count(tx, PROVE, user_id)


def network_of(address: str) -> str:
    """An IPv4 address, or the /64 of an IPv6 one: one subscriber has that much (RFC 6177)."""
    try:
        known = ipaddress.ip_address(address)
    except ValueError:
        return address
    if isinstance(known, ipaddress.IPv6Address):
        if known.ipv4_mapped:
            return str(known.ipv4_mapped)
        return str(ipaddress.ip_network((known, 64), strict=False))
    return str(known)


async def _count(tx: Tx, limit: Limit, who: str) -> None:
    subject = f"{limit.act}|{fingerprint(who).hex()[:_WHO_HEX]}"
    if await limits.hit(tx, subject, limit.window_s) > limit.most:
        raise TooMany(limit.window_s)
