"""How `/v1` answers: JSON bytes, in one transaction or by plain reads, refusals from the table."""

from collections.abc import Awaitable, Callable, Iterable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response

from daygate.store.engine import Tx
from daygate.web.errors import JSON_TYPE
from daygate.web.transaction import in_transaction
from daygate.wiring import Parts

Rule = Callable[[Tx], Awaitable[Response]]


def parts_of(request: Request) -> Parts:
    """What this process is made of."""
    parts: Parts = request.app.state.parts
    return parts


async def reading(request: Request, rule: Rule) -> Response:
    """Answer by reads alone."""
    async with parts_of(request).store.read() as tx:
        return await rule(tx)


async def writing(request: Request, rule: Rule) -> Response:
    """Answer after one transaction."""
    return await in_transaction(parts_of(request).store, rule)


def json_answer(body: Any, status: int = 200) -> Response:
    """An answer rendered from plain values."""
    return Response(orjson.dumps(body), status, media_type=JSON_TYPE)


def accepted() -> Response:
    """202 with an empty body."""
    return Response(b"", 202, media_type=JSON_TYPE)


def spliced(pages: dict[str, Any], name: str, members: Iterable[bytes]) -> Response:
    """A list answer whose members are JSON already."""
    body = b'{"pages":%b,"%b":[%b]}' % (orjson.dumps(pages), name.encode(), b",".join(members))
    return Response(body, media_type=JSON_TYPE)
