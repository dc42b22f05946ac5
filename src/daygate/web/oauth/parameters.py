"""Parameters of a token request: a form or JSON, read into one flat dictionary of strings.

RFC 6749 knows forms only; SDKs of the public API send JSON. Both are held to the same limits, and
what cannot be read is `invalid_request`, never a crash. A `Content-Encoding` header is not
believed: .NET clients put one on plain bodies.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import parse_qsl

import orjson
from starlette.requests import Request

from daygate.domain.errors import TooLarge
from daygate.oauth.refusals import InvalidRequest

BODY_LIMIT_BYTES = 65_536
FIELDS_MAX = 100
FORM_TYPE = "application/x-www-form-urlencoded"
JSON_TYPE = "application/json"
_SECRETS = frozenset({"client_secret", "code", "refresh_token", "access_token", "token"})
KNOWN = _SECRETS | {"client_id", "grant_type", "redirect_uri", "code_verifier", "scope", "sub"}
"""Everything that anybody here asks for."""


async def read(request: Request) -> Mapping[str, str]:
    """Every parameter that has a value; null and empty ones are as good as absent."""
    if _SECRETS & request.query_params.keys():
        # RFC 6749 section 2.3.1: an address is written into logs everywhere.
        raise InvalidRequest("credentials must not stand in the address")
    body = await _body(request)
    if not body.strip():
        return {}
    kind, charset = _content_type(request)
    if charset not in ("", "utf-8"):
        raise InvalidRequest("the body must be in UTF-8")
    if kind == FORM_TYPE:
        return _flat(_form_pairs(body))
    if kind == JSON_TYPE:
        return _flat(_json_pairs(body))
    raise InvalidRequest("the body must be a form or JSON")


def _content_type(request: Request) -> tuple[str, str]:
    kind, _, rest = request.headers.get("content-type", "").lower().partition(";")
    name, _, value = rest.partition("=")
    charset = value.strip().strip('"') if name.strip() == "charset" else ""
    return kind.strip(), charset.replace("utf8", "utf-8")


async def _body(request: Request) -> bytes:
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > BODY_LIMIT_BYTES:
            raise TooLarge(BODY_LIMIT_BYTES)
    return bytes(body)


def _form_pairs(body: bytes) -> list[tuple[str, Any]]:
    try:
        return [
            *parse_qsl(
                body.decode(), keep_blank_values=True, errors="strict", max_num_fields=FIELDS_MAX
            )
        ]
    except ValueError:
        raise InvalidRequest("the form cannot be read") from None


def _json_pairs(body: bytes) -> list[tuple[str, Any]]:
    try:
        whole = orjson.loads(body)  # strict: UTF-8, no NaN, no lone surrogates, bounded depth
        if whole == []:
            # PHP clients send an empty array where they mean an empty object.
            return []
        if not isinstance(whole, dict):
            raise InvalidRequest("the JSON must be an object")
        # Read again for what the first reader hides: names that come twice.
        pairs: list[tuple[str, Any]] = json.loads(body, object_pairs_hook=list)
    except (ValueError, RecursionError):
        raise InvalidRequest("the JSON cannot be read") from None
    return pairs


def _flat(pairs: Iterable[tuple[str, Any]]) -> Mapping[str, str]:
    values: dict[str, str] = {}
    for name, value in pairs:
        if name in values:
            raise InvalidRequest("a parameter came more than once")  # RFC 6749 section 3.2
        values[name] = _text(value) if name in KNOWN or isinstance(value, str) else ""
        if "\x00" in name or "\x00" in values[name]:
            raise InvalidRequest("a parameter holds a NUL")
    return {name: value for name, value in values.items() if value}


def _text(value: Any) -> str:
    match value:
        case str():
            return value
        case None:
            return ""
        case bool():
            return str(value).lower()
        case _:
            raise InvalidRequest("every value must be a string")
