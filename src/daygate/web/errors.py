"""How the API under `/v1` says no: an expected refusal of the house -> status, headers, body."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from daygate.domain import errors
from daygate.web import meanings
from daygate.web.meanings import Meaning

JSON_TYPE = "application/json; charset=utf-8"
_BUSY_RETRY_S = 2


def respond(request: Request, refusal: errors.Refusal) -> Response:
    """The API's answer to a refusal."""
    kind = next(kind for kind in type(refusal).__mro__ if kind in meanings.API)
    meaning = meanings.API[kind]
    if isinstance(refusal, errors.Invalid):
        # Exactly as the public API shows it; where to read on is in the headers.
        return answer(request, meaning, {"errors": _fields(refusal)})
    return explain(request, meaning, _detail(refusal), _headers(refusal))


def explain(
    request: Request, meaning: Meaning, detail: str = "", headers: Mapping[str, str] | None = None
) -> Response:
    """An answer in words, with the names that RFC 6749 section 5.2 has for them."""
    body = {
        "error": meaning.error,
        "error_description": f"{detail or meaning.when}. {meaning.remedy}.",
        "error_uri": meanings.link(request, meaning),
        "request_id": getattr(request.state, "request_id", ""),
    }
    return answer(request, meaning, body, headers)


def answer(
    request: Request,
    meaning: Meaning,
    body: Mapping[str, Any] | None,
    headers: Mapping[str, str] | None = None,
) -> Response:
    """An answer with this body; its headers lead to what it means.

    The status line is repeated for clients that read it from a header.
    """
    named = {
        "Status": f"{meaning.status} {HTTPStatus(meaning.status).phrase}",
        "Link": f'<{meanings.link(request, meaning)}>; rel="help"',
        **(headers or {}),
    }
    content = b"" if body is None else orjson.dumps(body)
    return Response(content, meaning.status, named, media_type=JSON_TYPE)


def _fields(refusal: errors.Invalid) -> Mapping[str, list[dict[str, str]]]:
    fields: dict[str, list[dict[str, str]]] = {}
    for error in refusal.errors:
        fields.setdefault(error.field, []).append(
            {"key": error.key, "description": error.description}
        )
    return fields


def _detail(refusal: errors.Refusal) -> str:
    match refusal:
        case errors.Malformed(description=description):
            return description
        case errors.Forbidden(scope=scope) if scope:
            return f"The token lacks the scope {scope}"
        case errors.TooLarge(limit_bytes=limit_bytes):
            return f"The body is over {limit_bytes} bytes"
        case _:
            return ""


def _headers(refusal: errors.Refusal) -> Mapping[str, str]:
    match refusal:
        case errors.Unauthenticated(given=given):
            # RFC 6750 section 3.1: no error code when no credentials were given.
            error = ', error="invalid_token"' if given else ""
            return {"WWW-Authenticate": f'Bearer realm="daygate"{error}'}
        case errors.Forbidden(scope=scope):
            named = f', scope="{scope}"' if scope else ""
            challenge = f'Bearer realm="daygate", error="insufficient_scope"{named}'
            return {"WWW-Authenticate": challenge}
        case errors.TooMany(retry_after_s=retry_after_s):
            return {"Retry-After": str(retry_after_s)}
        case errors.Unavailable():
            return {"Retry-After": str(_BUSY_RETRY_S)}
        case _:
            return {}
