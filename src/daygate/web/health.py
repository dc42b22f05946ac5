"""The front door, and for load balancers: whether the process is alive, and can serve."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

from daygate.web.v1.answers import parts_of


async def front_door(_request: Request) -> Response:
    """Whoever comes without a purpose is a developer."""
    return RedirectResponse("/dashboard", 303)


async def alive(_request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n")


async def ready(request: Request) -> Response:
    """The database answers too; while it does not, the refusal is 503."""
    async with parts_of(request).store.read() as tx:
        await tx.now_ms()
    return PlainTextResponse("ready\n")
