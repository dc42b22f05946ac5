"""A whole house in the test's own process: parts on a given store, a worker, the app on a port."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import aiohttp
import uvicorn

from daygate.app import build_app
from daygate.applications import members, register
from daygate.cli.calendars import let_in
from daygate.domain.developer import CONSOLE
from daygate.kit.crypto import KeyRing
from daygate.kit.outbound import Outbound
from daygate.kit.passwords import Passwords
from daygate.link import finish
from daygate.providers.catalog import catalog
from daygate.sandbox.seed import build_world
from daygate.sandbox.world import World
from daygate.settings import Settings
from daygate.store import schema
from daygate.store.engine import Store
from daygate.wiring import LOOPBACK, Parts
from daygate.work.runner import Runner
from daygate.worker import build_runner

from .sandbox import sandbox


@dataclass(slots=True)
class Inside:
    """The open house. `drain` does all work that is due."""

    parts: Parts
    world: World
    runner: Runner
    url: str
    http: aiohttp.ClientSession
    client: dict[str, str] = field(default_factory=dict)

    async def drain(self) -> None:
        """Do everything that is due by now."""
        await self.runner.drain()

    async def look(self) -> None:
        """Look at every calendar account now, whatever its cadence says."""
        await self.parts.store.transact(_all_due)
        await self.drain()

    async def connect(
        self, person: str = "ada", scope: str = "read_write", account: str = ""
    ) -> dict[str, Any]:
        """Let the application into a sandbox person's calendars; the token answer."""
        spec = self.parts.catalog.by_key("sandbox")
        assert spec is not None
        answer = {"user": person, "password": self.world.app_password(person)}
        credential = await finish.admit(spec, answer)
        named = (self.client["client_id"], account)
        return await self.parts.store.transact(
            lambda tx: let_in(self.parts, tx, named, (spec, credential), scope)
        )

    async def get(self, path: str, token: str, **headers: str) -> tuple[int, Any]:
        """GET with a bearer token; status and JSON (None if the body is empty)."""
        headers = {"Authorization": f"Bearer {token}", **headers}
        async with self.http.get(self.url + path, headers=headers) as response:
            body = await response.read()
            return response.status, await response.json() if body else None


async def _all_due(tx: Any) -> None:
    from_now = schema.work.update().where(schema.work.c.kind == "list").values(due_ms=0)
    await tx.execute(from_now)


@asynccontextmanager
async def inside(store: Store, today: date | None = None) -> AsyncIterator[Inside]:
    """Open a house on `store`, with the sandbox as its calendar service and one application."""
    world = build_world(today or datetime.now(UTC).date())
    async with sandbox(world) as sandbox_url:
        outbound = Outbound(allow=LOOPBACK)
        settings = Settings(profile="dev", sandbox_url=sandbox_url, port=0)
        services = catalog(outbound, sandbox_url=sandbox_url, dev=True)
        parts = Parts(settings, store, KeyRing.generate(), Passwords(), outbound, services)
        try:
            async with _served(parts) as url, aiohttp.ClientSession() as http:
                house = Inside(parts, world, build_runner(parts), url, http)
                house.client = await _application(parts)
                yield house
        finally:
            await outbound.close()


async def _application(parts: Parts) -> dict[str, str]:
    newcomer = members.Newcomer("dev@example.org", "Dev", "no password")

    async def make(tx: Any) -> dict[str, str]:
        owner = await members.create_user(tx, newcomer, operator=False)
        made = await register.register(tx, parts.ring, owner, register.Wanted("Planner"), CONSOLE)
        return {
            "client_id": made.application.client_id,
            "client_secret": made.client_secret,
        }

    return await parts.store.transact(make)


@asynccontextmanager
async def _served(parts: Parts) -> AsyncIterator[str]:
    listening = socket.create_server(("127.0.0.1", 0))
    app = build_app(parts.settings, parts)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}"
    finally:
        server.should_exit = True
        server.force_exit = True
        await serving
        listening.close()
