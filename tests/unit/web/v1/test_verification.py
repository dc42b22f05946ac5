"""POST /v1/application_verification: 202 for the bearer of a live secret, URIs add up."""

import json
from types import SimpleNamespace

import orjson
import pytest
from starlette.applications import Starlette
from starlette.datastructures import Headers
from starlette.routing import Route

from daygate.applications import register
from daygate.domain.errors import Refusal
from daygate.settings import Settings
from daygate.store.engine import Store
from daygate.web.errors import respond
from daygate.web.pace import Pace
from daygate.web.v1.bodies import LIMIT_BYTES
from daygate.web.v1.verification import request_verification
from tests.unit.applications.people import application, by, developer

PATH = "/v1/application_verification"
CONTACT = {"email": "support@acme.example", "display_name": "Acme"}


async def _refused(request, error):
    return respond(request, error)


async def _post(store: Store, key: str | None, body: object) -> tuple[int, object, Headers]:
    app = Starlette(
        routes=[Route(PATH, request_verification, methods=["POST"])],
        exception_handlers={Refusal: _refused},
    )
    app.state.parts = SimpleNamespace(store=store, settings=Settings())
    app.state.pace = Pace(50, 500)
    headers = [(b"authorization", f"Bearer {key}".encode())] if key else []
    scope = {
        "type": "http",
        "http_version": "1.1",
        "method": "POST",
        "path": PATH,
        "query_string": b"",
        "client": ("192.0.2.7", 4711),
        "headers": headers,
    }
    sent = []
    content = body if isinstance(body, bytes) else orjson.dumps(body)

    async def receive():
        return {"type": "http.request", "body": content, "more_body": False}

    async def send(message):
        sent.append(message)

    await app(scope, receive, send)
    text = sent[1]["body"]
    return sent[0]["status"], json.loads(text) if text else None, Headers(raw=sent[0]["headers"])


async def test_uris_add_up_and_wait(store):
    owner = await developer(store)
    made = await application(store, owner)
    uris = ["https://acme.example/1", "https://acme.example/2"]
    for uri in uris:
        body = {"redirect_uris": [uri], "contact": CONTACT}
        status, answer, headers = await _post(store, made.client_secret, body)
        assert (status, answer) == (202, {})
        assert headers["content-type"] == "application/json; charset=utf-8"
    async with store.read() as tx:
        (found,) = await register.of_owner(tx, owner.user_id)
    assert set(found.pending_uris) == set(uris)
    assert not found.verified


async def test_nobody_but_the_bearer_of_a_live_secret_may_ask(store):
    owner = await developer(store)
    made = await application(store, owner)
    await store.transact(lambda tx: register.close(tx, made.application, by(owner)))
    for key in (None, "x" * 43, made.application.client_id, made.client_secret):
        status, _, headers = await _post(store, key, {"redirect_uris": [], "contact": CONTACT})
        assert status == 401
        assert headers["www-authenticate"].startswith("Bearer")


@pytest.mark.parametrize(
    ("body", "wrong"),
    [
        (b"{", {"body"}),
        ({}, {"redirect_uris", "contact"}),
        ({"redirect_uris": ["ftp://a.example"], "contact": CONTACT}, {"redirect_uris"}),
        ({"redirect_uris": ["http://a.example"], "contact": CONTACT}, {"redirect_uris"}),
        ({"redirect_uris": ["https://a.example/"], "contact": {"email": ""}}, {"contact.email"}),
    ],
)
async def test_what_is_wrong_is_named(store, body, wrong):
    made = await application(store, await developer(store))
    status, answer, _ = await _post(store, made.client_secret, body)
    assert status == 422
    assert isinstance(answer, dict)
    assert answer["errors"].keys() == wrong


async def test_a_body_over_one_megabyte_is_refused(store):
    made = await application(store, await developer(store))
    status, _, _ = await _post(store, made.client_secret, b" " * (LIMIT_BYTES + 1))
    assert status == 413
