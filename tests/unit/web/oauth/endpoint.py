"""The endpoints for programs, asked directly over ASGI, byte for byte."""

import base64
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote, urlencode

import orjson
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.routing import Route

from daygate.settings import Settings
from daygate.store.engine import Store
from daygate.web.oauth.metadata import metadata
from daygate.web.oauth.token import revoke, token

FORM = "application/x-www-form-urlencoded"
JSON = "application/json"
_METHODS = ["GET", "POST", "PUT", "DELETE", "HEAD"]


@dataclass(frozen=True)
class Answer:
    status: int
    headers: Headers
    body: bytes

    @property
    def json(self) -> Any:
        return orjson.loads(self.body)


@dataclass(frozen=True)
class Endpoint:
    """A client of `/oauth/token` and its neighbours."""

    app: Starlette

    async def ask(
        self,
        method: str,
        target: str,
        body: bytes = b"",
        headers: Sequence[tuple[str, str]] = (),
        address: str = "192.0.2.1",
    ) -> Answer:
        path, _, query = target.partition("?")
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "https",
            "path": path,
            "query_string": query.encode(),
            "headers": [(name.lower().encode(), value.encode()) for name, value in headers],
            "client": (address, 50_000),
            "server": ("gate.example", 443),
        }
        sent: list[Any] = []
        # In two pieces, as a chunked body comes.
        middle = len(body) // 2
        pieces = [
            {"type": "http.request", "body": body[:middle], "more_body": True},
            {"type": "http.request", "body": body[middle:], "more_body": False},
        ]

        async def receive():
            return pieces.pop(0)

        async def send(message):
            sent.append(message)

        await self.app(scope, receive, send)
        content = b"".join(message.get("body", b"") for message in sent[1:])
        return Answer(sent[0]["status"], Headers(raw=sent[0]["headers"]), content)

    async def form(
        self, values: Mapping[str, str], target: str = "/oauth/token", **more: str
    ) -> Answer:
        headers = [("Content-Type", FORM), *more.items()]
        return await self.ask("POST", target, urlencode(values).encode(), headers)

    async def json(self, values: Any, target: str = "/oauth/token", **more: str) -> Answer:
        headers = [("Content-Type", f"{JSON}; charset=utf-8"), *more.items()]
        return await self.ask("POST", target, orjson.dumps(values), headers)


def endpoint(store: Store, **settings) -> Endpoint:
    """The handlers over an open store."""
    app = Starlette(
        routes=[
            Route("/oauth/token", token, methods=_METHODS),
            Route("/oauth/token/revoke", revoke, methods=_METHODS),
            Route("/.well-known/oauth-authorization-server", metadata),
        ]
    )
    app.state.parts = SimpleNamespace(
        store=store, settings=Settings(public_url="https://gate.example", **settings)
    )
    return Endpoint(app)


def basic_raw(client_id: str, secret: str) -> str:
    """HTTP Basic as Authlib, requests-oauthlib, .NET and PHP libraries build it."""
    return "Basic " + base64.b64encode(f"{client_id}:{secret}".encode()).decode()


def basic_encoded(client_id: str, secret: str) -> str:
    """HTTP Basic by RFC 6749 section 2.3.1, as oauth4webapi and simple-oauth2 build it."""
    return basic_raw(quote(client_id, safe=""), quote(secret, safe=""))
