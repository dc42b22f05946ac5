"""`/openapi.json`: the API described from the route table, the queries and the meanings of errors.

Nothing here is a second list of addresses: what is not in the route table is not described, and
what cannot be told from the code (the members of answers) is left to the documentation.
"""

import inspect
import re
from collections.abc import Callable, Iterable, Mapping
from importlib.metadata import version
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daygate.oauth import request as authorization
from daygate.settings import Settings
from daygate.web import meanings
from daygate.web.errors import JSON_TYPE
from daygate.web.oauth import parameters as token_parameters
from daygate.web.pages import settings_of
from daygate.web.v1 import events, free_busy, verification
from daygate.web.v1.parameters import Reading
from daygate.web.v1.queries import PARAMETERS, EventsQuery, FreeBusyQuery

Json = dict[str, Any]

_QUERIES: Mapping[Any, type[Any]] = {
    events.get_events: EventsQuery,
    free_busy.get_free_busy: FreeBusyQuery,
}
_BY_API_KEY = frozenset({verification.request_verification})
_TOKEN = "/oauth/token"  # noqa: S105 - an address
_AUTHORIZE = "/oauth/authorize"
_PLACE = re.compile(r"\{(\w+)\}")
_TOKEN_TYPES = (token_parameters.FORM_TYPE, token_parameters.JSON_TYPE)
_TIME = {"type": "string", "format": "date-time"}
_SCHEMAS: Mapping[Callable[..., Any], Json] = {
    Reading.flag: {"type": "boolean", "default": False},
    Reading.tzid: {"type": "string", "default": "Etc/UTC"},
    Reading.edge: {"anyOf": [{"type": "string", "format": "date"}, _TIME]},
    Reading.time_ms: _TIME,
    Reading.calendar_ids: {"type": "array", "items": {"type": "string"}},
}


async def show(request: Request) -> Response:
    """GET /openapi.json."""
    routes = [route for route in request.app.routes if isinstance(route, Route)]
    body = orjson.dumps(document(settings_of(request), routes))
    return Response(body, media_type=JSON_TYPE)


def document(settings: Settings, routes: Iterable[Route]) -> Json:
    """OpenAPI 3.1.0, https://spec.openapis.org/oas/v3.1.0."""
    paths: dict[str, Json] = {}
    for route in routes:
        if route.path.startswith(("/v1/", _TOKEN)) or route.path == _AUTHORIZE:
            paths.setdefault(route.path, {}).update(_operations(route))
    return {
        "openapi": "3.1.0",
        "info": {"title": "Daygate", "version": version("daygate")},
        "servers": [{"url": settings.api_base_url}],
        "paths": paths,
        "components": {
            "securitySchemes": {
                "access_token": {"type": "http", "scheme": "bearer"},
                "api_key": {
                    "type": "http",
                    "scheme": "bearer",
                    "description": "A client secret.",
                },
            },
            "responses": {
                str(meaning.status): _response(f"{meaning.when}. {meaning.remedy}.")
                for meaning in (*meanings.API.values(), *meanings.OTHER_STATUSES)
            },
        },
    }


def _operations(route: Route) -> Json:
    # The token endpoint's route takes every method, so that all but POST are refused by its rules.
    methods = {"POST"} if route.path.startswith(_TOKEN) else (route.methods or set()) - {"HEAD"}
    return {method.lower(): _operation(route, method) for method in sorted(methods)}


def _operation(route: Route, method: str) -> Json:
    handler = route.endpoint
    words = inspect.getdoc(handler) or ""
    operation: Json = {
        "operationId": re.sub(r"\W+", "_", f"{method.lower()}{route.path}").strip("_"),
        "summary": words.partition("\n")[0],
        "parameters": [*_places(route.path), *_query(route, method)],
        "responses": _responses(route),
    }
    if route.path.startswith("/v1/"):
        scheme = "api_key" if handler in _BY_API_KEY else "access_token"
        operation["security"] = [{scheme: []}]
    if route.path.startswith(_TOKEN):
        operation["requestBody"] = _body(token_parameters.KNOWN, *_TOKEN_TYPES)
    if route.path == _AUTHORIZE and method == "POST":
        operation["requestBody"] = _body(authorization.PARAMETERS, token_parameters.FORM_TYPE)
    return operation


def _places(path: str) -> list[Json]:
    string = {"type": "string"}
    return [
        {"name": name, "in": "path", "required": True, "schema": string}
        for name in _PLACE.findall(path)
    ]


def _query(route: Route, method: str) -> list[Json]:
    if route.path == _AUTHORIZE and method == "GET":
        return [
            {"name": name, "in": "query", "schema": {"type": "string"}}
            for name in authorization.PARAMETERS
        ]
    model = _QUERIES.get(route.endpoint)
    if model is None:
        return []
    return [
        {
            "name": each.name or field,
            "in": "query",
            "description": each.what,
            "schema": _SCHEMAS[each.take],
        }
        for field, each in PARAMETERS[model].items()
    ]


def _responses(route: Route) -> Json:
    if route.path == _AUTHORIZE:
        return {"303": {"description": "To the first page for the person, or back with an error."}}
    if route.path.startswith(_TOKEN):
        refusals = {str(each.status): each for each in meanings.TOKEN.values()}
        told = {status: _response(f"{each.when}.") for status, each in refusals.items()}
        return {"200": _response("Done."), **told}
    named = {str(each.status) for each in (*meanings.API.values(), *meanings.OTHER_STATUSES)}
    refs = {status: {"$ref": f"#/components/responses/{status}"} for status in sorted(named)}
    return {"2XX": _response("Done."), **refs}


def _response(description: str) -> Json:
    return {
        "description": description,
        "content": {"application/json": {"schema": {"type": "object"}}},
    }


def _body(names: Iterable[str], *kinds: str) -> Json:
    properties = {name: {"type": "string"} for name in sorted(names)}
    schema = {"type": "object", "properties": properties}
    return {"required": True, "content": {kind: {"schema": schema} for kind in kinds}}
