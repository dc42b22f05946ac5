"""One call to our own API, made inside this process and written down as it would be on the wire."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import urlsplit

import orjson
from starlette.requests import Request
from starlette.types import Message

from daygate.web.pages import settings_of

_SHOWN_CHARS = 4
_LONGEST_ANSWER = 4000


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer; `body` is the answer read as JSON, if it is that."""

    title: str
    sent: str = field(repr=False)
    status: int
    answer: str = field(repr=False)
    body: Mapping[str, object] = field(repr=False)

    @property
    def ok(self) -> bool:
        """Whether it went as it should."""
        return self.status < 400

    def masked(self, *secrets: str) -> "Exchange":
        """The same, fit to be shown: of each secret only its beginning."""
        sent, answer = self.sent, self.answer
        for secret in filter(None, secrets):
            mask = f"{secret[:_SHOWN_CHARS]}…"
            sent, answer = sent.replace(secret, mask), answer.replace(secret, mask)
        return replace(self, sent=sent, answer=answer[:_LONGEST_ANSWER])


async def get(request: Request, title: str, path: str, token: str) -> Exchange:
    """GET with an access token."""
    return await _call(request, title, ("GET", path), {"authorization": f"Bearer {token}"}, None)


async def post(request: Request, title: str, path: str, body: Mapping[str, str]) -> Exchange:
    """POST of JSON."""
    return await _call(request, title, ("POST", path), {"content-type": "application/json"}, body)


async def _call(
    request: Request,
    title: str,
    line: tuple[str, str],
    headers: Mapping[str, str],
    body: Mapping[str, str] | None,
) -> Exchange:
    named = {"host": urlsplit(settings_of(request).api_base_url).netloc, **headers}
    raw = orjson.dumps(body) if body is not None else b""
    status, content = await _over_asgi(request, line, named, raw)
    head = [f"{line[0]} {line[1]} HTTP/1.1", *(f"{_title(k)}: {v}" for k, v in named.items())]
    sent = "\n".join(head) + (f"\n\n{json.dumps(body, indent=2)}" if body is not None else "")
    try:
        value = orjson.loads(content) if content else {}
    except orjson.JSONDecodeError:
        value = {}
    shown = json.dumps(value, indent=2, ensure_ascii=False) if value else content.decode()
    return Exchange(title, sent, status, shown, value if isinstance(value, dict) else {})


async def _over_asgi(
    request: Request, line: tuple[str, str], headers: Mapping[str, str], body: bytes
) -> tuple[int, bytes]:
    """Ask the whole application, its routes and refusals included."""
    scope: dict[str, object] = {
        "type": "http",
        "http_version": "1.1",
        "method": line[0],
        "scheme": request.url.scheme,
        "path": line[1],
        "query_string": b"",
        "root_path": "",
        "client": request.client,
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "state": {},
    }
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    async def send(message: Message) -> None:
        sent.append(message)

    await request.app(scope, receive, send)
    return int(sent[0]["status"]), b"".join(message.get("body", b"") for message in sent[1:])


def _title(name: str) -> str:
    return "-".join(word.capitalize() for word in name.split("-"))
