"""`GET /v1/calendars`: every calendar the grant may see."""

from starlette.requests import Request
from starlette.responses import Response

from daygate.store import calendars
from daygate.store.engine import Tx
from daygate.web.subject import subject
from daygate.web.v1.answers import json_answer, reading
from daygate.web.v1.shapes import calendar_shape


async def get_calendars(request: Request) -> Response:
    """No paging and no parameters; deleted calendars stay listed, marked."""

    async def rule(tx: Tx) -> Response:
        caller = await subject(request, tx, "list_calendars")
        found = await calendars.of_grant(tx, caller.account_id, caller.grant_id)
        return json_answer(
            {"sub": caller.account_id, "calendars": [calendar_shape(each) for each in found]}
        )

    return await reading(request, rule)
