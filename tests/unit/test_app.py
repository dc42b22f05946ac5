"""The ASGI process: it opens its own parts, and has an answer to whatever is raised."""

import asyncio
from dataclasses import replace
from pathlib import Path
from typing import Any

import orjson
import pytest
from starlette.types import ASGIApp

from daygate.app import build_app
from daygate.settings import Settings
from daygate.store.engine import open_store
from daygate.store.migrate import migrate
from daygate.wiring import open_parts


async def ask(
    app: ASGIApp, path: str, host: str = "localhost", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    asked = {"host": host, **headers}
    scope: dict[str, Any] = {
        "type": "http", "http_version": "1.1", "method": "GET", "scheme": "http", "path": path,
        "raw_path": path.encode(), "query_string": b"", "root_path": "",
        "client": ("127.0.0.1", 1),
        "headers": [(name.encode(), value.encode()) for name, value in asked.items()],
    }  # fmt: skip
    sent: list[Any] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    answered = {name.decode(): value.decode() for name, value in sent[0]["headers"]}
    return sent[0]["status"], answered, b"".join(each.get("body", b"") for each in sent[1:])


class Lifespan:
    """The server's side of an application's beginning and end."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._ask: asyncio.Queue[Any] = asyncio.Queue()
        self._said: asyncio.Queue[Any] = asyncio.Queue()
        self._running: asyncio.Future[None] | None = None

    async def __aenter__(self) -> str:
        scope: dict[str, Any] = {"type": "lifespan", "asgi": {"version": "3.0"}, "state": {}}
        serving = self._app(scope, self._ask.get, self._said.put)
        self._running = asyncio.ensure_future(serving)
        return await self._tell("startup")

    async def __aexit__(self, *_raised: object) -> None:
        await self._tell("shutdown")
        assert self._running is not None
        await self._running

    async def _tell(self, what: str) -> str:
        await self._ask.put({"type": f"lifespan.{what}"})
        return str((await self._said.get())["type"])


@pytest.fixture
async def settings(tmp_path: Path) -> Settings:
    found = Settings(profile="dev", data_dir=tmp_path)
    await migrate(found.store_url)
    return found


async def test_without_parts_it_opens_its_own_and_closes_them(settings: Settings):
    app = build_app(settings)
    async with Lifespan(app) as said:
        assert said == "lifespan.startup.complete"
        assert (await ask(app, "/readyz"))[0] == 200


async def test_an_unknown_address_is_json_for_programs_and_a_page_for_people(settings: Settings):
    app = build_app(settings)
    async with Lifespan(app):
        status, headers, body = await ask(app, "/v1/nothing")
        assert (status, headers["content-type"].partition(";")[0]) == (404, "application/json")
        assert not body or orjson.loads(body)
        status, headers, body = await ask(app, "/nothing")
        assert (status, headers["content-type"].partition(";")[0]) == (404, "text/html")
        assert headers["x-request-id"].encode() in body


async def test_a_slash_too_many_is_not_redirected(settings: Settings):
    app = build_app(settings)
    async with Lifespan(app):
        assert (await ask(app, "/healthz/"))[0] == 404


async def test_the_dev_profile_answers_to_loopback_names_alone(settings: Settings):
    app = build_app(settings)
    async with Lifespan(app):
        assert (await ask(app, "/healthz", host="gate.example"))[0] == 421
        assert (await ask(app, "/healthz", host="[::1]:8040"))[0] == 200


async def test_a_database_that_is_away_is_503_for_programs_and_people(settings: Settings):
    async with open_parts(settings) as opened:
        away = open_store("postgresql://nobody@127.0.0.1:1/none")
        app = build_app(settings, replace(opened, store=away))
        assert (await ask(app, "/readyz"))[0] == 503
        status, _, body = await ask(app, "/v1/account", authorization=f"Bearer {'x' * 32}")
        assert status == 503
        assert b"Connect call failed" not in body
        await away.close()
