"""The faults of transport, between the server and the network: refusals, delays, cut answers."""

import asyncio

from starlette.datastructures import Headers
from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from daygate.sandbox.world import Seen, World

LOOPBACK = frozenset({"localhost", "127.0.0.1", "[::1]", "::1"})


class Weather:
    """An ASGI application around another: notes every request, lets the world's faults happen."""

    def __init__(self, app: ASGIApp, world: World) -> None:
        self._app = app
        self._world = world

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        note = _Note(self._world, scope, send)
        await self._choose(scope)(scope, receive, note)

    def _choose(self, scope: Scope) -> ASGIApp:
        if _host(scope) not in LOOPBACK:
            return Response("This host is not served here", 421)
        faults = self._world.faults.transport
        if not _is_calendar_traffic(scope):
            return self._app
        if faults.outage is not None and faults.outage.strikes(scope["method"], scope["path"]):
            wait = faults.outage.retry_after
            return Response(None, faults.outage.status, {"Retry-After": wait} if wait else {})
        return self._late_or_cut

    async def _late_or_cut(self, scope: Scope, receive: Receive, send: Send) -> None:
        faults = self._world.faults.transport
        if faults.delay_s:
            await asyncio.sleep(faults.delay_s)
        if faults.cut_after_bytes is None:
            await self._app(scope, receive, send)
        else:
            await self._app(scope, receive, _Cut(send, faults.cut_after_bytes))


def _host(scope: Scope) -> str:
    """The Host header without its port: only loopback names, against DNS rebinding."""
    host = Headers(scope=scope).get("host", "").lower()
    bare, colon, port = host.rpartition(":")
    return bare if colon and port.isdecimal() else host


def _is_calendar_traffic(scope: Scope) -> bool:
    """The people's page stays reachable in any weather."""
    path: str = scope["path"].removeprefix(scope.get("root_path", ""))
    return path.startswith(("/dav", "/.well-known/")) or scope["method"] not in ("GET", "POST")


class _Note:
    """Sends on, and writes the request down once its status is known."""

    def __init__(self, world: World, scope: Scope, send: Send) -> None:
        self._world, self._scope, self._send = world, scope, send

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            depth = Headers(scope=self._scope).get("depth")
            method, path = self._scope["method"], self._scope["path"]
            seen = Seen(method, path, depth, int(message["status"]))
            self._world.requests.append(seen)
        await self._send(message)


class _Cut:
    """Sends the first bytes of a body that was announced whole, and no more.

    The HTTP server sees an application that returned without completing and closes the connection.
    """

    def __init__(self, send: Send, bytes_left: int) -> None:
        self._send, self._bytes_left = send, bytes_left

    async def __call__(self, message: Message) -> None:
        if message["type"] != "http.response.body":
            await self._send(message)
            return
        body = message.get("body", b"")[: self._bytes_left]
        self._bytes_left -= len(body)
        if body:
            await self._send({"type": "http.response.body", "body": body, "more_body": True})
