"""Whatever a handler raises: JSON under the addresses of programs, a page elsewhere."""

import json
from contextlib import suppress
from types import SimpleNamespace
from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from daygate.domain import errors
from daygate.settings import Settings
from daygate.web.handlers import HANDLERS, database_away
from tests.unit.web.site import HTTPS, Answer, Site

SURPRISE = RuntimeError("the words of a stack trace")
RAISED: list[tuple[Exception, int]] = [
    (errors.Unauthenticated(given=True), 401),
    (errors.Malformed("two of something"), 400),
    (errors.Forbidden("read_events"), 403),
    (errors.NotFound(), 404),
    (errors.TooLarge(5), 413),
    (errors.ProfileLocked(), 423),
    (errors.TooMany(7), 429),
    (errors.Unavailable(), 503),
    (ConnectionRefusedError("10.0.0.1:5432"), 503),
    (SURPRISE, 500),
]


def _ask(raised: Exception, path: str) -> Answer:
    async def handler(_request: Request) -> Response:
        raise raised

    handlers: dict[Any, Any] = {**HANDLERS, ConnectionError: database_away}
    app = Starlette(routes=[Route("/{rest:path}", handler)], exception_handlers=handlers)
    app.state.parts = SimpleNamespace(settings=Settings(public_url=HTTPS))

    async def kept(scope: Any, receive: Any, send: Any) -> None:
        # Starlette raises a surprise again, for the server's log, after the answer has gone out.
        with suppress(type(SURPRISE)):
            await app(scope, receive, send)

    return Site(kept, HTTPS).get(path)


@pytest.mark.parametrize(("raised", "status"), RAISED, ids=lambda each: type(each).__name__)
def test_programs_get_an_object_that_names_the_error_and_the_remedy(
    raised: Exception, status: int
) -> None:
    for path in ("/v1/account", "/oauth/token", "/.well-known/oauth-authorization-server"):
        answer = _ask(raised, path)
        assert answer.status_code == status
        told = json.loads(answer.text)
        assert told["error_description"].count(".") >= 2
        assert told["error_uri"] == f"{HTTPS}/docs/errors#{told['error']}"
        assert "stack trace" not in answer.text
        assert "10.0.0.1" not in answer.text


@pytest.mark.parametrize(("raised", "status"), RAISED, ids=lambda each: type(each).__name__)
def test_people_get_a_page(raised: Exception, status: int) -> None:
    for path in ("/", "/dashboard", "/connect/x"):
        answer = _ask(raised, path)
        # To a person a disconnected profile is no error of an address; nothing raises it there.
        assert answer.status_code == (400 if status == 423 else status)
        assert answer.text.startswith("<!doctype html>")
        assert "stack trace" not in answer.text
        assert "10.0.0.1" not in answer.text


def test_what_names_a_time_or_a_scope_does_so_in_its_header_too() -> None:
    assert _ask(errors.TooMany(7), "/v1/account").headers["retry-after"] == "7"
    assert _ask(errors.Unavailable(), "/v1/account").headers["retry-after"] == "2"
    refused = _ask(errors.Forbidden("read_events"), "/v1/account")
    assert refused.headers["www-authenticate"] == (
        'Bearer realm="daygate", error="insufficient_scope", scope="read_events"'
    )
    assert "read_events" in json.loads(refused.text)["error_description"]
