"""The client that asks: one deadline per request, its own redirect loop, capped answers."""

import asyncio
import ssl
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace

import aiohttp
from multidict import CIMultiDict, CIMultiDictProxy

from daygate.kit.outbound.addresses import AddressJudge, Network
from daygate.kit.outbound.bodies import BodyReader, Pace
from daygate.kit.outbound.connections import (
    GuardedConnector,
    Lookup,
    PinningResolver,
    refuse_literal,
    system_lookup,
)
from daygate.kit.outbound.faults import (
    LOWER_ERRORS,
    BadUrl,
    TimedOut,
    TooLarge,
    TooManyHops,
    translated,
)
from daygate.kit.outbound.hosts import HostLimits, Hosts
from daygate.kit.outbound.targets import Target, next_target, target_of

_REDIRECTS = frozenset({301, 302, 303, 307, 308})  # RFC 9110 section 15.4
_CREDENTIALS = ("Authorization", "Cookie", "Proxy-Authorization")
_OF_THE_BODY = ("Content-Type", "Content-Length", "Content-Encoding")
_ACCEPT_CODING = "gzip, deflate"
_MOST_HEADERS = 256


@dataclass(frozen=True, slots=True)
class Limits:
    """How long an answer may take and how large it may be; sizes are of the decompressed body."""

    connect_s: float = 5.0
    first_byte_s: float = 10.0
    total_s: float = 30.0
    grace_s: float = 10.0
    slowest_bytes_per_s: int = 1_000
    header_bytes: int = 65_536
    body_bytes: int = 52_428_800
    ratio: int = 100
    cut_body: bool = False
    """Whether a body over the limit is cut there instead of being an error."""


@dataclass(frozen=True, slots=True)
class Redirects:
    """How redirects are followed; with `max_hops` 0 a redirect is an answer like any other.

    `keep_body` repeats method and body at every hop, as CalDAV discovery needs (RFC 6764 section
    5). Credentials stay behind when the origin changes, unless `may_follow(from_url, to_url)`.
    """

    max_hops: int = 0
    keep_body: bool = False
    may_follow: Callable[[str, str], bool] | None = None


DEFAULT_LIMITS = Limits()
NO_REDIRECTS = Redirects()


@dataclass(frozen=True, slots=True)
class Answer:
    """What a server said, and the URL that said it."""

    status: int
    headers: CIMultiDictProxy[str] = field(repr=False)
    body: bytes = field(repr=False)
    url: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class _Call:
    method: str
    target: Target
    headers: CIMultiDict[str] = field(repr=False)
    body: bytes | None = field(repr=False)

    def redirected(self, status: int, location: str, redirects: Redirects) -> "_Call":
        target = next_target(self.target, location)
        headers = self.headers.copy()
        if target.origin != self.target.origin and not self._trusts(target, redirects):
            _drop(headers, _CREDENTIALS)
        call = replace(self, target=target, headers=headers)
        return call if redirects.keep_body else call._after(status)

    def _trusts(self, target: Target, redirects: Redirects) -> bool:
        may_follow = redirects.may_follow
        return may_follow is not None and may_follow(str(self.target.url), str(target.url))

    def _after(self, status: int) -> "_Call":
        """Turn into a GET where RFC 9110 sections 15.4.2 to 15.4.4 say so."""
        see_other = status == 303 and self.method != "HEAD"
        if not see_other and not (status in (301, 302) and self.method == "POST"):
            return self
        _drop(self.headers, _OF_THE_BODY)
        return replace(self, method="GET", body=None)


