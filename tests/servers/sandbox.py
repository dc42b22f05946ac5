"""The project's own sandbox, served over real HTTP on a free port."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import uvicorn

from daygate.sandbox.app import sandbox_app
from daygate.sandbox.world import World


@asynccontextmanager
async def sandbox(world: World) -> AsyncIterator[str]:
    """Serve a world; gives its URL."""
    listening = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(sandbox_app(world), log_level="critical", lifespan="off")
    server = uvicorn.Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield f"http://127.0.0.1:{listening.getsockname()[1]}/"
    finally:
        server.should_exit = True
        server.force_exit = True
        await serving
        listening.close()
