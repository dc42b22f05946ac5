"""Several servers in one process and on one event loop, on loopback addresses only."""

import asyncio
import ipaddress
import socket
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

import uvicorn
from starlette.types import ASGIApp

_BACKLOG = 128
_LAST_ANSWERS_S = 2
_LOOK_EVERY_S = 0.01


class NotListening(Exception):
    """An address cannot be listened on; the text says why and what to do."""


class Server(uvicorn.Server):
    """A server that leaves signals to the command: with several, only one would hear them."""

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Capture none."""
        yield


def loopback(host: str) -> str:
    """The address that `host` means, if only this very machine can reach it."""
    text = "127.0.0.1" if host == "localhost" else host.strip("[]")
    try:
        address = ipaddress.ip_address(text)
    except ValueError:
        address = None
    if address is None or not address.is_loopback:
        raise NotListening(
            f"A demo listens on loopback only, not on {host}: its passwords are known to everybody."
        )
    return str(address)


def listen(address: str, port: int) -> socket.socket:
    """A listening socket; port 0 takes any free one."""
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        return socket.create_server((address, port), family=family, backlog=_BACKLOG)
    except OSError as error:
        raise NotListening(
            f"Port {port} of {address} cannot be used ({error.strerror}): choose with --port."
        ) from error


def origin(listening: socket.socket) -> str:
    """The address of a socket as a browser writes it."""
    host, port = listening.getsockname()[:2]
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


@asynccontextmanager
async def served(app: ASGIApp, listening: socket.socket) -> AsyncIterator[None]:
    """Serve an application inside; it answers already when the body begins."""
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=_LAST_ANSWERS_S,
    )
    server = Server(config)
    serving = asyncio.create_task(server.serve(sockets=[listening]))
    try:
        # uvicorn tells by a flag alone.
        while not server.started and not serving.done():  # noqa: ASYNC110
            await asyncio.sleep(_LOOK_EVERY_S)
        yield
    finally:
        server.should_exit = True
        await serving
