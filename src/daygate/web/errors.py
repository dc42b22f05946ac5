"""One table: an expected "no" of the house -> status and body, for the API under `/v1`."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any

import orjson
from starlette.responses import Response

from daygate.domain import errors

JSON_TYPE = "application/json; charset=utf-8"
_BUSY_RETRY_S = 2

Answer = tuple[int, Mapping[str, Any] | None, Mapping[str, str]]


def _unauthenticated(refusal: errors.Unauthenticated) -> Answer:
    # RFC 6750 section 3.1: no error code when no credentials were given.
    error = ', error="invalid_token"' if refusal.given else ""
    return 401, None, {"WWW-Authenticate": f'Bearer realm="daygate"{error}'}


def _forbidden(refusal: errors.Forbidden) -> Answer:
    scope = f', scope="{refusal.scope}"' if refusal.scope else ""
    challenge = f'Bearer realm="daygate", error="insufficient_scope"{scope}'
    return 403, None, {"WWW-Authenticate": challenge}


def _invalid(refusal: errors.Invalid) -> Answer:
    fields: dict[str, list[dict[str, str]]] = {}
    for error in refusal.errors:
        fields.setdefault(error.field, []).append(
            {"key": error.key, "description": error.description}
        )
    return 422, {"errors": fields}, {}


TABLE: Mapping[type[errors.Refusal], Callable[[Any], Answer]] = {
    errors.Unauthenticated: _unauthenticated,
    errors.Malformed: lambda refusal: (400, {"error": refusal.description}, {}),
    errors.Forbidden: _forbidden,
    errors.NotFound: lambda _: (404, None, {}),
    errors.Invalid: _invalid,
    errors.ProfileLocked: lambda _: (423, None, {}),
    errors.TooMany: lambda refusal: (429, None, {"Retry-After": str(refusal.retry_after_s)}),
    errors.TooLarge: lambda _: (413, None, {}),
    errors.Unavailable: lambda _: (503, None, {"Retry-After": str(_BUSY_RETRY_S)}),
}


def respond(refusal: errors.Refusal) -> Response:
    """The API's answer to a refusal; the status line is repeated for clients that read it there."""
    kind = next(kind for kind in type(refusal).__mro__ if kind in TABLE)
    status, body, headers = TABLE[kind](refusal)
    content = b"" if body is None else orjson.dumps(body)
    named = {"Status": f"{status} {HTTPStatus(status).phrase}", **headers}
    return Response(content, status, named, media_type=JSON_TYPE)