class Outbound:
    """Asks hosts that users name, and none inside; see `faults` for how it fails.

    `allow` holds the operator's networks that may be reached although they are inside, also over
    plain http. `plain_http` permits http to everybody.
    """

    def __init__(
        self,
        *,
        allow: Iterable[Network | str] = (),
        lookup: Lookup = system_lookup,
        plain_http: bool = False,
        hosts: HostLimits | None = None,
        tls: ssl.SSLContext | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._judge = AddressJudge.allowing(allow)
        self._resolver = PinningResolver(lookup, self._judge)
        self._plain_http = plain_http
        self._hosts = Hosts(hosts or HostLimits(), clock)
        self._tls = tls or ssl.create_default_context()
        self._clock = clock
        self._session: aiohttp.ClientSession | None = None

    async def request(
        self,
        method: str,
        url: str,
        *,
        headers: Mapping[str, str] | None = None,
        body: bytes | None = None,
        limits: Limits = DEFAULT_LIMITS,
        redirects: Redirects = NO_REDIRECTS,
    ) -> Answer:
        """Ask once, following redirects as told; every failure is an `OutboundError`."""
        deadline_s = asyncio.get_running_loop().time() + limits.total_s
        call = _Call(method, target_of(url), _prepared(headers), body)
        for _ in range(redirects.max_hops + 1):
            answer = await self._ask(call, limits, deadline_s)
            location = answer.headers.get("Location")
            if not redirects.max_hops or answer.status not in _REDIRECTS or location is None:
                return answer
            call = call.redirected(answer.status, location, redirects)
        raise TooManyHops(call.target.host, f"more than {redirects.max_hops} redirects")

    async def check(self, url: str) -> str:
        """Resolve and judge without connecting; gives the URL as it would be asked for."""
        target = target_of(url)
        refuse_literal(self._judge, target)
        try:
            addresses = (
                [target.literal] if target.literal else await self._resolver.addresses(target.host)
            )
        except LOWER_ERRORS as lower:
            raise translated(lower, target.host) from None
        if not (target.secure or self._plain_http or all(map(self._judge.allows, addresses))):
            raise BadUrl(target.host, "plain http to a host outside the allowed networks")
        return str(target.url)

    async def close(self) -> None:
        """Close every connection; the client may be used again afterwards."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _ask(self, call: _Call, limits: Limits, deadline_s: float) -> Answer:
        target = call.target
        refuse_literal(self._judge, target)
        async with self._hosts.turn(target.host, target.port, deadline_s):
            try:
                async with asyncio.timeout_at(deadline_s):
                    return await self._exchange(call, limits)
            except LOWER_ERRORS as lower:
                # The chain is cut: aiohttp's messages quote the URL with its query.
                raise translated(lower, target.host) from None

    async def _exchange(self, call: _Call, limits: Limits) -> Answer:
        async with asyncio.timeout(limits.connect_s + limits.first_byte_s):
            response = await self._opened().request(
                call.method,
                call.target.url,
                headers=call.headers,
                data=call.body,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(sock_connect=limits.connect_s),
                max_field_size=limits.header_bytes,
            )
        try:
            _measure(response, call, limits)
            body = await self._body(response, call.target.host, limits)
        finally:
            response.release()
        return Answer(response.status, response.headers, body, str(call.target.url))

    async def _body(self, response: aiohttp.ClientResponse, host: str, limits: Limits) -> bytes:
        coding = ", ".join(response.headers.getall("Content-Encoding", ()))
        reader = BodyReader(host, coding, limits.body_bytes, limits.ratio, cut=limits.cut_body)
        pace = Pace(self._clock, self._clock(), limits.grace_s, limits.slowest_bytes_per_s)
        while not reader.full:
            async with asyncio.timeout(limits.grace_s):
                chunk = await response.content.readany()
            if not chunk:
                break
            reader.feed(chunk)
            if pace.too_slow(reader.received_bytes):
                raise TimedOut(host, f"slower than {limits.slowest_bytes_per_s} bytes/s")
        return reader.finish()

    def _opened(self) -> aiohttp.ClientSession:
        """Make the session when it is first needed, inside the loop that will use it."""
        if self._session is None:
            self._session = aiohttp.ClientSession(
                connector=GuardedConnector(
                    self._resolver, self._judge, plain_http=self._plain_http, tls=self._tls
                ),
                cookie_jar=aiohttp.DummyCookieJar(),
                trust_env=False,
                auto_decompress=False,
                max_headers=_MOST_HEADERS,
            )
        return self._session


def _prepared(headers: Mapping[str, str] | None) -> CIMultiDict[str]:
    prepared = CIMultiDict(headers or {})
    prepared.setdefault("User-Agent", "Daygate")
    prepared["Accept-Encoding"] = _ACCEPT_CODING
    return prepared


def _drop(headers: CIMultiDict[str], names: Iterable[str]) -> None:
    for name in names:
        headers.popall(name, None)


def _measure(response: aiohttp.ClientResponse, call: _Call, limits: Limits) -> None:
    """Refuse by what the head of the answer says, before its body is read."""
    host = call.target.host
    size_bytes = sum(len(name) + len(value) + 4 for name, value in response.raw_headers)
    if size_bytes > limits.header_bytes:
        raise TooLarge(host, f"headers of more than {limits.header_bytes} bytes")
    length_bytes = response.content_length or 0
    if call.method != "HEAD" and length_bytes > limits.body_bytes and not limits.cut_body:
        raise TooLarge(host, f"a body of more than {limits.body_bytes} bytes")
