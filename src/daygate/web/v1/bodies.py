"""JSON bodies of requests, read within a limit."""

import orjson
from starlette.requests import Request

from daygate.domain.errors import TooLarge, invalid

LIMIT_BYTES = 1_000_000


async def read_json(request: Request) -> object:
    """The value of a JSON body; the content type is not asked for, some clients send none."""
    body = bytearray()
    async for chunk in request.stream():
        body += chunk
        if len(body) > LIMIT_BYTES:
            raise TooLarge(LIMIT_BYTES)
    try:
        value: object = orjson.loads(bytes(body))
    except orjson.JSONDecodeError:
        raise invalid("body", "errors.invalid", "must be JSON") from None
    return value
