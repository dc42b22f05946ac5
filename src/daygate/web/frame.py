"""What surrounds every request: its id, the prefix some SDKs add, what is refused unread.

Plain ASGI: it costs a few microseconds where a middleware class with request objects costs tens.
"""

import re
import secrets
from typing import Any
from urllib.parse import urlsplit

from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from daygate.kit.log import in_request
from daygate.settings import Settings
from daygate.web import errors, meanings, transport
from daygate.web.addresses import PREFIX

_LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
_ENCODED_SEPARATOR = re.compile(rb"%(?:2f|5c)", re.IGNORECASE)
_ID_BYTES = 8
HEADERS_LIMIT_BYTES = 65_536
"""Twice what nginx lets through by default (`large_client_header_buffers`)."""


class Frame:
    """The outermost application of the process."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._local_only = settings.profile == "dev"
        self._encrypted_only = transport.must_be_encrypted(settings)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or pass lifespan events on."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._local_only and _host(scope) not in _LOCAL_HOSTS:
            refusal = PlainTextResponse("This Daygate runs in the dev profile: loopback only.", 421)
            await refusal(scope, receive, send)
            return
        request_id = secrets.token_hex(_ID_BYTES)
        scope.setdefault("state", {})["request_id"] = request_id
        with in_request(request_id):
            app = self._refused(scope) or self._app
            await app(_without_prefix(scope), receive, _naming(request_id, send))

    def _refused(self, scope: Scope) -> ASGIApp | None:
        request = Request({**scope, "app": self._app})
        if not _is_short(scope):
            return errors.explain(request, meanings.HEADERS_TOO_LARGE)
        if self._encrypted_only and transport.is_plain(scope):
            return transport.upgraded(request, self._settings)
        return None


def _is_short(scope: Scope) -> bool:
    return sum(len(name) + len(value) for name, value in scope["headers"]) <= HEADERS_LIMIT_BYTES


def _without_prefix(scope: Scope) -> Scope:
    path: str = scope["path"]
    if "\x00" in path:
        # PostgreSQL cannot be asked for a text with NUL in it; nothing has such a name.
        path = path.replace("\x00", "\ufffd")
        scope = {**scope, "path": path}
    raw_path: bytes = scope.get("raw_path") or b""
    if _ENCODED_SEPARATOR.search(raw_path):
        # RFC 3986 section 2.2: this is not the address that the decoded one is, and a proxy's rules
        # may have let it pass for another.
        path = raw_path.decode("latin-1")
        scope = {**scope, "path": path}
    if path.startswith(f"{PREFIX}/"):
        scope = {**scope, "daygate_prefixed": True, "path": path.removeprefix(PREFIX)}
        path = scope["path"]
    if path.startswith("/v1/") and path.endswith("/"):
        # PHP's SDK ends some paths with a slash; a redirect would lose its body.
        scope = {**scope, "path": path.rstrip("/")}
    return scope


def _naming(request_id: str, send: Send) -> Send:
    async def named(message: Message) -> None:
        if message["type"] == "http.response.start":
            headers: list[Any] = [*message["headers"], (b"x-request-id", request_id.encode())]
            message = {**message, "headers": headers}
        await send(message)

    return named


def _host(scope: Scope) -> str:
    for name, value in scope["headers"]:
        if name == b"host":
            return urlsplit(f"//{value.decode('latin-1')}").hostname or ""
    return ""
