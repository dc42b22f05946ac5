"""Values that must not turn up where they do not belong, and requests that carry them everywhere.

A `SECRET` opens something: it belongs into no log and into no answer. A `PRIVATE` one is somebody's
own text or a query: answers may hold it, logs may not.
"""

import base64
import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

from starlette.routing import Route

from daygate.kit.crypto import random_text
from daygate.web.routes import ROUTES

SECRET, PRIVATE = "Zq7Kanari", "Wx3Kanari"
FORGED = '\r\n\x1b[2K{"event":"forged","level":"info"}\r\n'
"""What somebody types who wants a line of their own in the log (CWE-117)."""

_SECRET_FIELDS = (
    "token", "access_token", "refresh_token", "code", "code_verifier", "client_secret", "password",
    "new_password", "secret", "session", "link_token", "api_key",
)  # fmt: skip
_PRIVATE_FIELDS = (
    "client_id", "redirect_uri", "state", "scope", "response_type", "grant_type", "email", "name",
    "url", "address", "host", "user", "display_name", "reason", "next", "uri", "tzid", "from", "to",
    "calendar_ids[]", "provider_name", "sub", "summary", "description", "profile", "contact",
    "redirect_uris", "locale",
)  # fmt: skip
_SECRET_PARAMETERS = ("page_token", "handle")
_COOKIES = ("daygate_flow", "daygate_person", "daygate_session", "daygate_reveal", "daygate_door")


def secret(name: str) -> str:
    return f"{SECRET}{name.replace('_', '')}{random_text(12)}"


def private(name: str) -> str:
    return f"{PRIVATE}{name}{random_text(12)}"


@dataclass(frozen=True, slots=True)
class Call:
    """A request full of canaries."""

    method: str
    path: str
    headers: Mapping[str, str]
    query: str
    body: bytes
    cookies: Mapping[str, str] = field(default_factory=dict)


def values() -> dict[str, str]:
    """A canary for every field that any form, body or query of ours reads."""
    private_ones = {name: private(name) + FORGED for name in _PRIVATE_FIELDS}
    hook = f"https://{PRIVATE}@hook.example/?key={private('query')}"
    return {**private_ones, "redirect_uri": hook, **{name: secret(name) for name in _SECRET_FIELDS}}


def calls(bearer: str, csrf: str) -> Iterator[Call]:
    """For every address: by a stranger, and by somebody with a token and a session, in each form.

    What ends the session comes last.
    """
    for route in sorted(_routes(), key=lambda route: "sign-out" in route.path):
        for method in sorted((route.methods or set()) | {"PATCH"}):
            yield from _of_stranger(method, _path(route))
            yield from _of_insider(method, _path(route), bearer, csrf)


def _routes() -> Iterator[Route]:
    for route in ROUTES:
        assert isinstance(route, Route)
        if route.path != "/static/{path:path}":
            yield route


def _path(route: Route) -> str:
    path = route.path
    for name in route.param_convertors:
        made = secret(name) if name in _SECRET_PARAMETERS else private(name)
        path = path.replace(f"{{{name}}}", made)
    return path


def _of_stranger(method: str, path: str) -> Iterator[Call]:
    cookies = {name: secret("cookie") for name in _COOKIES}
    bearer = {"Authorization": f"Bearer {secret('bearer')}"}
    pair = base64.b64encode(f"{PRIVATE}:{secret('basic')}".encode()).decode()
    basic = {"Authorization": f"Basic {pair}"}
    typed = urlencode(values())
    yield Call(method, path, {**bearer, **_FORM}, urlencode(values()), typed.encode(), cookies)
    yield Call(method, path, {**basic, **_JSON}, "", json.dumps(values()).encode(), cookies)
    yield Call(method, path, {**basic, **_JSON}, "", json.dumps(values()).encode()[:-9], cookies)


def _of_insider(method: str, path: str, bearer: str, csrf: str) -> Iterator[Call]:
    token = {"Authorization": f"Bearer {bearer}"}
    form = urlencode({**values(), "csrf": csrf})
    yield Call(method, path, {**token, **_FORM}, urlencode(values()), form.encode())
    yield Call(method, path, {**token, **_JSON}, "", json.dumps(_nested(values())).encode())


def _nested(fields: dict[str, str]) -> dict[str, Any]:
    return {**fields, "contact": fields, "redirect_uris": [fields["redirect_uri"]]}


_FORM = {"Content-Type": "application/x-www-form-urlencoded"}
_JSON = {"Content-Type": "application/json"}
