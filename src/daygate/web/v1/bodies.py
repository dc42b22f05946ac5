"""Bodies of requests: JSON or a form, read within a limit.

The public API takes both everywhere. A form names what lies deeper as `contact[email]=...` and
`redirect_uris[]=...`. A body that is no form is JSON whatever its content type says, because some
clients send none; an empty one, and the `[]` that PHP clients send for it, is an empty object.
"""

import re
from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request

from daygate.domain.errors import Invalid, TooLarge, invalid

LIMIT_BYTES = 1_000_000
FIELDS_MAX = 1000
FORM_TYPE = "application/x-www-form-urlencoded"
_DEEPEST = 6
_NAME = re.compile(r"([^\[\]]+)((?:\[[^\[\]]*\])*)")


async def read_body(request: Request) -> object:
    """The value of the body; a `Content-Encoding` is not believed, .NET clients lie with one."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LIMIT_BYTES:
            raise TooLarge(LIMIT_BYTES)
    kind = request.headers.get("content-type", "").partition(";")[0].strip().lower()
    read = _form if kind == FORM_TYPE else orjson.loads
    try:
        return (read(bytes(body)) if body.strip() else {}) or {}
    except ValueError:  # orjson's and Unicode's errors are of this class
        raise _unreadable() from None


def _form(body: bytes) -> dict[str, Any]:
    pairs = parse_qsl(
        body.decode(), keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MAX
    )
    return nested(pairs)


def nested(pairs: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """`a[b]=1&c[]=2` as `{"a": {"b": "1"}, "c": ["2"]}`; raises `Invalid` if names contradict."""
    whole: dict[str, Any] = {}
    for name, value in pairs:
        parts = _NAME.fullmatch(name)
        keys = [parts[1], *re.findall(r"\[([^\[\]]*)\]", parts[2])] if parts else []
        if not 0 < len(keys) <= _DEEPEST:
            raise _unreadable()
        _put(whole, keys, value)
    return whole


def _put(place: Any, keys: list[str], value: str) -> None:
    if not isinstance(place, dict):
        raise _unreadable()
    key, rest = keys[0], keys[1:]
    if not rest:
        place[key] = value
    elif rest[0]:
        _put(place.setdefault(key, {}), rest, value)
    else:
        _append(place.setdefault(key, []), rest[1:], value)


def _append(items: Any, keys: list[str], value: str) -> None:
    """A value of a list; a key that its last member has already begins the next member."""
    if not isinstance(items, list):
        raise _unreadable()
    if not keys:
        items.append(value)
        return
    if not items or not isinstance(items[-1], dict) or keys[0] in items[-1]:
        items.append({})
    _put(items[-1], keys, value)


def _unreadable() -> Invalid:
    return invalid("body", "errors.invalid", "must be a JSON object, or a form")
