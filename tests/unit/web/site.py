"""A small application around a handler, asked directly over ASGI."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import SimpleNamespace
from urllib.parse import unquote, urlencode, urlsplit

from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.routing import Route
from starlette.types import ASGIApp

from daygate.settings import Settings

HTTPS = "https://gate.example"
ADDRESS = "192.0.2.7"


@dataclass(frozen=True, slots=True)
class Answer:
    status_code: int
    headers: Headers
    content: bytes

    @property
    def text(self) -> str:
        return self.content.decode()


@dataclass(frozen=True, slots=True)
class Site:
    app: ASGIApp
    base_url: str

    def get(self, path: str, headers: Mapping[str, str] | None = None) -> Answer:
        return asyncio.run(self._ask("GET", path, headers or {}, b""))

    def post(
        self,
        path: str,
        data: Mapping[str, str | Sequence[str]],
        headers: Mapping[str, str] | None = None,
        media_type: str = "application/x-www-form-urlencoded",
    ) -> Answer:
        sent = {"content-type": media_type, **(headers or {})}
        return asyncio.run(self._ask("POST", path, sent, urlencode(data, doseq=True).encode()))

    async def _ask(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Answer:
        url = urlsplit(path)
        host = urlsplit(self.base_url).netloc
        scope = {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": urlsplit(self.base_url).scheme,
            "path": unquote(url.path),
            "query_string": url.query.encode(),
            "client": (ADDRESS, 4711),
            "headers": [
                (name.lower().encode(), value.encode("latin-1"))
                for name, value in {"host": host, **headers}.items()
            ],
        }
        sent = []

        async def receive():
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message):
            sent.append(message)

        await self.app(scope, receive, send)
        content = b"".join(message.get("body", b"") for message in sent[1:])
        return Answer(sent[0]["status"], Headers(raw=sent[0]["headers"]), content)


def site(handler, public_url: str = HTTPS, path: str = "/{rest:path}") -> Site:
    app = Starlette(routes=[Route(path, handler, methods=["GET", "POST"])])
    app.state.parts = SimpleNamespace(settings=Settings(public_url=public_url))
    return Site(app, public_url)
