"""Talking to one CalDAV server: Basic credentials, redirects by hand, two connections a host."""

import asyncio
import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from importlib.metadata import version
from weakref import WeakValueDictionary

from daygate.kit.outbound import Answer, Limits, Outbound, OutboundError, Resting, Unreachable
from daygate.providers import faults
from daygate.providers.caldav import multistatus, verdicts
from daygate.providers.caldav.hrefs import BadHref, netloc, resolve
from daygate.providers.caldav.multistatus import Multistatus
from daygate.providers.caldav.territory import Territory
from daygate.providers.caldav.xml import MAX_BYTES, BadXml

MAX_HOPS = 5
CONNECTIONS_PER_HOST = 2
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_READING = frozenset({"PROPFIND", "REPORT", "GET", "OPTIONS"})
# A large calendar takes its server a while; the body cap is the one of `xml.parse`.
_LIMITS = Limits(first_byte_s=30.0, total_s=90.0, body_bytes=MAX_BYTES)
# Reading 256 kB takes some 50 ms.
_QUICK_BYTES = 262_144
_USER_AGENT = f"Daygate/{version('daygate')}"
_XML = "application/xml; charset=utf-8"  # Cyrus answers 415 to anything else


@dataclass(frozen=True, slots=True)
class Login:
    """A user name and a password, sent with every request (RFC 7617, UTF-8).

    Yahoo sends no challenge, so waiting for one would never log in.
    """

    user: str
    password: str = field(repr=False)

    @property
    def header(self) -> str:
        """The value of `Authorization`."""
        pair = f"{self.user}:{self.password}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"


class Gates:
    """At most two requests at once to any one host for one login, over all its connectors."""

    def __init__(self) -> None:
        self._gates: WeakValueDictionary[str, asyncio.Semaphore] = WeakValueDictionary()

    def of(self, host: str, user: str) -> asyncio.Semaphore:
        """The gate of a login at a host; it lives while somebody holds it."""
        return self._gates.setdefault(f"{host} {user}", asyncio.Semaphore(CONNECTIONS_PER_HOST))


class Client:
    """One person's conversation with one server; every failure is a `Fault`."""

    def __init__(
        self, outbound: Outbound, login: Login, territory: Territory, gates: Gates
    ) -> None:
        self._outbound = outbound
        self._login = login
        self._gates = gates
        self.territory = territory

    async def propfind(self, url: str, body: bytes, depth: int) -> Multistatus:
        """PROPFIND that must succeed."""
        return await understood(await self.ask("PROPFIND", url, body, depth))

    async def report(self, url: str, body: bytes, depth: int) -> Multistatus:
        """REPORT that must succeed."""
        return await understood(await self.ask("REPORT", url, body, depth))

    async def ask(
        self, method: str, url: str, body: bytes | None = None, depth: int | None = None
    ) -> Answer:
        """Any answer at all, after redirects; the same method and body go to each hop.

        Most HTTP libraries turn a redirected PROPFIND into a GET or drop its credentials.
        """
        headers = self._headers(body, depth)
        for _ in range(MAX_HOPS + 1):
            answer = await self._send(method, url, headers, body)
            if answer.status not in _REDIRECTS:
                return answer
            url = self._next(url, answer)
        raise faults.Nonsense("nonsense", "too many redirects")

    def _headers(self, body: bytes | None, depth: int | None) -> dict[str, str]:
        headers = {"Authorization": self._login.header, "User-Agent": _USER_AGENT}
        if body is not None:
            headers["Content-Type"] = _XML
        if depth is not None:
            headers["Depth"] = str(depth)
        return headers

    async def _send(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        """One request; a reading one is sent again when its connection was dropped.

        SOGo closes keep-alive connections without warning.
        """
        async with self._gates.of(netloc(url), self._login.user):
            try:
                return await self._once(method, url, headers, body)
            except OutboundError as error:
                dropped = isinstance(error, Unreachable) and not isinstance(error, Resting)
                if not dropped or method not in _READING:
                    raise verdicts.fault_of_network(error) from error
            try:
                return await self._once(method, url, headers, body)
            except OutboundError as error:
                raise verdicts.fault_of_network(error) from error

    async def _once(
        self, method: str, url: str, headers: Mapping[str, str], body: bytes | None
    ) -> Answer:
        return await self._outbound.request(method, url, headers=headers, body=body, limits=_LIMITS)

    def _next(self, url: str, answer: Answer) -> str:
        try:
            target = self.territory.upgraded(resolve(url, answer.headers.get("Location", "")))
        except BadHref as error:
            raise faults.Nonsense("nonsense", "a redirect to nowhere") from error
        if not self.territory.allows(target):
            raise elsewhere(target)
        return target


def elsewhere(url: str) -> faults.Refused:
    """The server points to another host: nothing is sent there until the person agrees."""
    return faults.Refused("confirm_host", netloc(url))


async def understood(answer: Answer) -> Multistatus:
    """The multistatus of an answer, or the fault it stands for; a large one is read in a thread."""
    if answer.status == HTTPStatus.MULTI_STATUS:
        try:
            if len(answer.body) <= _QUICK_BYTES:
                return multistatus.read(answer.body, answer.url)
            return await asyncio.to_thread(multistatus.read, answer.body, answer.url)
        except BadXml as error:
            raise faults.Nonsense("nonsense", str(error)) from error
    if HTTPStatus.OK <= answer.status < HTTPStatus.MULTIPLE_CHOICES:
        raise faults.Nonsense("nonsense", f"HTTP {answer.status} where 207 was due")
    raise verdicts.fault_of(answer)
