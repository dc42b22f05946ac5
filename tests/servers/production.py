"""A house in process, served once more as in production: any Host header, a public address."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import replace

import uvicorn

from daygate.app import build_app
from daygate.cli.bounded import BoundedHttp
from daygate.settings import Settings

from .inside import Inside

PUBLIC_URL = "https://daygate.example.org"


@asynccontextmanager
async def production(house: Inside) -> AsyncIterator[int]:
    """The port it listens on."""
    settings = Settings(profile="production", public_url=PUBLIC_URL)
    app = build_app(settings, replace(house.parts, settings=settings))
    listening = socket.create_server(("127.0.0.1", 0))
    configured = uvicorn.Config(app, http=BoundedHttp, log_config=None, lifespan="off")
    server = uvicorn.Server(configured)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = server.force_exit = True
        await serving
        listening.close()


async def raw(port: int, request: bytes) -> tuple[int, dict[str, str], bytes]:
    """Send these very bytes; status, headers and body of the answer."""
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    writer.write(request)
    try:
        answer = await asyncio.wait_for(reader.read(), timeout=30)
    finally:
        writer.close()
    while answer.startswith(b"HTTP/1.1 100 "):
        answer = answer.partition(b"\r\n\r\n")[2]
    head, _, body = answer.partition(b"\r\n\r\n")
    lines = head.decode("latin-1").split("\r\n")
    headers = {
        name.lower(): value for name, _, value in (line.partition(": ") for line in lines[1:])
    }
    return int(lines[0].split()[1]), headers, body
