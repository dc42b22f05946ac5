"""For load balancers: whether the process is alive, and whether it can serve."""

from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from daygate.web.v1.answers import parts_of


async def alive(_request: Request) -> Response:
    """The process answers."""
    return PlainTextResponse("ok\n")


async def ready(request: Request) -> Response:
    """The database answers too; while it does not, the refusal is 503."""
    async with parts_of(request).store.read() as tx:
        await tx.now_ms()
    return PlainTextResponse("ready\n")
