"""Asking the whole application over ASGI, as whoever one likes."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from itertools import count
from urllib.parse import quote, unquote, urlencode, urlsplit

from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message

from daygate.web.forms import CSRF_FIELD

ORIGIN = "http://127.0.0.1:8040"
Form = Mapping[str, str | Sequence[str]]
_FORM_TYPE = "application/x-www-form-urlencoded"
_EDGE = "edge-of-a-part"
_addresses = count(1)


def _written(path: str, form: Form) -> tuple[bytes, str]:
    """The body of a form and its type; where a picture is sent, in parts (RFC 7578)."""
    if not path.endswith("/logo"):
        return urlencode(form, doseq=True).encode(), _FORM_TYPE
    parts = "".join(
        f'--{_EDGE}\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'
        for name, value in form.items()
    )
    return f"{parts}--{_EDGE}--\r\n".encode(), f"multipart/form-data; boundary={_EDGE}"


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Headers
    body: str

    def without(self, *words: str) -> tuple[int, str, str]:
        """Status, where it leads and body, without what differs between any two requests."""
        text = self.body.replace(self.headers.get("x-request-id", "-"), "REQUEST")
        text = re.sub(rf'name="{CSRF_FIELD}" value="[^"]*"', "CSRF", text)
        location = self.headers.get("location", "")
        for word in filter(None, words):
            for spelling in (word, quote(word, safe="")):
                text, location = text.replace(spelling, "ID"), location.replace(spelling, "ID")
        return self.status, location, text


@dataclass(slots=True)
class Caller:
    """Somebody with cookies and perhaps a token; every request comes from another address."""

    app: ASGIApp
    bearer: str = ""
    cookies: dict[str, str] = field(default_factory=dict)

    async def get(self, path: str) -> Answer:
        return await self.ask("GET", path)

    async def ask(
        self, method: str, path: str, form: Form | None = None, raw: bytes = b""
    ) -> Answer:
        """Send a request; what the application raises unexpectedly is raised here."""
        body, media_type = (raw, "") if form is None else _written(path, form)
        sent: list[Message] = []

        async def receive() -> Message:
            return {"type": "http.request", "body": body, "more_body": False}

        async def send(message: Message) -> None:
            sent.append(message)

        await self.app(self._scope(method, path, media_type), receive, send)
        headers = Headers(raw=sent[0]["headers"])
        self._keep(headers)
        content = b"".join(message.get("body", b"") for message in sent[1:])
        return Answer(sent[0]["status"], headers, content.decode())

    def _scope(self, method: str, path: str, media_type: str) -> dict[str, object]:
        url, number = urlsplit(path), next(_addresses)
        headers = {"host": urlsplit(ORIGIN).netloc}
        if self.cookies:
            headers["cookie"] = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        if self.bearer:
            headers["authorization"] = f"Bearer {self.bearer}"
        if media_type:
            headers |= {"origin": ORIGIN, "content-type": media_type}
        return {
            "type": "http",
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(url.path),
            "raw_path": url.path.encode(),
            "query_string": url.query.encode(),
            "root_path": "",
            # Counters of attempts go by network: here every request is a stranger's first.
            "client": (f"10.{number >> 16 & 255}.{number >> 8 & 255}.{number & 255}", 4711),
            "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        }

    def _keep(self, headers: Headers) -> None:
        for line in headers.getlist("set-cookie"):
            for name, morsel in SimpleCookie(line).items():
                if morsel.value and morsel["max-age"] != "0":
                    self.cookies[name] = morsel.value
                else:
                    self.cookies.pop(name, None)
