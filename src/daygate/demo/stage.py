"""A whole installation to try: the sandbox, Daygate with a worker, the sample application."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from socket import socket

from starlette.middleware.trustedhost import TrustedHostMiddleware
from starlette.types import ASGIApp

from daygate import worker
from daygate.app import build_app
from daygate.demo import cast, data
from daygate.demo.cast import Cast
from daygate.demo.sample.app import sample_app
from daygate.demo.sample.client import Registration
from daygate.demo.serving import listen, loopback, origin, served
from daygate.sandbox.app import sandbox_app
from daygate.sandbox.seed import build_world
from daygate.sandbox.world import World
from daygate.settings import Settings
from daygate.store.migrate import migrate
from daygate.wiring import Parts, open_parts

POLL_S = 5
"""So that a change made in the sandbox shows up while its maker still looks."""
LOCAL_NAMES = ("127.0.0.1", "localhost", "[::1]", "::1")


@dataclass(frozen=True, slots=True)
class Place:
    """Where a demo runs: Daygate's port, the next one for the sandbox, then the application's."""

    host: str
    port: int
    data_dir: Path


@dataclass(frozen=True, slots=True)
class Demo:
    """A running demo. `world` may be changed at any time, from the same event loop."""

    settings: Settings
    cast: Cast
    world: World
    sandbox_url: str
    sample_url: str

    @property
    def url(self) -> str:
        """Where Daygate is."""
        return self.settings.app_url


@asynccontextmanager
async def open_demo(place: Place) -> AsyncIterator[Demo]:
    """Begin anew and run until left."""
    async with AsyncExitStack() as stack:
        sockets = _sockets(stack, place)
        directory = stack.enter_context(data.fresh(place.data_dir))
        daygate_url, sandbox_url, sample_url = map(origin, sockets)
        settings = _settings(directory, sockets[0], sandbox_url)
        world = build_world(datetime.now(UTC).date())
        await migrate(settings.store_url)
        parts = await stack.enter_async_context(open_parts(settings))
        uris = (f"{sample_url}/callback", f"{sample_url}/code")
        made = await cast.make(parts, sample_url, uris)
        known = Registration(daygate_url, made.client_id, made.client_secret, sample_url)
        apps: tuple[ASGIApp, ...] = (
            build_app(settings, parts),
            _local_names_only(sandbox_app(world)),
            _local_names_only(sample_app(known)),
        )
        for app, listening in zip(apps, sockets, strict=True):
            await stack.enter_async_context(served(app, listening))
        await stack.enter_async_context(_working(parts))
        yield Demo(settings, made, world, sandbox_url, sample_url)


def _local_names_only(app: ASGIApp) -> ASGIApp:
    """Daygate's dev profile refuses rebound names itself; the other two must not be the gap."""
    return TrustedHostMiddleware(app, allowed_hosts=LOCAL_NAMES, www_redirect=False)


def _sockets(stack: AsyncExitStack, place: Place) -> list[socket]:
    """Daygate's, the sandbox's, the application's; before anything is deleted or made."""
    address = loopback(place.host)
    ports = [place.port + step if place.port else 0 for step in range(3)]
    return [stack.enter_context(listen(address, port)) for port in ports]


def _settings(directory: Path, listening: socket, sandbox_url: str) -> Settings:
    """Every setting that could lead to another installation is given, whatever is exported."""
    host, port = listening.getsockname()[:2]
    return Settings(
        profile="dev",
        data_dir=directory,
        database_url=None,
        secret_keys=None,
        host=host,
        port=port,
        public_url=origin(listening),
        api_url=None,
        trusted_proxies=(),
        sandbox_url=sandbox_url,
        poll_s=POLL_S,
        poll_quiet_s=POLL_S,
    )


@asynccontextmanager
async def _working(parts: Parts) -> AsyncIterator[None]:
    stop = asyncio.Event()
    async with asyncio.TaskGroup() as group:
        group.create_task(worker.run(parts, stop))
        try:
            yield
        finally:
            stop.set()
