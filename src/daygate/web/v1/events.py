"""`GET /v1/events` and its further pages."""

from dataclasses import asdict, replace

from starlette.requests import Request
from starlette.responses import Response

from daygate.calendars.bounds import Asking, bounds
from daygate.calendars.read import Page
from daygate.domain.moments import from_ms
from daygate.domain.subject import Subject
from daygate.occurrences.splice import Shape, event
from daygate.store.engine import Tx
from daygate.store.readings import Asked
from daygate.web.subject import require, subject
from daygate.web.v1 import paging
from daygate.web.v1.answers import parts_of, reading, spliced
from daygate.web.v1.parameters import Reading

KIND = "events"


async def get_events(request: Request) -> Response:
    """The first page; `only_managed` reads need no scope."""
    query = Reading(request.query_params)
    only_managed = query.flag("only_managed")

    async def rule(tx: Tx) -> Response:
        caller = await subject(request, tx, None if only_managed else "read_events")
        asked, shape = await _asked(request, tx, query)
        page = await paging.begin(request, tx, caller, asked)
        return _answer(request, caller, page, asked, shape)

    return await reading(request, rule)


async def get_more_events(request: Request) -> Response:
    """A further page."""

    async def rule(tx: Tx) -> Response:
        caller = await subject(request, tx)
        page, asked, extra = await paging.go_on(request, tx, caller, KIND)
        if not asked.only_managed:
            require(caller, "read_events")
        return _answer(request, caller, page, asked, Shape(**extra))

    return await reading(request, rule)


async def _asked(request: Request, tx: Tx, query: Reading) -> tuple[Asked, Shape]:
    tzid = query.tzid("tzid")
    asking = Asking(query.edge("from"), query.edge("to"), tzid)
    only_managed = query.flag("only_managed")
    asked = Asked(
        bounds=None,
        calendar_ids=query.calendar_ids(),
        include_managed=query.flag("include_managed"),
        only_managed=only_managed,
        include_deleted=query.flag("include_deleted"),
        include_moved=query.flag("include_moved"),
        changed_since_ms=query.time_ms("last_modified"),
    )
    shape = Shape(query.flag("localized_times"), query.flag("include_geo"), tzid)
    query.flag("google_event_ids")
    query.settle()
    if only_managed and asking.start is None and asking.end is None:
        return asked, shape
    reach = paging.reach_of(parts_of(request).settings)
    found = bounds(asking, reach, from_ms(await tx.now_ms()))
    return replace(asked, bounds=found), shape


def _answer(request: Request, caller: Subject, page: Page, asked: Asked, shape: Shape) -> Response:
    pages = paging.pages(request, caller, KIND, page, asked, asdict(shape))
    return spliced(pages, "events", (event(row, shape) for row in page.rows))
