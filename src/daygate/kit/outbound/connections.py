"""Connecting: names are resolved once and each address is judged before and after the dialling.

Four looks, because each way into aiohttp passes only some of them: the URL's host when it is an IP
literal (the resolver is never asked), every resolved address, the address a socket is made for, and
the peer of the connection at hand, new or out of the pool, before a byte of the request is sent.
"""

import asyncio
import socket
import ssl
from collections.abc import Awaitable, Callable, Sequence
from typing import TYPE_CHECKING, Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from daygate.kit.outbound.addresses import AddressJudge
from daygate.kit.outbound.faults import BadUrl, Blocked, OutboundError, RefusedAddress
from daygate.kit.outbound.targets import Target

if TYPE_CHECKING:
    from aiohttp.client_reqrep import ClientRequest
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace

Lookup = Callable[[str], Awaitable[Sequence[str]]]

# A name may have a thousand addresses; all are judged, this many are tried.
_MOST_TRIED = 8
_MOST_CONNECTIONS = 200
# Shorter than the 5 s after which Apache closes (KeepAliveTimeout): a request that must not be
# repeated then rarely meets a connection that is just being closed.
_KEEP_ALIVE_S = 4.0


async def system_lookup(host: str) -> Sequence[str]:
    """Ask the system's resolver, hosts file included."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return [str(entry[4][0]) for entry in found]


class PinningResolver(AbstractResolver):
    """Resolves once and hands out nothing but judged addresses, which are dialled as they are."""

    def __init__(self, lookup: Lookup, judge: AddressJudge) -> None:
        self._lookup = lookup
        self._judge = judge

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """Give the addresses of a name; one refused address refuses the name."""
        addresses = await self.addresses(host)
        return [_pinned(host, address, port) for address in addresses[:_MOST_TRIED]]

    async def addresses(self, host: str) -> list[str]:
        """Look a name up and judge each of its addresses."""
        addresses = list(dict.fromkeys(await self._lookup(host)))
        if not addresses:
            raise socket.gaierror(socket.EAI_NONAME, "no address")
        for address in addresses:
            refuse_inside(self._judge, host, address)
        return addresses

    async def close(self) -> None:
        """Hold nothing open."""


class GuardedConnector(aiohttp.TCPConnector):
    """A connection pool whose every connection ends at a judged address."""

    def __init__(
        self,
        resolver: PinningResolver,
        judge: AddressJudge,
        *,
        plain_http: bool,
        tls: ssl.SSLContext,
    ) -> None:
        super().__init__(
            resolver=resolver,
            use_dns_cache=False,
            ssl=tls,
            socket_factory=self._socket_for,
            limit=_MOST_CONNECTIONS,
            keepalive_timeout=_KEEP_ALIVE_S,
        )
        self._judge = judge
        self._plain_http = plain_http

    async def connect(
        self,
        req: "ClientRequest",
        traces: "list[Trace]",
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's signature
    ) -> "Connection":
        """Take a connection and look at its peer before anything is sent."""
        connection = await super().connect(req, traces, timeout)
        try:
            self._inspect(req, connection)
        except OutboundError:
            connection.close()
            raise
        return connection

    def _inspect(self, req: "ClientRequest", connection: "Connection") -> None:
        host = req.url.raw_host or "?"
        peer, own = _ends_of(connection)
        network = self._judge.refusal_of_peer(peer, own)
        if network is not None:
            raise Blocked(host, network)
        if not (req.is_ssl() or self._plain_http or self._judge.allows(peer)):
            raise BadUrl(host, "plain http to a host outside the allowed networks")

    def _socket_for(self, info: tuple[Any, ...]) -> socket.socket:
        family, kind, protocol, _, address = info
        network = self._judge.refusal(str(address[0]))
        if network is not None:
            raise RefusedAddress(network)
        return socket.socket(family=family, type=kind, proto=protocol)


def refuse_inside(judge: AddressJudge, host: str, address: str) -> None:
    """Raise `Blocked` when the judge refuses this address of the host."""
    network = judge.refusal(address)
    if network is not None:
        raise Blocked(host, network)


def refuse_literal(judge: AddressJudge, target: Target) -> None:
    """Judge a URL whose host is an address already."""
    if target.literal is not None:
        refuse_inside(judge, target.host, target.literal)


def _pinned(host: str, address: str, port: int) -> ResolveResult:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    return ResolveResult(
        hostname=host,
        host=address,
        port=port,
        family=family,
        proto=socket.IPPROTO_TCP,
        flags=socket.AI_NUMERICHOST | socket.AI_NUMERICSERV,
    )


def _ends_of(connection: "Connection") -> tuple[str, str]:
    """Give the peer's address and our own; a connection already lost has none and is refused."""
    transport = connection.transport
    peer = transport.get_extra_info("peername") if transport is not None else None
    own = transport.get_extra_info("sockname") if transport is not None else None
    return (str(peer[0]) if peer else ""), (str(own[0]) if own else "")
